"""Fee items as the database holds them, read as the terms the pricing rules take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import cint, getdate

from property_service.fees.amounts import exact
from property_service.fees.billing_months import Cycle, check_cycle
from property_service.fees.formula import parse
from property_service.fees.late_fees import LateFeeTerms, check_terms
from property_service.fees.price_history import Price, check_prices
from property_service.fees.pricing import Terms
from property_service.fees.tiers import Tier
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

FIRST_MONTH = date(2000, 1, 1)
MOST_DAY = 31
PRICED = ("from_date", "tier_from", "tier_to", "price")


def prices_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Price, ...]:
    """Return the prices of an item's table: rows {from_date, tier_from, tier_to, price}; several rows of one day are its tiers."""
    by_day: defaultdict[date, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if not row["from_date"]:
            raise RuleError(_("Enter a price and the day it holds from."))
        by_day[getdate(row["from_date"])].append(row)
    found = []
    for day, tiers in sorted(by_day.items()):
        if len(tiers) == 1 and not tiers[0]["tier_from"] and not tiers[0]["tier_to"]:
            found.append(Price(day, exact(tiers[0]["price"])))
            continue
        steps = tuple(
            Tier(exact(row["tier_from"]), exact(row["tier_to"]) if row["tier_to"] else None, exact(row["price"]))
            for row in tiers
        )
        found.append(Price(day, Decimal(0), tuple(sorted(steps, key=lambda tier: tier.begin))))
    return tuple(found)


def terms_of(item: Mapping[str, Any], prices: Iterable[Mapping[str, Any]]) -> Terms:
    """Return how an item is priced; `item` has name, kind, formula and tier_period."""
    return Terms(
        item=item["name"],
        kind=item["kind"],
        prices=prices_of(prices),
        formula=parse(item["formula"]) if item["kind"] == "Formula" and item["formula"] else None,
        tier_period=item["tier_period"] or "Month",
    )


def cycle_of(item: Mapping[str, Any]) -> Cycle:
    """Return when an item is billed; its months are grouped from `cycle_start`, from a January where none is given."""
    start = getdate(item["cycle_start"]) if item["cycle_start"] else FIRST_MONTH
    return check_cycle(Cycle(cint(item["every_months"]), item["timing"], start))


def late_fee_terms_of(row: Mapping[str, Any]) -> LateFeeTerms:
    """Return the late fee terms of a fee item or, as they were when it was charged, of a charge."""
    return LateFeeTerms(exact(row["late_fee_rate"]), cint(row["grace_days"]), exact(row["late_fee_cap"]))


def check_item(item: Any) -> None:
    """Raise RuleError where an item cannot be billed as entered: prices, tiers, formula, months, day to pay by, late fee."""
    rows = [{field: row.get(field) for field in PRICED} for row in item.prices]
    terms = terms_of({field: item.get(field) for field in ("name", "kind", "formula", "tier_period")}, rows)
    if item.kind == "Formula" and terms.formula is None:
        raise RuleError(_("Enter a formula."))
    free_of_price = item.one_off or (terms.formula and "price" not in terms.formula.names)
    if terms.prices or not free_of_price:
        for price in check_prices(terms.prices):
            if price.tiers and item.kind != "Metered":
                raise RuleError(_("Tiers need a meter. Give {0} a single price."), item.item_name)
    if not item.one_off:
        cycle_of({field: item.get(field) for field in ("every_months", "timing", "cycle_start")})
    if not 1 <= cint(item.pay_by_day) <= MOST_DAY:
        raise RuleError(_("There is no day {0} in a month. Enter 1 to 31."), cint(item.pay_by_day))
    check_terms(
        late_fee_terms_of({field: item.get(field) for field in ("late_fee_rate", "grace_days", "late_fee_cap")})
    )


def prices_by_item(items: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return item → rows of its price table, in one query."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in frappe.get_all(
        "Fee Item Price",
        {"parent": ["in", list(items) or [""]], "parenttype": "Fee Item"},
        ["parent", *PRICED],
        order_by="parent asc, from_date asc, tier_from asc",
    ):
        found[row.parent].append(row)
    return found
