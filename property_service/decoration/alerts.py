"""What the days bring by themselves: permits that expire, works over their days, rechecks and refunds that are due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache

import frappe
from frappe.utils import getdate

from property_service.decoration import fees
from property_service.decoration.effects import FRONT_DESK, MANAGER
from property_service.decoration.states import (
    ACCEPTANCE_REQUESTED,
    ACCEPTED,
    APPROVED,
    DOCTYPE,
    DRAFT,
    EXPIRED,
    IN_PROGRESS,
    SUSPENDED,
    UNDER_REVIEW,
)
from property_service.decoration.worker_passes import VALID, WORKER_PASS
from property_service.property_service.guarded_document import advance
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local_day, site_now
from property_service.property_service.staff_notices import staff_with_role, tell_many

CASHIER = "Property Cashier"
NOT_BEGUN = (DRAFT, UNDER_REVIEW, APPROVED)
AT_WORK = (IN_PROGRESS, SUSPENDED, ACCEPTANCE_REQUESTED)
# Days after which what was not told, because nothing ran, is no news any more.
STILL_TOLD = 7
FIELDS = ["name", "community", "unit", "status", "to_date", "extended_to", "observation_until", "settle_by"]


def expire_all() -> int:
    """Scheduler: permits whose days are over before any work has begun; returns how many expired."""
    expired = 0
    for row in _over(NOT_BEGUN):
        if getdate(row.to_date) < local_day(row.community):
            doc = frappe.get_doc(DOCTYPE, row.name, for_update=True)
            if doc.status in NOT_BEGUN:
                doc.flags.by_rules = True
                advance(doc, EXPIRED, "the days are over")
                expired += 1
    return expired


def expire_passes() -> None:
    """Scheduler: passes whose last day is over everywhere; their codes have ended by themselves."""
    table = frappe.qb.DocType(WORKER_PASS)
    yesterday = site_now().date() - timedelta(days=1)
    frappe.qb.update(table).set(table.status, EXPIRED).where(
        (table.status == VALID) & (table.valid_to < yesterday)
    ).run()


def remind_all() -> int:
    """Scheduler, each morning: works that should have ended, observations that are over, refunds that are due; returns how many."""
    notices = []
    people = cache(staff_with_role)
    for row in _over(AT_WORK):
        last_day = row.extended_to or row.to_date
        if 1 <= _days_since(row, last_day) <= STILL_TOLD:
            sentence = _("The days of {0} are over, and the works have not ended.")
            notices.append(_notice(row, people, (MANAGER, FRONT_DESK), last_day, sentence))
    accepted = frappe.get_all(DOCTYPE, {"status": ACCEPTED}, FIELDS, order_by="name asc")
    to_settle = _to_settle([row.name for row in accepted])
    for row in accepted:
        if row.observation_until and 1 <= _days_since(row, row.observation_until) <= STILL_TOLD:
            sentence = _("The observation of {0} is over. Recheck the works.")
            notices.append(_notice(row, people, (MANAGER,), row.observation_until, sentence))
        elif row.name in to_settle and row.settle_by and _days_since(row, row.settle_by) >= -1:
            sentence = _("The deposits of {0} are to be given back by {1}.")
            notices.append(_notice(row, people, (MANAGER, CASHIER), site_now().date(), sentence, str(row.settle_by)))
    tell_many(notices)
    return len(notices)


def daily() -> None:
    """Scheduler, each day."""
    expire_all()
    expire_passes()
    remind_all()


def _over(states: tuple[str, ...]) -> list[frappe._dict]:
    # A day early: it may be tomorrow where the community is.
    tomorrow = site_now().date() + timedelta(days=1)
    filters = {"status": ["in", states], "to_date": ["<", tomorrow]}
    return frappe.get_all(DOCTYPE, filters, FIELDS, order_by="name asc")


def _days_since(row: frappe._dict, day: date) -> int:
    return (local_day(row.community) - getdate(day)).days


def _to_settle(names: list[str]) -> set[str]:
    """Those of the permits whose observation was passed and whose deposits still hold something."""
    rechecks = frappe.get_all(
        "Decoration Acceptance",
        {"parenttype": DOCTYPE, "parent": ["in", names or [""]], "kind": fees.AFTER_OBSERVATION},
        ["parent", "result"],
        order_by="parent asc, idx asc",
    )
    last = {row.parent: row.result for row in rechecks}
    held = frappe.get_all(
        fees.DEPOSIT,
        {"reference_doctype": DOCTYPE, "reference_name": ["in", names or [""]], "left_amount": [">", 0]},
        pluck="reference_name",
        order_by="reference_name asc",
    )
    return {name for name in held if last.get(name) == "Passed"}


def _notice(
    row: frappe._dict,
    people: Callable[[str, str], list[str]],
    roles: tuple[str, ...],
    since: date,
    sentence: str,
    *more: str,
) -> dict:
    users = sorted({user for role in roles for user in people(role, row.community)})
    once_since = datetime.combine(getdate(since), time.min)
    return {
        "users": users,
        "subject": (sentence, row.name, *more),
        "doctype": DOCTYPE,
        "name": row.name,
        "once_since": once_since,
    }
