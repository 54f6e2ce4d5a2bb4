"""What a fee run charges and what it leaves out, with the reason: computed from what was read once, without a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from property_service.fees.billing_months import DAY, Cycle, billing_key, days_of, due_months, group_of, pay_by
from property_service.fees.debtors import debtor_on
from property_service.fees.pricing import Charge, Terms, UnitFacts, Usage, charge, terms_for
from property_service.fees.shared_meter import SharedPart
from property_service.property_service.occupancies import Span
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

# Read from a meter for the whole month: of two unit fees in one month only the later one pays.
BY_METER = frozenset({"Metered", "Shared Meter"})
NOT_ASSIGNED = _("No fee is assigned to this unit. Use Assign to Units on a fee item.")
PART_CHARGED = _("Only the days {0} to {1} of this month were charged. Void that charge first.")


@dataclass(frozen=True, slots=True)
class AssignedFee:
    """A unit's fee from `begin` to `end` (None: still), with its own price in yuan (None: the item's) and discount in percent."""

    name: str
    unit: str
    item: str
    begin: date
    end: date | None = None
    own_price: Decimal | None = None
    discount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class BilledItem:
    """A fee item as a run bills it; where its terms cannot be read, `terms` is the reason."""

    name: str
    kind: str
    cycle: Cycle
    pay_by_day: int
    terms: Terms | RuleError


@dataclass(frozen=True, slots=True)
class Standing:
    """A charge that stands for a unit, item and month: its billing key and the days it bills."""

    key: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Due:
    """A month of service of a unit fee that is to be billed now: its days in the month, and the day to pay by."""

    fee: AssignedFee
    month: date
    first: date
    last: date
    pay_by: date
    key: str


@dataclass(frozen=True, slots=True)
class Skip:
    """What was not billed, and why; `month` is None where no month could be."""

    unit: str
    item: str
    month: date | None
    template: str
    params: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Priced:
    """What is charged: who owes it, and what makes it up."""

    due: Due
    debtor: str
    charge: Charge


@dataclass(slots=True)
class Found:
    """What of a block of units is due, or charged, and what was left out."""

    due: list[Due] = field(default_factory=list)
    priced: list[Priced] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sources:
    """What prices depend on besides the fees. `standing`: (unit, item) → month → charges; `shared`: (item, month) → unit → part."""

    items: Mapping[str, BilledItem]
    facts: Mapping[str, UnitFacts]
    spans: Mapping[str, Sequence[Span]]
    handed_over: Mapping[str, date | None]
    standing: Mapping[tuple[str, str], Mapping[date, Sequence[Standing]]]
    usages: Mapping[tuple[str, str, date], Usage] = field(default_factory=dict)
    shared: Mapping[tuple[str, date], Mapping[str, SharedPart] | RuleError] = field(default_factory=dict)


def what_is_due(units: Iterable[str], fees: Iterable[AssignedFee], sources: Sources, until: date) -> Found:
    """Return the months of units' fees that are due by `until` and not billed yet, and those that cannot be billed.

    A fee begins on its first day or on the unit's deemed handover date, whichever is later.
    """
    by_unit: defaultdict[str, list[AssignedFee]] = defaultdict(list)
    for fee in fees:
        by_unit[fee.unit].append(fee)
    found, months = Found(), _Months(until)
    for unit in units:
        if not by_unit[unit]:
            found.skips.append(Skip(unit, "", None, NOT_ASSIGNED))
        for fee in by_unit[unit]:
            _due_of(fee, by_unit[unit], sources, months, found)
    return found


def price(dues: Iterable[Due], sources: Sources) -> Found:
    """Return what is charged for what is due, and what is left out: without a debtor, a price, a reading, or of 0 yuan."""
    found, costs, debtors = Found(), _Costs(sources), _Debtors(sources)
    # a month without a reading that lies before one with a reading is billed by that one
    last_read: dict[tuple[str, str], date] = {}
    for unit, item, month in sources.usages:
        last_read[unit, item] = max(month, last_read.get((unit, item), month))
    for due in dues:
        fee = due.fee
        if _read_later(due, sources, last_read):
            continue
        try:
            debtor = debtors.of(fee.unit, due.first)
            charged = costs.of(due)
        except RuleError as error:
            found.skips.append(Skip(fee.unit, fee.item, due.month, error.template, error.params))
            continue
        if charged.amount > 0:
            found.priced.append(Priced(due, debtor, charged))
        else:
            found.skips.append(Skip(fee.unit, fee.item, due.month, _("It comes to 0 yuan.")))
    return found


def one_per_month(skips: Iterable[Skip]) -> list[Skip]:
    """Return one skip per unit, item and month: the first."""
    kept: dict[tuple[str, str, date | None], Skip] = {}
    for skip in skips:
        kept.setdefault((skip.unit, skip.item, skip.month), skip)
    return list(kept.values())


def all_charged(standing: Iterable[Standing], first: date, last: date) -> bool:
    """Return whether the charges that stand for a month bill every day from `first` to `last`."""
    for one in sorted(standing, key=lambda one: one.first):
        if one.first > first:
            break
        first = max(first, one.last + DAY)
    return first > last


class _Months:
    """Months due, computed once for all fees that begin and end on the same days."""

    def __init__(self, until: date) -> None:
        self.until = until
        self.known: dict[tuple[Cycle, date, date | None], tuple[tuple[date, date, date], ...]] = {}
        self.pay_days: dict[tuple[Cycle, date, int], date] = {}

    def of(self, cycle: Cycle, begin: date, end: date | None) -> tuple[tuple[date, date, date], ...]:
        """Return (month, first day, last day) of each month due."""
        key = (cycle, begin, end)
        if key not in self.known:
            days = ((month, days_of(month, begin, end)) for month in due_months(cycle, begin, end, self.until))
            self.known[key] = tuple((month, *part) for month, part in days if part)
        return self.known[key]

    def pay_by(self, item: BilledItem, month: date) -> date:
        """Return the day to pay a month by."""
        key = (item.cycle, month, item.pay_by_day)
        if key not in self.pay_days:
            self.pay_days[key] = pay_by(group_of(item.cycle, month), item.pay_by_day)
        return self.pay_days[key]


class _Debtors:
    """Who owes, looked up once for each first day of a unit."""

    def __init__(self, sources: Sources) -> None:
        self.spans = sources.spans
        self.known: dict[tuple[str, date], str] = {}

    def of(self, unit: str, day: date) -> str:
        """Return the resident who owes what is charged from a day on."""
        key = (unit, day)
        if key not in self.known:
            self.known[key] = debtor_on(self.spans.get(unit, ()), day)
        return self.known[key]


class _Costs:
    """What months cost, computed once for all units of the same size on the same terms."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.terms: dict[tuple[str, Decimal | None, Decimal], Terms] = {}
        self.known: dict[tuple[Any, ...], Charge] = {}

    def of(self, due: Due) -> Charge:
        """Return what a month costs; RuleError where it cannot be computed."""
        fee, facts, terms = due.fee, self.sources.facts[due.fee.unit], self.terms_of(due.fee)
        if terms.kind == "Metered":
            usage = self.sources.usages.get((fee.unit, fee.item, due.month))
            return charge(terms, facts, due.month, due.first, due.last, usage=usage)
        if terms.kind == "Shared Meter":
            parts = self.sources.shared.get((fee.item, due.month), {})
            if isinstance(parts, RuleError):
                raise parts
            return charge(terms, facts, due.month, due.first, due.last, shared=parts.get(fee.unit))
        key = (fee.item, fee.own_price, fee.discount, due.first, due.last, _size(terms.kind, facts))
        if key not in self.known:
            self.known[key] = charge(terms, facts, due.month, due.first, due.last)
        return self.known[key]

    def terms_of(self, fee: AssignedFee) -> Terms:
        """Return an item's terms as the unit has them."""
        terms = self.sources.items[fee.item].terms
        if isinstance(terms, RuleError):
            raise terms
        key = (fee.item, fee.own_price, fee.discount)
        if key not in self.terms:
            self.terms[key] = terms_for(terms, fee.own_price, fee.discount)
        return self.terms[key]


def _due_of(fee: AssignedFee, beside: Sequence[AssignedFee], sources: Sources, months: _Months, found: Found) -> None:
    item = sources.items[fee.item]
    handed_over = sources.handed_over.get(fee.unit)
    begin = max(fee.begin, handed_over) if handed_over else fee.begin
    standing = sources.standing.get((fee.unit, fee.item), {})
    by_meter = item.kind in BY_METER
    for month, first, last in months.of(item.cycle, begin, fee.end):
        there = standing.get(month, ())
        key = billing_key(fee.unit, fee.item, month, fee.name)
        if by_meter and there:
            continue
        own = next((one for one in there if one.key == key), None)
        if own:
            if (own.first > first or own.last < last) and not all_charged(there, first, last):
                found.skips.append(Skip(fee.unit, fee.item, month, PART_CHARGED, (own.first, own.last)))
            continue
        if by_meter and any(
            one.item == fee.item and fee.begin < one.begin and days_of(month, one.begin, one.end) for one in beside
        ):
            continue
        clash = next((one for one in there if one.first <= last and first <= one.last), None)
        if clash:
            reason = _("The days {0} to {1} were charged by another entry already. Void that charge first.")
            found.skips.append(Skip(fee.unit, fee.item, month, reason, (clash.first, clash.last)))
            continue
        found.due.append(Due(fee, month, first, last, months.pay_by(item, month), key))


def _size(kind: str, facts: UnitFacts) -> object:
    if kind == "Fixed":
        return None
    if kind == "Area":
        return facts.billable_area
    return facts.inner_area if kind == "Inner Area" else replace(facts, unit="")


def _read_later(due: Due, sources: Sources, last_read: Mapping[tuple[str, str], date]) -> bool:
    fee = due.fee
    read = last_read.get((fee.unit, fee.item))
    return bool(read and due.month < read and (fee.unit, fee.item, due.month) not in sources.usages)
