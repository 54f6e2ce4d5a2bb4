"""What meters say is to be billed: each unit's own use in a month of service, and its part of the shared meters.

Read from readings that were checked when they were entered; a reading counts whole in its month of service.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.utils import cint, getdate
from pypika.terms import Tuple

from property_service.fees.amounts import exact
from property_service.fees.fee_items import prices_by_item, prices_of
from property_service.fees.months import month_end, month_of, month_text
from property_service.fees.price_history import price_on
from property_service.fees.pricing import Usage
from property_service.fees.shared_meter import METHODS, SharedPart, Sharer, split_shared
from property_service.fees.tiers import extra_quota, used_before
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

METER, READING = "Property Meter", "Property Meter Reading"
Key = tuple[str, str, date]
"""Unit, fee item, first day of the month of service."""


def usages_of(community: str, items: Collection[str], units: Collection[str]) -> dict[Key, Usage]:
    """Return what units used of metered items, for every month of service that has a reading, charged or not.

    Several meters of one unit and item add up. Three statements, whatever the number of units.
    """
    by_key: defaultdict[Key, list[Mapping[str, Any]]] = defaultdict(list)
    for row in _readings(community, items, units):
        by_key[row["unit"], row["fee_item"], row["service_month"]].append(row)
    if not by_key:
        return {}
    quantities = {key: sum((row["quantity"] for row in rows), Decimal(0)) for key, rows in by_key.items()}
    history: defaultdict[tuple[str, str], list[tuple[date, Decimal]]] = defaultdict(list)
    for (unit, item, month), quantity in quantities.items():
        history[unit, item].append((month, quantity))
    terms, persons = _tier_terms(items), _household_sizes(units)
    found = {}
    for (unit, item, month), rows in by_key.items():
        term = terms[item]
        found[unit, item, month] = Usage(
            first=min(row["previous_on"] for row in rows) + timedelta(days=1),
            last=max(row["read_on"] for row in rows),
            quantity=quantities[unit, item, month],
            used_before=used_before(history[unit, item], month, term.tier_period or "Month"),
            extra=extra_quota(persons.get(unit), cint(term.extra_quota_above), exact(term.extra_quota_per_person)),
        )
    return found


def shared_parts(item: Mapping[str, Any], month: date) -> dict[str, SharedPart]:
    """Return unit → its part of the shared meters of an item for a month of service; several meters add up.

    `item` is a row of Fee Item with name, community and share_method. A meter of a building is borne by the units in it that have the item
    in that month, one without a building by all of them. By Own Consumption each unit's own meter of the same item is the weight.
    RuleError for a meter without a reading and for a part that cannot be computed: then nobody is charged.
    """
    meters = _shared_meters(item["name"], month)
    if not meters:
        raise RuleError(_("{0} has no shared meter in {1}. Enter one first."), item["name"], month_text(month))
    method = item.get("share_method") or METHODS[0]
    bearers = _bearers(item, month, method)
    prices = prices_of(prices_by_item([item["name"]])[item["name"]])
    parts: dict[str, SharedPart] = {}
    for meter in meters:
        if meter.quantity is None:
            raise RuleError(
                _("There is no reading of the shared meter {0} for {1}."), meter.meter_no, month_text(month)
            )
        sharers = [sharer for building, sharer in bearers if not meter.building or building == meter.building]
        if not sharers:
            raise RuleError(_("Nobody has {0} where the shared meter {1} is."), item["name"], meter.meter_no)
        price = price_on(prices, getdate(meter.read_on)).amount
        for part in split_shared(exact(meter.quantity), price, method, sharers):
            parts[part.unit] = _together(parts[part.unit], part) if part.unit in parts else part
    return parts


def mark_charged(keys: Iterable[Key]) -> None:
    """Note on readings that they were charged, those of shared meters with the first unit that pays for them."""
    wanted = set(keys)
    if not wanted:
        return
    table = frappe.qb.DocType(READING)
    own = Tuple(table.unit, table.fee_item, table.service_month).isin([Tuple(*key) for key in sorted(wanted)])
    pairs = sorted({(item, month) for _unit, item, month in wanted})
    shared = Tuple(table.fee_item, table.service_month).isin([Tuple(*pair) for pair in pairs])
    # one statement each: with OR the database would read the whole table
    for condition in (own, shared & (Coalesce(table.unit, "") == "")):
        frappe.qb.update(table).set(table.charged, 1).where(condition & (table.charged == 0)).run()


def _readings(community: str, items: Collection[str], units: Collection[str]) -> list[dict[str, Any]]:
    table = frappe.qb.DocType(READING)
    rows = (
        frappe.qb.from_(table)
        .select(table.unit, table.fee_item, table.service_month, table.previous_on, table.read_on, table.quantity)
        .where(table.unit.isin(sorted(units) or [""]) & table.fee_item.isin(sorted(items) or [""]))
        .where(table.community == community)
        .orderby(table.unit, table.fee_item, table.service_month, table.name)
        .run(as_dict=True)
    )
    for row in rows:
        row["quantity"] = exact(row["quantity"])
        for column in ("service_month", "previous_on", "read_on"):
            row[column] = getdate(row[column])
    return rows


def _tier_terms(items: Collection[str]) -> dict[str, frappe._dict]:
    fields = ["name", "tier_period", "extra_quota_above", "extra_quota_per_person"]
    rows = frappe.get_all("Fee Item", {"name": ["in", sorted(items) or [""]]}, fields, order_by="name asc")
    return {row.name: row for row in rows}


def _household_sizes(units: Collection[str]) -> dict[str, int]:
    rows = frappe.get_all(
        "Property Unit", {"name": ["in", sorted(units) or [""]]}, ["name", "household_size"], order_by="name asc"
    )
    return {row.name: cint(row.household_size) for row in rows}


def _shared_meters(item: str, month: date) -> list[frappe._dict]:
    """Return the shared meters that stood in a month, each with its reading; `quantity` is None without one.

    A meter that was replaced within the month leaves its use to the one that replaced it.
    """
    meter, reading = frappe.qb.DocType(METER), frappe.qb.DocType(READING)
    last = month_end(month)
    return (
        frappe.qb.from_(meter)
        .left_join(reading)
        .on((reading.meter == meter.name) & (reading.service_month == month))
        .select(meter.name, meter.meter_no, meter.building, reading.quantity, reading.read_on)
        .where((meter.fee_item == item) & (Coalesce(meter.unit, "") == "") & (meter.installed_on <= last))
        .where(meter.removed_on.isnull() | (meter.removed_on > last) | reading.name.isnotnull())
        .orderby(meter.name)
        .run(as_dict=True)
    )


def _bearers(item: Mapping[str, Any], month: date, method: str) -> list[tuple[str, Sharer]]:
    """Return (building, sharer) of every unit that has the item on a day of the month, in the order of their names."""
    fee, unit = frappe.qb.DocType("Unit Fee"), frappe.qb.DocType("Property Unit")
    rows = (
        frappe.qb.from_(fee)
        .join(unit)
        .on(unit.name == fee.unit)
        .select(unit.name, unit.building, unit.billable_area)
        .distinct()
        .where((fee.fee_item == item["name"]) & (fee.community == item["community"]))
        .where((fee.from_date <= month_end(month)) & (fee.to_date.isnull() | (fee.to_date >= month_of(month))))
        .orderby(unit.name)
        .run(as_dict=True)
    )
    own: dict[str, Decimal] = {}
    if method == "By Own Consumption":
        for reading in _readings(item["community"], [item["name"]], [row.name for row in rows]):
            if reading["service_month"] == month:
                own[reading["unit"]] = own.get(reading["unit"], Decimal(0)) + reading["quantity"]
    for row in rows:
        if method == "By Own Consumption" and row.name not in own:
            raise RuleError(
                _("There is no reading of {0} for {1}, by which its part is computed."), row.name, month_text(month)
            )
        if method == "By Area" and not row.billable_area:
            raise RuleError(_("{0} has no billable area. Enter it first."), row.name)
    return [(row.building, Sharer(row.name, exact(row.billable_area), own.get(row.name, Decimal(0)))) for row in rows]


def _together(one: SharedPart, other: SharedPart) -> SharedPart:
    if one.price != other.price:
        raise RuleError(
            _("The price changed between the readings of two shared meters of {0}. Read both on one day."), one.unit
        )
    return SharedPart(
        one.unit,
        one.weight + other.weight,
        one.quantity + other.quantity,
        one.price,
        one.amount + other.amount,
    )
