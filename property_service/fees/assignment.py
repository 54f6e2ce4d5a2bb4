"""An item given to many units at once, chosen by filter: computed and checked like single ones, inserted in blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import frappe
from frappe.utils import cint, getdate

from property_service.fees.unit_fee_rules import ITEM_PRICE, FeeSpan, check_beside, settled
from property_service.fees.unit_fees import (
    FEE_ITEM,
    ITEM_FIELDS,
    UNIT,
    UNIT_FEE,
    check_enabled,
    lock_units,
    spans_by_unit,
)
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

# Filters: any of several values of a column, and limits.
ANY_OF = {
    "buildings": "building",
    "usages": "usage",
    "delivery_statuses": "delivery_status",
    "occupancy_statuses": "occupancy_status",
    "service_areas": "service_area",
}
LIMITS = frozenset({"floor_from", "floor_to", "with_area"})
GIVEN = frozenset({"to_date", "price_rule", "own_price", "discount_percent", "reason"})
SHOWN_UNITS = 5


@dataclass(slots=True)
class Plan:
    """What an assignment does: rows of Unit Fee to insert, units that have the item already, units refused with the reason."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    refused: list[tuple[str, RuleError]] = field(default_factory=list)


def units_by(community: str, filters: Mapping[str, Any]) -> list[frappe._dict]:
    """Return the units {name, community} of a community by filters: lists as in ANY_OF (empty: any), floor_from, floor_to, with_area.

    RuleError for a filter nobody knows: leaving it out would choose too many.
    """
    unknown = sorted(set(filters) - set(ANY_OF) - LIMITS)
    if unknown:
        raise RuleError(_("Units cannot be chosen by {0}. Load the page again."), ", ".join(unknown))
    table = frappe.qb.DocType(UNIT)
    query = frappe.qb.from_(table).select(table.name, table.community).where(table.community == community)
    for given, column in ANY_OF.items():
        values = filters.get(given)
        if isinstance(values, str):
            raise RuleError(_("Units cannot be chosen by {0}. Load the page again."), given)
        if values:
            query = query.where(table[column].isin([str(value) for value in values]))
    if filters.get("floor_from") not in (None, ""):
        query = query.where(table.floor >= cint(filters["floor_from"]))
    if filters.get("floor_to") not in (None, ""):
        query = query.where(table.floor <= cint(filters["floor_to"]))
    if cint(filters.get("with_area")):
        query = query.where(table.billable_area > 0)
    return query.orderby(table.name).run(as_dict=True)


def plan(
    item_name: str, from_date: date, filters: Mapping[str, Any], given: Mapping[str, Any], lock: bool = False
) -> Plan:
    """Return what assigning an item from a day on would do; `given` holds to_date, price_rule, own_price, discount_percent, reason.

    Three queries for any number of units; with `lock` also others' rows of just now count. RuleError where no unit at all could
    have it on these terms.
    """
    item = frappe.db.get_value(FEE_ITEM, item_name, ITEM_FIELDS, as_dict=True)
    if not item:
        raise RuleError(_("Choose a unit and a fee item."))
    check_enabled(item)
    units = units_by(item.community, filters)
    if not units:
        raise RuleError(_("No unit matches. Choose other filters."))
    spans = spans_by_unit([unit.name for unit in units], item.name, lock)
    return _judge(units, item, _terms(from_date, given), spans)


def assign(item_name: str, from_date: date, filters: Mapping[str, Any], given: Mapping[str, Any]) -> Plan:
    """Give an item to all units of the filters that do not have it, and return what was done. A second time adds nothing."""
    item = frappe.db.get_value(FEE_ITEM, item_name, "community")
    # locked before anything of them is read: two who assign at once are judged one after the other
    lock_units(row.name for row in units_by(item or "", filters))
    found = plan(item_name, from_date, filters, given, lock=True)
    insert_block(UNIT_FEE, found.rows)
    return found


def told(found: Plan) -> dict[str, Any]:
    """Return a plan for the page: counts, and the refused by reason [{template, params, count, units}]."""
    return {
        "added": len(found.rows),
        "known": len(found.known),
        "refused": len(found.refused),
        "reasons": by_reason((unit, error.template, error.params) for unit, error in found.refused),
    }


def by_reason(refused: Any) -> list[dict[str, Any]]:
    """Return (unit, template, params) grouped by template, the most frequent first, with some of the units of each."""
    groups: dict[str, dict[str, Any]] = {}
    for unit, template, params in refused:
        group = groups.setdefault(
            template, {"template": template, "params": [str(param) for param in params], "count": 0, "units": []}
        )
        group["count"] += 1
        if len(group["units"]) < SHOWN_UNITS and unit not in group["units"]:
            group["units"].append(unit)
    return sorted(groups.values(), key=lambda group: -group["count"])


def _terms(from_date: date, given: Mapping[str, Any]) -> dict[str, Any]:
    if set(given) - GIVEN:
        raise RuleError(
            _("Terms of a unit fee cannot hold {0}. Load the page again."), ", ".join(sorted(set(given) - GIVEN))
        )
    return {
        "from_date": from_date,
        "to_date": getdate(given["to_date"]) if given.get("to_date") else None,
        "price_rule": given.get("price_rule") or ITEM_PRICE,
        "own_price": given.get("own_price") or 0,
        "discount_percent": given.get("discount_percent") or 0,
        "reason": given.get("reason"),
    }


def _judge(
    units: Sequence[Mapping[str, Any]],
    item: Mapping[str, Any],
    terms: Mapping[str, Any],
    spans: Mapping[str, Sequence[FeeSpan]],
) -> Plan:
    found, span = Plan(), FeeSpan(terms["from_date"], terms["to_date"])
    for unit, name in zip(units, hash_names(len(units)), strict=True):
        others = spans[unit["name"]]
        row = settled(terms, unit, item)
        if any(other.begin <= span.begin and span.meets(other) for other in others):
            found.known.append(unit["name"])
            continue
        try:
            check_beside(span, others)
        except RuleError as error:
            found.refused.append((unit["name"], error))
            continue
        found.rows.append({"name": name, **row})
    return found
