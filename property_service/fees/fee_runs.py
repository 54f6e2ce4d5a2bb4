"""What a fee run bills: read once for a block of units, then computed by run_rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import getdate

from property_service.fees import charging
from property_service.fees.amounts import exact
from property_service.fees.charging import ChargeDraft
from property_service.fees.fee_items import cycle_of, prices_by_item, terms_of
from property_service.fees.pricing import Terms, UnitFacts
from property_service.fees.run_rules import (
    AssignedFee,
    BilledItem,
    Due,
    Found,
    Priced,
    Sources,
    Standing,
    price,
    what_is_due,
)
from property_service.fees.unit_fee_rules import price_of
from property_service.fees.usages import shared_parts, usages_of
from property_service.property_service.rule_error import RuleError
from property_service.property_service.unit_occupancies import spans_of

RUN = "Fee Run"
SCOPE = ("name", "community", "building", "fee_item", "bill_until", "status")
UNIT_FIELDS = (
    *("name", "community", "building", "entrance", "service_area", "usage", "floor", "household_size"),
    *("billable_area", "inner_area", "coefficient", "deemed_handover_date"),
)
ITEM_FIELDS = (
    *("name", "item_name", "community", "kind", "formula", "tier_period", "share_method", "every_months", "timing"),
    *("cycle_start", "pay_by_day", "collected_for", "late_fee_rate", "grace_days", "late_fee_cap"),
)
FEE_FIELDS = ("name", "unit", "fee_item", "from_date", "to_date", "price_rule", "own_price", "discount_percent")
# name in a formula → the column by which areas are summed
AREAS = {"community_area": "community", "building_area": "building", "entrance_area": "entrance"}


@dataclass(frozen=True, slots=True)
class Result:
    """A block of units as it would be charged; `items` are rows of Fee Item by name."""

    drafts: list[ChargeDraft]
    found: Found
    items: Mapping[str, Mapping[str, Any]]


def scope_of(run: Any) -> dict[str, Any]:
    """Return what of a Fee Run, a document, says what it bills."""
    return {field: run.get(field) for field in SCOPE}


def units_of(run: Mapping[str, Any]) -> list[str]:
    """Return the names of the units a run goes through, in order: all of its place, or those that have its item."""
    unit = frappe.qb.DocType("Property Unit")
    query = frappe.qb.from_(unit).select(unit.name).where(unit.community == run["community"])
    if run["building"]:
        query = query.where(unit.building == run["building"])
    if run["fee_item"]:
        fee = frappe.qb.DocType("Unit Fee")
        having = frappe.qb.from_(fee).select(fee.unit).where(fee.fee_item == run["fee_item"])
        query = query.where(unit.name.isin(having))
    return query.orderby(unit.name).run(pluck=True)


def items_of(run: Mapping[str, Any]) -> dict[str, frappe._dict]:
    """Return the items a run bills, by name: enabled ones of its community that are not charged once."""
    filters: dict[str, Any] = {"community": run["community"], "one_off": 0, "enabled": 1}
    if run["fee_item"]:
        filters["name"] = run["fee_item"]
    return {row.name: row for row in frappe.get_all("Fee Item", filters, list(ITEM_FIELDS), order_by="name asc")}


def compute(run: Mapping[str, Any], units: Sequence[str]) -> Result:
    """Return what a block of units is to be charged now. The same number of statements, whatever the number of units."""
    items = items_of(run)
    rows = _units(units)
    fees = _fees(units, items)
    sources = _sources(run, rows, items, units)
    due = what_is_due(rows, fees, sources, getdate(run["bill_until"]))
    priced = price(due.due, _with_meters(sources, due.due, items, run["community"]))
    stewards = charging.stewards_of([run["community"]])
    drafts = [_draft(one, rows[one.due.fee.unit], items[one.due.fee.item], stewards) for one in priced.priced]
    skips = [*due.skips, *priced.skips]
    if run["fee_item"]:
        skips = [skip for skip in skips if skip.item]
    return Result(drafts, Found(due.due, priced.priced, skips), items)


def _draft(
    priced: Priced, unit: Mapping[str, Any], item: Mapping[str, Any], stewards: Mapping[str, str]
) -> ChargeDraft:
    due = priced.due
    return ChargeDraft(
        unit=unit,
        item=item,
        debtor=priced.debtor,
        steward=stewards.get(unit["service_area"] or "", ""),
        service_month=due.month,
        first_day=due.first,
        last_day=due.last,
        due_date=due.pay_by,
        amount=priced.charge.amount,
        lines=priced.charge.lines,
        billing_key=due.key,
    )


def _units(units: Sequence[str]) -> dict[str, frappe._dict]:
    table = frappe.qb.DocType("Property Unit")
    rows = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in UNIT_FIELDS))
        .where(table.name.isin(list(units) or [""]))
        .orderby(table.name)
        .run(as_dict=True)
    )
    return {row.name: row for row in rows}


def _fees(units: Sequence[str], items: Mapping[str, Any]) -> list[AssignedFee]:
    table = frappe.qb.DocType("Unit Fee")
    rows = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in FEE_FIELDS))
        .where(table.unit.isin(list(units) or [""]))
        .where(table.fee_item.isin(list(items) or [""]))
        .orderby(table.unit)
        .orderby(table.fee_item)
        .orderby(table.from_date)
        .run(as_dict=True)
    )
    found = []
    for row in rows:
        own, discount = price_of(row)
        end = getdate(row.to_date) if row.to_date else None
        found.append(AssignedFee(row.name, row.unit, row.fee_item, getdate(row.from_date), end, own, discount))
    return found


def _sources(
    run: Mapping[str, Any], units: Mapping[str, Any], items: Mapping[str, Any], names: Sequence[str]
) -> Sources:
    prices = prices_by_item(items)
    billed = {name: _billed(item, prices[name]) for name, item in items.items()}
    sums = _area_sums(run["community"], billed.values())
    return Sources(
        items=billed,
        facts={name: _facts(row, sums) for name, row in units.items()},
        spans=spans_of(names),
        handed_over={
            name: getdate(row.deemed_handover_date) if row.deemed_handover_date else None for name, row in units.items()
        },
        standing=_standing(names, items),
    )


def _billed(item: Mapping[str, Any], prices: Iterable[Mapping[str, Any]]) -> BilledItem:
    terms: Terms | RuleError
    try:
        terms = terms_of(item, prices)
    except RuleError as error:
        terms = error
    return BilledItem(item["name"], item["kind"], cycle_of(item), int(item["pay_by_day"]), terms)


def _facts(unit: Mapping[str, Any], sums: Mapping[tuple[str, str], Decimal]) -> UnitFacts:
    return UnitFacts(
        unit=unit["name"],
        billable_area=exact(unit["billable_area"]),
        inner_area=exact(unit["inner_area"]),
        coefficient=exact(unit["coefficient"]),
        floor=unit["floor"],
        household_size=unit["household_size"] or None,
        **{name: sums.get((column, unit[column] or "")) for name, column in AREAS.items()},
    )


def _area_sums(community: str, items: Iterable[BilledItem]) -> dict[tuple[str, str], Decimal]:
    """Return (column, its value) → billable area of all its units in m², for the columns that formulas ask for."""
    asked = {
        name
        for item in items
        if isinstance(item.terms, Terms) and item.terms.formula
        for name in item.terms.formula.names
    }
    table = frappe.qb.DocType("Property Unit")
    found: dict[tuple[str, str], Decimal] = {}
    for column in [column for name, column in AREAS.items() if name in asked]:
        rows = (
            frappe.qb.from_(table)
            .select(table[column], Sum(table.billable_area))
            .where(table.community == community)
            .groupby(table[column])
            .orderby(table[column])
            .run()
        )
        found.update({(column, value): exact(area).quantize(Decimal("0.01")) for value, area in rows if value})
    return found


def _standing(units: Sequence[str], items: Mapping[str, Any]) -> dict[tuple[str, str], dict[date, list[Standing]]]:
    table = frappe.qb.DocType("Fee Charge")
    rows = (
        frappe.qb.from_(table)
        .select(table.unit, table.fee_item, table.service_month, table.billing_key, table.first_day, table.last_day)
        .where(table.unit.isin(list(units) or [""]))
        .where(table.fee_item.isin(list(items) or [""]))
        .where(table.status != "Void")
        .orderby(table.unit)
        .orderby(table.fee_item)
        .orderby(table.service_month)
        .run()
    )
    found: defaultdict[tuple[str, str], defaultdict[date, list[Standing]]] = defaultdict(lambda: defaultdict(list))
    for unit, item, month, key, first, last in rows:
        found[unit, item][month].append(Standing(key or "", first or month, last or month))
    return {pair: dict(months) for pair, months in found.items()}


def _with_meters(
    sources: Sources, dues: Iterable[Due], items: Mapping[str, Mapping[str, Any]], community: str
) -> Sources:
    """Return the sources with what meters say, read only where something is due by meter."""
    metered: defaultdict[str, set[str]] = defaultdict(set)
    shared: set[tuple[str, date]] = set()
    for due in dues:
        kind = sources.items[due.fee.item].kind
        if kind == "Metered":
            metered[due.fee.item].add(due.fee.unit)
        elif kind == "Shared Meter":
            shared.add((due.fee.item, due.month))
    usages = usages_of(community, sorted(metered), sorted(set().union(*metered.values()))) if metered else {}
    parts: dict[tuple[str, date], Any] = {}
    for item, month in sorted(shared):
        try:
            parts[item, month] = shared_parts(items[item], month)
        except RuleError as error:
            parts[item, month] = error
    return replace(sources, usages=usages, shared=parts)
