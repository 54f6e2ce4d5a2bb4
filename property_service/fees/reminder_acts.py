"""What people do with reminders: record the result with its proof, put them on hold, add one by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import frappe
from frappe.utils import getdate

from property_service.fees.ledger import today_of
from property_service.fees.reminder_rules import LEVELS
from property_service.fees.reminders import CANCELLED, DONE, DUE, ON_HOLD, REMINDER, overdue, reminder_row
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

ON_PAPER = frozenset({"Letter", "Lawyer's Letter", "Lawsuit"})
MOVES = {DUE: (DONE, ON_HOLD, CANCELLED), ON_HOLD: (DUE, DONE, CANCELLED), DONE: (), CANCELLED: ()}
NEEDS_FILE = frozenset({"Signature", "Photo"})


def check_change(reminder: Any, before: Any) -> None:
    """Raise RuleError where a reminder cannot become what it is changed to; fills in who did it and when."""
    today = today_of(reminder.community)
    if reminder.status != before.status and reminder.status not in MOVES[before.status]:
        raise RuleError(_("This reminder is settled. A further one is made when its day comes."))
    if reminder.status == DONE:
        _check_done(reminder, before, today)
    if reminder.status == ON_HOLD:
        if not reminder.hold_reason:
            raise RuleError(_("Enter why this household is not to be reminded for now."))
        changed = before.status != ON_HOLD or str(before.hold_until or "") != str(reminder.hold_until or "")
        if changed and reminder.hold_until and getdate(reminder.hold_until) < today:
            raise RuleError(_("A hold cannot end on {0}, which is past."), getdate(reminder.hold_until))
    elif reminder.status == DUE:
        reminder.hold_reason = reminder.hold_until = None


def record(names: Iterable[str], channel: str, answer: str = "", arrears_reason: str = "", **proof: Any) -> list[Any]:
    """Record that reminders of one household were made: `proof` has proof_kind, proof_number, proof, done_on. All or none.

    Raises RuleError for one that cannot be, PermissionError.
    """
    documents = [frappe.get_doc(REMINDER, name) for name in sorted(set(names))]
    if not documents:
        raise RuleError(_("Choose at least one reminder."))
    if len({(document.unit, document.debtor) for document in documents}) > 1:
        raise RuleError(_("These reminders are of several households. Record each by itself."))
    for document in documents:
        document.update(
            {"status": DONE, "channel": channel, "answer": answer, "arrears_reason": arrears_reason, **proof}
        )
        document.save()
    return documents


def hold(names: Iterable[str], reason: str, until: date | None = None) -> None:
    """Put reminders on hold (暂缓催缴); without a day until somebody takes it off."""
    for name in sorted(set(names)):
        document = frappe.get_doc(REMINDER, name)
        document.update({"status": ON_HOLD, "hold_reason": reason, "hold_until": until})
        document.save()


def release(names: Iterable[str]) -> None:
    """Take a hold off."""
    for name in sorted(set(names)):
        document = frappe.get_doc(REMINDER, name)
        document.status = DUE
        document.save()


def add(unit: str, debtor: str, level: str) -> Any:
    """Add a reminder by hand, such as a lawsuit, which no schedule brings; returns it. RuleError where nothing is overdue.

    The caller has judged who may.
    """
    community = frappe.get_cached_value("Property Unit", unit, "community")
    if level not in LEVELS:
        raise RuleError(_("There is no reminder called {0}."), level)
    day = today_of(community)
    debt = overdue(community, day).get((unit, debtor))
    if not debt:
        raise RuleError(_("Nothing is overdue for {0}."), unit)
    row = reminder_row(community, (unit, debtor), debt, level, day)
    known = frappe.db.get_value(REMINDER, {"dedupe_key": row["dedupe_key"]})
    if known:
        raise RuleError(_("This household was reminded at this level already: {0}."), known)
    document = frappe.get_doc({"doctype": REMINDER, **row})
    # Nobody may make reminders by hand but those the caller let in.
    return document.insert(ignore_permissions=True)


def stamp(reminder: Any) -> None:
    """A new reminder is due, whatever it came with; RuleError without a level."""
    if reminder.level not in LEVELS:
        raise RuleError(_("There is no reminder called {0}."), reminder.level)
    reminder.status, reminder.done_by, reminder.done_on = DUE, None, None
    reminder.due_on = reminder.due_on or today_of(reminder.community)


def _check_done(reminder: Any, before: Any, today: date) -> None:
    if before.status != DONE:
        reminder.done_by = frappe.session.user
        reminder.done_on = reminder.done_on or today
        reminder.hold_reason = reminder.hold_until = None
    if not reminder.channel and before.status != DONE:
        raise RuleError(_("Enter how the household was reached."))
    if getdate(reminder.done_on) > today:
        raise RuleError(_("{0} is still to come. Enter the day on which it was done."), getdate(reminder.done_on))
    if reminder.level in ON_PAPER and not reminder.proof_kind:
        raise RuleError(_("A letter needs proof that it was served: a signature, a photo or the courier's number."))
    if reminder.proof_kind == "Courier Number" and not (reminder.proof_number or "").strip():
        raise RuleError(_("Enter the courier's number."))
    if reminder.proof_kind in NEEDS_FILE and not reminder.proof:
        raise RuleError(_("Attach the signature or the photo."))
