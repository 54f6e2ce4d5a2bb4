"""Reading rows that nobody else may change until this transaction ends."""

from __future__ import annotations

from typing import Any

import frappe

# How the driver says that the connection is gone.
LOST = frozenset({(0,), (2006,), (2013,)})
RECORD_CHANGED = 1020  # MariaDB with snapshot isolation: the row moved on since this transaction began


def run_locked(query: Any, **how: Any) -> Any:
    """Run a query of `frappe.qb` with FOR UPDATE: it waits for others, and sees what they have committed.

    Raises frappe.QueryDeadlockError where the transaction has to begin again; endpoints do that by themselves.
    """
    try:
        return query.for_update().run(**how)
    except frappe.db.OperationalError as error:
        if must_begin_again(error):
            raise frappe.QueryDeadlockError(error) from error
        raise


def must_begin_again(error: Exception) -> bool:
    """Return whether the transaction met another one, so that the same call may succeed if it begins again."""
    if isinstance(error, (frappe.QueryDeadlockError, frappe.QueryTimeoutError)):
        return True
    return isinstance(error, frappe.db.OperationalError) and error.args[:1] == (RECORD_CHANGED,)


def connection_lost(error: Exception) -> bool:
    """Return whether the connection to the database ended, with everything that was not committed."""
    # By name: the platform names one of the two, and the drivers of its versions differ.
    return type(error).__name__ in ("InterfaceError", "OperationalError") and error.args[:1] in LOST
