"""What a unit pays for an item (房屋收费标准): its days, its price, and how it stands beside the others of the same item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from property_service.fees.amounts import exact
from property_service.fees.formula import parse
from property_service.fees.pricing import Terms, terms_for
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

ITEM_PRICE, OWN_PRICE, DISCOUNT = PRICE_RULES = ("Item Price", "Own Price", "Discount")
SHORTEST_REASON = 2


@dataclass(frozen=True, slots=True)
class FeeSpan:
    """The days from `begin` to `end`, both included, on which a unit has an item; `end` None while it goes on."""

    begin: date
    end: date | None = None
    name: str = ""

    def meets(self, other: FeeSpan) -> bool:
        """Return whether both hold on at least one day."""
        return (other.end is None or self.begin <= other.end) and (self.end is None or other.begin <= self.end)


def price_of(row: Mapping[str, Any]) -> tuple[Decimal | None, Decimal]:
    """Return a unit fee's own price in yuan (None: that of the item) and its discount in percent."""
    own = exact(row["own_price"]) if row["price_rule"] == OWN_PRICE else None
    return own, exact(row["discount_percent"]) if row["price_rule"] == DISCOUNT else Decimal(0)


def settled(row: Mapping[str, Any], unit: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a unit fee as it is stored: what its way of pricing does not use is emptied, its community that of the unit.

    `unit` is a row {name, community}, `item` one {name, community, kind, formula, one_off}. RuleError for what cannot be.
    """
    if item["community"] != unit["community"]:
        raise RuleError(
            _("{0} is no fee item of the community of {1}. Choose another one."), item["name"], unit["name"]
        )
    if item["one_off"]:
        raise RuleError(
            _("{0} is charged once, when something happens. Choose an item that fee runs bill."), item["name"]
        )
    begin, end = row["from_date"], row["to_date"]
    if end and end < begin:
        raise RuleError(_("The last day {0} lies before the first day {1}. Correct one of them."), end, begin)
    rule, reason = row["price_rule"], str(row["reason"] or "").strip()
    if rule not in PRICE_RULES:
        raise RuleError(_("There is no way to price called {0}. Choose one of the list."), rule)
    own, discount = price_of(row)
    terms_for(Terms(item["name"], item["kind"]), own, discount)
    if rule == OWN_PRICE:
        _check_own_price(own, item)
    if rule == DISCOUNT and not discount:
        raise RuleError(_("Enter the discount in percent: 30 for a unit that pays 70 % of the price."))
    if rule != ITEM_PRICE and len(reason) < SHORTEST_REASON:
        raise RuleError(_("Say why this unit pays another price. Whoever checks the books will ask."))
    return {
        **{field: row[field] for field in ("from_date", "to_date", "price_rule")},
        "unit": unit["name"],
        "fee_item": item["name"],
        "community": unit["community"],
        "own_price": row["own_price"] if rule == OWN_PRICE else 0,
        "discount_percent": row["discount_percent"] if rule == DISCOUNT else 0,
        "reason": reason if rule != ITEM_PRICE else None,
    }


def check_beside(span: FeeSpan, others: Iterable[FeeSpan]) -> None:
    """Raise RuleError where a unit would have the same item twice on a day; `others` are those of the same unit and item."""
    for other in sorted(others, key=lambda one: one.begin):
        if other.name != span.name and span.meets(other):
            raise RuleError(
                _("This unit has the item from {0} to {1} already. End that entry first, or begin after it."),
                other.begin,
                other.end or "…",
            )


def _check_own_price(own: Decimal | None, item: Mapping[str, Any]) -> None:
    if not own:
        raise RuleError(_("Enter the unit's own price. For a unit that pays nothing give a discount of 100 %."))
    without = item["kind"] == "Shared Meter" or (
        item["kind"] == "Formula" and item["formula"] and "price" not in parse(item["formula"]).names
    )
    if without:
        raise RuleError(_("{0} is not computed from a price. Give the unit a discount instead."), item["name"])
