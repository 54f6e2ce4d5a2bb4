"""Jobs for the queue that begin once the transaction is committed, and do no harm where the queue cannot be reached."""

from __future__ import annotations

from functools import partial
from typing import Any

import frappe
from redis.exceptions import ConnectionError as QueueUnreachable


def enqueue_later(method: str, **options: Any) -> None:
    """Hand a job to the queue after the commit. `options` are those of `frappe.enqueue`.

    What was committed stays and is answered for also where Redis is away: the job is then run at once, in a transaction
    of its own, so only what takes moments may be queued like this.
    """
    frappe.db.after_commit.add(partial(_enqueue, method, options))


def _enqueue(method: str, options: dict[str, Any]) -> None:
    try:
        frappe.enqueue(method, **options)
    except QueueUnreachable:
        arguments = {name: value for name, value in options.items() if name != "queue"}
        try:
            frappe.get_attr(method)(**arguments)
            frappe.db.commit()  # nosemgrep: a job of its own, after the commit of what set it off
        except Exception:
            frappe.db.rollback()
            frappe.logger().exception(f"{method} could neither be queued nor run")
