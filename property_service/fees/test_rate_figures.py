"""The figures summed by the database are those of the pure rules, whatever the ledger holds; and they never change afterwards."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from property_service.fees import ledger, rate_figures
from property_service.fees.collection_rates import (
    Figures,
    LateFeeFigures,
    Period,
    collected_later,
    grouped_by,
    late_fee_figures,
    rates,
    year_to_date,
)
from property_service.fees.ledger_rules import LedgerRow, reversal
from property_service.fees.rate_figures import GROUPS, Question, figures_by
from property_service.property_service.blocks import insert_block
from property_service.tests.utils import PropertyServiceTestCase, count_queries

FIRST = date(2025, 10, 1)
PERIODS = (
    Period(date(2026, 3, 1), date(2026, 3, 1)),
    Period(date(2026, 1, 1), date(2026, 3, 1)),
    Period(date(2025, 12, 1), date(2026, 2, 1)),
)
COLUMNS = {name: ("item" if column == "fee_item" else column) for name, column in GROUPS.items()}


def some_rows(community: str, seed: int, count: int) -> list[LedgerRow]:
    """Entries of every kind over nine months, some dated back, some taken back; not all of them make sense together."""
    pick = random.Random(seed)
    rows: list[LedgerRow] = []
    for number in range(count):
        if rows and pick.random() < 0.15:
            entry = pick.choice(rows)
            if not entry.reverses and not any(row.reverses == entry.name for row in rows):
                moment = entry.recorded_at + timedelta(days=pick.randint(0, 60))
                name = f"{community}-{seed}-{number}"
                rows.append(reversal(entry, name, entry.effective_date, moment))
            continue
        kind = pick.choice(("Charge", "Charge", "Adjustment", "Late Fee", "Allocation", "Allocation", "Payment"))
        recorded = datetime(2025, 10, 1) + timedelta(minutes=pick.randint(0, 60 * 24 * 240))
        cents = Decimal(pick.randint(1, 99999)) / 100
        late = kind == "Late Fee" or (kind in ("Adjustment", "Allocation") and pick.random() < 0.3)
        lowers = kind in ("Allocation", "Payment") or (kind == "Adjustment" and pick.random() < 0.7)
        unit = pick.randint(1, 8)
        month = pick.randint(0, 8)
        rows.append(
            LedgerRow(
                name=f"{community}-{seed}-{number}",
                entry_type=kind,
                amount=-cents if lowers else cents,
                effective_date=recorded.date() - timedelta(days=pick.choice((0, 0, 0, 3, 40))),
                recorded_at=recorded,
                part="Late Fee" if late else "Principal",
                charge=None if kind == "Payment" else f"C{unit}-{month}",
                receipt="R1" if kind == "Payment" else None,
                community=community,
                building=f"B{unit % 3}",
                service_area=pick.choice(("", "A1", "A2")),
                steward=pick.choice(("", "s1@x.invalid", "s2@x.invalid")),
                unit=f"U{unit}",
                item=pick.choice(("I1", "I2")),
                collected_for=pick.choice(("Own", "Own", "Utility", "Developer")),
                service_month=None if kind == "Payment" else date(2025 + (9 + month) // 12, (9 + month) % 12 + 1, 1),
            )
        )
    return rows


def put(rows: list[LedgerRow]) -> None:
    """Write entries as they are, past the checks of what makes sense."""
    insert_block(ledger.ENTRY, map(ledger._stored, rows))


def as_plain(found: rate_figures.GroupFigures) -> dict[str, Any]:
    """What is compared of a group."""
    return {"figures": found.figures, "late": found.late_fees, "later": found.later, "year": found.year.current}


def expected(rows: list[LedgerRow], question: Question, key: Any) -> dict[str, dict[str, Any]]:
    """The same by the pure rules."""
    ask = (question.period, question.cut_off, key, question.scope)
    figures, late, later = rates(rows, *ask), late_fee_figures(rows, *ask), collected_later(rows, *ask)
    year = rates(rows, year_to_date(question.period.last_month), *ask[1:])
    return {
        ("" if not name or name[0] is None else str(name[0])): {
            "figures": figures.get(name, Figures()),
            "late": late.get(name, LateFeeFigures()),
            "later": later.get(name, Decimal(0)),
            "year": year.get(name, Figures()).current,
        }
        for name in {*figures, *late, *later, *year}
    }


def is_nothing(group: dict[str, Any]) -> bool:
    return group == {"figures": Figures(), "late": LateFeeFigures(), "later": 0, "year": (0, 0)}


class TestRateFigures(PropertyServiceTestCase):
    def test_the_database_sums_as_the_rules_do(self) -> None:
        for seed in range(6):
            community = f"RATE-{seed}"
            rows = some_rows(community, seed, 400)
            put(rows)
            for period in PERIODS:
                for cut_off in (date(2026, 2, 10), date(2026, 3, 31), date(2026, 6, 30)):
                    for scope in (("Own",), ("Utility",), ("Own", "Utility", "Developer")):
                        question = Question(period, cut_off, (community,), scope)
                        for name, column in GROUPS.items():
                            with self.subTest(seed=seed, period=period, cut_off=cut_off, scope=scope, group=name):
                                groups, together = figures_by(question, column)
                                found = {key: as_plain(group) for key, group in groups.items()}
                                wanted = expected(rows, question, grouped_by(COLUMNS[name]))
                                self.assertEqual(
                                    {key: group for key, group in found.items() if not is_nothing(group)},
                                    {key: group for key, group in wanted.items() if not is_nothing(group)},
                                )
                                total = expected(rows, question, grouped_by()).get("")
                                self.assertEqual(as_plain(together), total)

    def test_two_queries_whatever_the_number(self) -> None:
        put(some_rows("RATE-FEW", 1, 20))
        put(some_rows("RATE-MANY", 2, 2000))
        for community in ("RATE-FEW", "RATE-MANY"):
            with count_queries() as queries:
                figures_by(Question(PERIODS[0], date(2026, 3, 31), (community,)), "building")
            self.assertEqual(len(queries), 2, queries)

    def test_no_community_no_figures(self) -> None:
        put(some_rows("RATE-MINE", 3, 50))
        groups, together = figures_by(Question(PERIODS[0], date(2026, 3, 31), ()), "building")
        self.assertEqual((groups, as_plain(together)["figures"]), ({}, Figures()))

    def test_a_unit_in_two_groups_is_one_household(self) -> None:
        first = some_rows("RATE-TWO", 4, 1)[0]
        charge = replace(
            first, entry_type="Charge", part="Principal", amount=Decimal(10), recorded_at=datetime(2026, 3, 2),
            effective_date=date(2026, 3, 2), service_month=date(2026, 3, 1), collected_for="Own", charge="C", steward="a",
        )  # fmt: skip
        put([charge, replace(charge, name="RATE-TWO-2", steward="b")])
        paid = replace(
            charge, name="RATE-TWO-3", entry_type="Allocation", amount=Decimal(-10), recorded_at=datetime(2026, 3, 9)
        )
        put([paid])
        groups, together = figures_by(Question(PERIODS[0], date(2026, 3, 31), ("RATE-TWO",)), "steward")
        self.assertEqual({key: group.figures.household for key, group in groups.items()}, {"a": (1, 1), "b": (0, 1)})
        self.assertEqual(together.figures.household, (0, 1))
