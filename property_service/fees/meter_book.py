"""Readings judged against the meters and readings that stand, singly or by the hundred: a handful of queries either way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import cint, getdate
from pypika.terms import Tuple

from property_service.fees import meter_readings
from property_service.fees.amounts import exact, plain
from property_service.fees.ledger import today_of
from property_service.fees.meter_readings import Consumption, Meter, Reading
from property_service.fees.months import count_between, month_of, month_text
from property_service.fees.usages import METER, READING
from property_service.property_service.locks import run_locked
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

HISTORY = 12
"""So many readings say what is usual."""
FARTHEST = 12
"""A reading more months away from its month of service is a slip of the pen."""
LARGEST = Decimal(10) ** 9
PLACES = 4
METER_FIELDS = (
    *("name", "meter_no", "fee_item", "community", "unit", "building", "digits", "multiplier", "most_per_day"),
    *("installed_on", "initial_reading", "removed_on", "final_reading", "replaces"),
)
READING_FIELDS = (
    *("name", "meter", "service_month", "read_on", "value", "quantity", "previous_on", "previous_value"),
    *("flag", "rollover", "confirmed"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody read: `service_month` any day of the month it is billed in."""

    meter: str
    service_month: date
    read_on: date
    value: Decimal
    rollover: bool = False
    confirmed: bool = False
    note: str = ""


class ReadingBook:
    """The meters named, those they replaced and those that replaced them, and their readings; without the reading `leave_out`.

    `leave_out` is one that is just being corrected. With `lock` the meters stay locked until the commit, so that two readings of one
    meter, or of it and its successor, are judged one after the other.
    """

    def __init__(self, meters: Collection[str], lock: bool = False, leave_out: str = "") -> None:
        named = frozenset(meters)
        self.around = read_meters(named | _beside(named), lock)
        self.meters = {name: row for name, row in self.around.items() if name in named}
        self.successors = {row.replaces: row for row in self.around.values() if row.replaces}
        self.readings: defaultdict[str, list[frappe._dict]] = defaultdict(list)
        for row in readings_of(self.around):
            if row.name != leave_out:
                self.readings[row.meter].append(row)
        self.today = {row.community: today_of(row.community) for row in self.meters.values()}

    def last(self, meter: str) -> frappe._dict | None:
        """Return the last reading of a meter, None where there is none."""
        return self.readings[meter][-1] if self.readings[meter] else None

    def standing(self, entry: Entry) -> frappe._dict | None:
        """Return the reading that a meter has in the month of an entry already."""
        month = month_of(entry.service_month)
        return next((row for row in self.readings[entry.meter] if row.service_month == month), None)

    def judge(self, entry: Entry, name: str = "") -> frappe._dict:
        """Return an entry as a row of Property Meter Reading, which later entries of this book are judged by.

        Raises RuleError with the reason why it cannot be.
        """
        meter = self.meters.get(entry.meter)
        if meter is None:
            raise RuleError(_("There is no meter {0}."), entry.meter)
        month = month_of(entry.service_month)
        if not 0 <= entry.value < LARGEST:
            raise RuleError(_("The meter cannot show {0}. Check the number."), f"{entry.value:.6g}")
        if entry.value != round(entry.value, PLACES):
            raise RuleError(_("The reading {0} has too many decimal places. Enter at most {1}."), entry.value, PLACES)
        self._check_days(meter, entry, month)
        before, used = self._used(meter, entry)
        if used.quantity >= LARGEST:
            raise RuleError(_("The meter cannot show {0}. Check the number."), plain(entry.value))
        row = frappe._dict(
            name=name,
            meter=meter.name,
            community=meter.community,
            unit=meter.unit,
            fee_item=meter.fee_item,
            service_month=month,
            read_on=entry.read_on,
            value=entry.value,
            rollover=int(entry.rollover),
            confirmed=int(entry.confirmed),
            note=entry.note or None,
            previous_on=before.on,
            previous_value=before.value,
            quantity=used.quantity,
            flag=used.flag,
            charged=0,
        )
        self.readings[meter.name].append(row)
        return row

    def check_last(self, meter: str, month: date) -> None:
        """Raise RuleError where a later reading was computed from the one of this month: of the meter, or of its successor."""
        if self.counted_through(meter):
            successor = self.successors[meter]
            raise RuleError(
                _("The meter {0} was replaced by {1}, which has a reading for {2}. Correct that one first."),
                self.meters[meter].meter_no,
                successor.meter_no,
                month_text(self.readings[successor.name][-1].service_month),
            )
        last = self.last(meter)
        if last and last.service_month > month:
            raise RuleError(
                _("The meter {0} has a reading for {1}, which is later. Correct that one first."),
                self.meters[meter].meter_no,
                month_text(last.service_month),
            )

    def counted_through(self, meter: str) -> bool:
        """Return whether the successor of a meter was read: the first reading of that one closed the old meter's account."""
        successor = self.successors.get(meter)
        return bool(successor and self.readings[successor.name])

    def usual(self, meter: frappe._dict) -> Decimal | None:
        """Return what was used a day by the last readings of a meter and the one it replaced."""
        rows = [*self.readings[meter.replaces or ""], *self.readings[meter.name]][-HISTORY:]
        return meter_readings.usual_per_day(
            Consumption(row.previous_on + timedelta(days=1), row.read_on, row.quantity) for row in rows
        )

    def _check_days(self, meter: frappe._dict, entry: Entry, month: date) -> None:
        if entry.read_on > self.today[meter.community]:
            raise RuleError(_("{0} is still to come. Enter the day on which the meter was read."), entry.read_on)
        if abs(count_between(month, month_of(entry.read_on))) > FARTHEST:
            raise RuleError(
                _("A reading of {0} cannot be billed in {1}. Check the month of service."),
                entry.read_on,
                month_text(month),
            )
        if meter.removed_on and entry.read_on > meter.removed_on:
            raise RuleError(_("The meter {0} was removed on {1}."), meter.meter_no, meter.removed_on)
        last = self.last(meter.name)
        if last and last.service_month == month:
            raise RuleError(
                _("The meter {0} has a reading for {1} already: {2}. Correct that one."),
                meter.meter_no,
                month_text(month),
                plain(last.value),
            )
        self.check_last(meter.name, month)

    def _used(self, meter: frappe._dict, entry: Entry) -> tuple[Reading, Consumption]:
        current = Reading(entry.read_on, entry.value, entry.rollover)
        installed = Reading(meter.installed_on, meter.initial_reading)
        last, usual = self.last(meter.name), self.usual(meter)
        if last:
            before = Reading(last.read_on, last.value)
            return before, meter_readings.consumption(_rules(meter), before, current, usual, entry.confirmed)
        old = self.around.get(meter.replaces or "")
        if old is None:
            return installed, meter_readings.consumption(_rules(meter), installed, current, usual, entry.confirmed)
        last = self.last(old.name)
        if last is None and old.replaces:
            raise RuleError(
                _("The meter {0} was replaced before it was read. Enter its last reading as a reading first."),
                old.meter_no,
            )
        before = Reading(last.read_on, last.value) if last else Reading(old.installed_on, old.initial_reading)
        final = Reading(old.removed_on, old.final_reading)
        return before, meter_readings.replacement(
            _rules(old), before, final, _rules(meter), installed, current, usual, entry.confirmed
        )


def _beside(meters: Iterable[str]) -> set[str]:
    """Return the meters that these replaced, and those that replaced these."""
    old, new = frappe.qb.DocType(METER).as_("old"), frappe.qb.DocType(METER).as_("new")
    rows = (
        frappe.qb.from_(old)
        .left_join(new)
        .on(new.replaces == old.name)
        .select(old.replaces, new.name)
        .where(old.name.isin(sorted(name for name in meters if name) or [""]))
        .orderby(old.name)
        .run()
    )
    return {name for row in rows for name in row if name}


def read_meters(names: Iterable[str], lock: bool = False) -> dict[str, frappe._dict]:
    """Return name → row with METER_FIELDS, numbers exact and days as dates; with `lock` until the commit, in the order of names."""
    wanted = sorted({name for name in names if name})
    if not wanted:
        return {}
    table = frappe.qb.DocType(METER)
    query = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in METER_FIELDS))
        .where(table.name.isin(wanted))
        .orderby(table.name)
    )
    rows = run_locked(query, as_dict=True) if lock else query.run(as_dict=True)
    for row in rows:
        for field in ("multiplier", "most_per_day", "initial_reading", "final_reading"):
            row[field] = exact(row[field])
        for field in ("installed_on", "removed_on"):
            row[field] = getdate(row[field]) if row[field] else None
    return {row.name: row for row in rows}


def readings_of(meters: Iterable[str]) -> list[frappe._dict]:
    """Return the readings of meters with READING_FIELDS, earliest first, numbers exact and days as dates."""
    table = frappe.qb.DocType(READING)
    rows = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in READING_FIELDS))
        .where(table.meter.isin(sorted(meters) or [""]))
        .orderby(table.meter, table.service_month, table.name)
        .run(as_dict=True)
    )
    for row in rows:
        for field in ("value", "quantity", "previous_value"):
            row[field] = exact(row[field])
        for field in ("service_month", "read_on", "previous_on"):
            row[field] = getdate(row[field])
    return rows


def charged_of(rows: Iterable[Any]) -> set[tuple[str, str, date]]:
    """Return (unit, item, month) of readings, rows or documents, that a charge which stands was made of; unit "" for a shared meter."""
    own, shared = set(), set()
    for row in rows:
        month = month_of(getdate(row.get("service_month")))
        (own if row.get("unit") else shared).add((row.get("unit") or "", row.get("fee_item"), month))
    table = frappe.qb.DocType("Fee Charge")
    found: set[tuple[str, str, date]] = set()
    if own:
        rows_found = (
            frappe.qb.from_(table)
            .select(table.unit, table.fee_item, table.service_month)
            .where(Tuple(table.unit, table.fee_item, table.service_month).isin([Tuple(*key) for key in sorted(own)]))
            .where(table.status != "Void")
            .orderby(table.unit)
            .run()
        )
        found |= {(unit, item, getdate(month)) for unit, item, month in rows_found}
    if shared:
        pairs = [Tuple(item, month) for _unit, item, month in sorted(shared)]
        rows_found = (
            frappe.qb.from_(table)
            .select(table.fee_item, table.service_month)
            .distinct()
            .where(Tuple(table.fee_item, table.service_month).isin(pairs) & (table.status != "Void"))
            .orderby(table.fee_item)
            .run()
        )
        found |= {("", item, getdate(month)) for item, month in rows_found}
    return found


def check_not_charged(row: Any) -> None:
    """Raise RuleError where the month of a reading was charged: its figures are kept as they were billed."""
    if charged_of([row]):
        raise RuleError(
            _("{0} was charged for {1}. Void that charge first."),
            row.get("unit") or row.get("fee_item"),
            month_text(month_of(getdate(row.get("service_month")))),
        )


def _rules(meter: frappe._dict) -> Meter:
    return Meter(cint(meter.digits), meter.multiplier, meter.most_per_day or None)
