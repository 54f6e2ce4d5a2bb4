"""Reminders (催缴) made by the scheduler: a household's next level when its day has come, none while it is on hold.

A household is a unit and its debtor. Arrears warn; they never block a pass, a key, a parcel or a utility.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Count, Min, Sum
from frappe.utils import cint, getdate

from property_service.fees.charges import CHARGE, PARTLY_PAID, UNPAID
from property_service.fees.ledger import today_of
from property_service.fees.reminder_rules import USUAL_DAYS, Step, next_level, steps_of
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.errors import rules_speak
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.languages import language_for
from property_service.property_service.messages import Note, tell_all
from property_service.property_service.money import money
from property_service.property_service.rule_error import mark as _

REMINDER = "Fee Reminder"
DUE, DONE, ON_HOLD, CANCELLED = "Due", "Done", "On Hold", "Cancelled"
NOTICE = "Notice"
SETTINGS = {
    "Notice": "reminder_notice_days",
    "Call": "reminder_call_days",
    "Letter": "reminder_letter_days",
    "Visit": "reminder_visit_days",
    "Lawyer's Letter": "reminder_lawyer_days",
}
SUBJECT = _("{amount} yuan are open for {unit}")
TEXT = _(
    "{unit}: {amount} yuan are open; the oldest part was to be paid by {day}. You can pay in the portal or at the front desk. If you have paid already or do not agree, please tell us."
)
Household = tuple[str, str]
"""Unit and debtor."""


@dataclass(frozen=True, slots=True)
class Debt:
    """What a household should have paid by now: `amount` in yuan, `oldest` the day by which the first of it was to be paid."""

    oldest: date
    amount: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Holds:
    """Who is not reminded now: households put on hold, and whole units, as other rooms ask. Who bought a unit is no party to the seller's."""

    households: Collection[Household]
    units: Collection[str]

    def covers(self, household: Household) -> bool:
        """Whether this household is not to be reminded."""
        return household in self.households or household[0] in self.units


def remind_all() -> None:
    """Scheduler: make the reminders of a day; one community after the other, so that one that fails loses no other's."""
    for community in frappe.get_all("Community", pluck="name", order_by="name asc"):
        try:
            remind(community)
            frappe.db.commit()  # nosemgrep: a community is done; its messages may leave
        except Exception:
            frappe.db.rollback()
            frappe.log_error(f"Reminders of {community}")


def remind(community: str) -> dict[str, int]:
    """Make the reminders of a community that are due today; a second call on a day makes none.

    Returns {made, told, cancelled}. As many queries for ten times the households.
    """
    # one at a time: both would make the same reminders
    frappe.db.get_value("Community", community, "name", for_update=True)
    day = today_of(community)
    _release(community, day)
    debts = overdue(community, day)
    cancelled = _cancel_settled(community, debts)
    _hold(community, day)
    held = holds_of(community)
    steps, made = current_steps(), _made(community, debts)
    rows = []
    for household, debt in debts.items():
        if held.covers(household):
            continue
        level = next_level(steps, debt.oldest, made[household], day)
        if level:
            rows.append(reminder_row(community, household, debt, level, day))
    for name, row in zip(hash_names(len(rows)), rows, strict=True):
        row["name"] = name
    notices = [row for row in rows if row["level"] == NOTICE]
    told = _tell(notices)
    for row in notices:
        by_sms = (row["dedupe_key"], "SMS") in told
        row.update({"status": DONE, "done_on": day, "channel": "SMS" if by_sms else None})
    insert_block(REMINDER, rows)
    return {"made": len(rows), "told": len(notices), "cancelled": cancelled}


def overdue(community: str, day: date) -> dict[Household, Debt]:
    """Return what the households of a community should have paid before a day, in one query."""
    table = frappe.qb.DocType(CHARGE)
    rows = (
        frappe.qb.from_(table)
        .select(table.unit, table.debtor, Min(table.due_date), Sum(table.outstanding), Count(table.name))
        .where((table.community == community) & table.status.isin([UNPAID, PARTLY_PAID]) & (table.due_date < day))
        .where(table.outstanding > 0)
        .groupby(table.unit, table.debtor)
        .orderby(table.unit, table.debtor)
        .run()
    )
    return {(unit, debtor): Debt(getdate(oldest), money(amount), count) for unit, debtor, oldest, amount, count in rows}


def current_steps() -> tuple[Step, ...]:
    """Return the levels and days of the settings. RuleError where they do not rise."""
    settings = frappe.get_cached_doc("Property Service Settings")
    # A site that was there before the field has nothing stored in it.
    chosen = {level: settings.get(field) for level, field in SETTINGS.items()}
    return steps_of({level: None if chosen[level] in (None, "") else cint(chosen[level]) for level in USUAL_DAYS})


def check_settings(settings: Any, _event: str = "") -> None:
    """Document event of the settings: refuse days that do not rise from level to level."""
    with rules_speak():
        steps_of({level: cint(settings.get(field)) for level, field in SETTINGS.items()})


def reminder_row(community: str, household: Household, debt: Debt, level: str, day: date) -> dict[str, Any]:
    """Return a reminder as a row; its key keeps it from being made twice."""
    unit, debtor = household
    return {
        "unit": unit,
        "debtor": debtor,
        "community": community,
        "level": level,
        "due_on": day,
        "status": DUE,
        "outstanding": debt.amount,
        "oldest_due": debt.oldest,
        "charge_count": debt.count,
        "dedupe_key": f"{unit}|{debtor}|{level}|{debt.oldest}",
    }


def holds_of(community: str) -> Holds:
    """Return who in a community is not reminded now."""
    on_hold = {"community": community, "status": ON_HOLD}
    rows = frappe.get_all(REMINDER, on_hold, ["unit", "debtor"], order_by="unit asc, debtor asc")
    return Holds({(row.unit, row.debtor) for row in rows}, set(_holds_of_upper_rooms(community)))


def _made(community: str, debts: Mapping[Household, Debt]) -> defaultdict[Household, dict[str, date]]:
    """Return household → level → day, of the reminders made for its oldest day to pay by."""
    made: defaultdict[Household, dict[str, date]] = defaultdict(dict)
    if not debts:
        return made
    table = frappe.qb.DocType(REMINDER)
    rows = (
        frappe.qb.from_(table)
        .select(table.unit, table.debtor, table.level, table.due_on, table.oldest_due)
        .where((table.community == community) & (table.oldest_due >= min(debt.oldest for debt in debts.values())))
        .orderby(table.due_on, table.name)
        .run()
    )
    for unit, debtor, level, due_on, oldest in rows:
        debt = debts.get((unit, debtor))
        if debt and debt.oldest == getdate(oldest):
            made[unit, debtor][level] = getdate(due_on)
    return made


def _release(community: str, day: date) -> None:
    """What was on hold until yesterday is due again."""
    table = frappe.qb.DocType(REMINDER)
    (
        frappe.qb.update(table)
        .set(table.status, DUE)
        .set(table.hold_reason, None)
        .set(table.hold_until, None)
        .where((table.community == community) & (table.status == ON_HOLD) & (table.hold_until < day))
        .run()
    )


def _hold(community: str, day: date) -> None:
    """What an upper room asks not to remind is on hold for today, and tomorrow again if it still asks."""
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for unit, reason in _holds_of_upper_rooms(community).items():
        reasons[reason].append(unit)
    table = frappe.qb.DocType(REMINDER)
    for reason, units in sorted(reasons.items()):
        (
            frappe.qb.update(table)
            .set(table.status, ON_HOLD)
            .set(table.hold_reason, reason)
            .set(table.hold_until, day)
            .where((table.community == community) & (table.status == DUE) & table.unit.isin(units))
            .run()
        )


def _holds_of_upper_rooms(community: str) -> dict[str, str]:
    """Return unit → hold reason, as other rooms say it by the hook property_service_reminder_holds."""
    found: dict[str, str] = {}
    for holds in call_extensions("property_service_reminder_holds", community=community):
        found.update(holds)
    return found


def _cancel_settled(community: str, debts: Mapping[Household, Debt]) -> int:
    """Cancel what is still to be done for arrears that are paid; returns how many."""
    fields = ["name", "unit", "debtor", "oldest_due"]
    waiting = {"community": community, "status": ["in", [DUE, ON_HOLD]]}
    settled = []
    for row in frappe.get_all(REMINDER, waiting, fields, order_by="name asc"):
        debt = debts.get((row.unit, row.debtor))
        if not debt or (row.oldest_due and debt.oldest > getdate(row.oldest_due)):
            settled.append(row.name)
    if settled:
        table = frappe.qb.DocType(REMINDER)
        frappe.qb.update(table).set(table.status, CANCELLED).where(table.name.isin(settled)).run()
    return len(settled)


def _tell(rows: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Send the notices, each to its debtor in his language; returns (key, channel) of what was stored."""
    notices = list(rows)
    if not notices:
        return set()
    debtors = sorted({row["debtor"] for row in notices})
    people = frappe.get_all("Resident", {"name": ["in", debtors]}, ["name", "language"], order_by="name asc")
    languages = {person.name: language_for(person.language) for person in people}
    units = sorted({row["unit"] for row in notices})
    labels = {
        row.name: row.short_label
        for row in frappe.get_all(
            "Property Unit", {"name": ["in", units]}, ["name", "short_label"], order_by="name asc"
        )
    }
    return tell_all([_note(row, languages[row["debtor"]], labels[row["unit"]] or row["unit"]) for row in notices])


def _note(row: Mapping[str, Any], language: str, label: str) -> Note:
    values = {"unit": label, "amount": f"{row['outstanding']:,.2f}", "day": str(row["oldest_due"])}
    return Note(
        resident=row["debtor"],
        community=row["community"],
        subject=frappe._(SUBJECT, lang=language).format(**values),
        text=frappe._(TEXT, lang=language).format(**values),
        reference=(REMINDER, row["name"]),
        unit=row["unit"],
        key=row["dedupe_key"],
    )
