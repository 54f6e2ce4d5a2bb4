"""Who has read a notice, and confirmed it: one row for each resident and notice, whatever happens at the same moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from pypika.terms import Values

from property_service.community_life.notice_places import RECEIPT
from property_service.property_service.blocks import hash_names
from property_service.property_service.service_clock import site_now


def receipt_key(notice: str, resident: str) -> str:
    """What is unique of a receipt."""
    return f"{notice}|{resident}"


def note_read(notice: Any, people: Iterable[tuple[str, str]]) -> None:
    """Note that these people, (resident, unit), have opened a notice; the first time stays."""
    people = sorted(dict(people).items())
    if not people:
        return
    moment, user = site_now(), frappe.session.user
    table = frappe.qb.DocType(RECEIPT)
    rows = [
        {
            "name": name,
            **dict.fromkeys(("creation", "modified", "read_at"), moment),
            **dict.fromkeys(("owner", "modified_by"), user),
            "notice": notice.name,
            "community": notice.community,
            "resident": resident,
            "unit": unit or None,
            "receipt_key": receipt_key(notice.name, resident),
        }
        for name, (resident, unit) in zip(hash_names(len(people)), people, strict=True)
    ]
    query = frappe.qb.into(table).columns(*rows[0])
    for row in rows:
        query = query.insert(*row.values())
    # Opened twice at the same moment: the second one changes nothing, and nobody is refused.
    query.on_duplicate_key_update(table.receipt_key, Values(table.receipt_key)).run()


def note_confirmed(notice: Any, people: Iterable[tuple[str, str]]) -> None:
    """Note that these people have confirmed that they read a notice; the first time stays."""
    people = dict(people)
    note_read(notice, people.items())
    table = frappe.qb.DocType(RECEIPT)
    keys = [receipt_key(notice.name, resident) for resident in sorted(people)]
    frappe.qb.update(table).set(table.confirmed_at, site_now()).where(table.receipt_key.isin(keys or [""])).where(
        table.confirmed_at.isnull()
    ).run()
