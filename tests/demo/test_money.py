"""Fourteen months of money in the demo estate: the books agree to the cent, and every kind of thing that happens is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import frappe
import pytest
from frappe.query_builder.functions import Sum
from frappe.utils import getdate, now_datetime

from property_service.fees import audit, ledger
from property_service.fees.months import add_months, month_of
from property_service.setup.demo import fee_history, fee_plan, making, portal_people, remove
from property_service.setup.demo.cases import homes_of
from property_service.setup.demo.estate_plan import plan_estate
from tests.demo.tables import rows_of_every_table

BOTH = ("LH", "YQ")
OURS = {"community": ["in", list(BOTH)]}
MADE = ("make_life", "make_money")


@pytest.fixture(scope="module", autouse=True)
def without_repairs() -> Iterator[None]:
    """Residents have accounts, but nothing was repaired: that is in test_life."""

    def portal_only(lake: Any, cloud: Any, households: Any, password: str) -> None:
        homes = [*homes_of(lake, households), *homes_of(cloud, households)]
        portal = portal_people.portal_homes(homes, households, Random(1))
        portal_people.make_portal_people(portal, households, password)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "make_life", portal_only)
        yield


@pytest.mark.parametrize("community", BOTH)
def test_the_books_agree_with_the_ledger(estate: dict, community: str) -> None:
    assert audit.differences(community) == []
    assert frappe.db.count("Fee Ledger Entry", {"community": community}) > 1000


def test_the_rules_allowed_every_act(estate: dict) -> None:
    assert "left out" not in estate["said"]
    assert 300 <= frappe.db.count("Fee Receipt", OURS) <= 1500
    assert frappe.db.count("Fee Charge", OURS) > 10_000


def test_the_older_quarters_are_nearly_paid(estate: dict) -> None:
    today = getdate(ledger.today_of("LH"))
    charge = frappe.qb.DocType("Fee Charge")
    for quarter in fee_plan.quarters(today)[:-2]:
        amount, paid = (
            frappe.qb.from_(charge)
            .select(Sum(charge.amount + charge.adjusted), Sum(charge.paid))
            .where(charge.community.isin(BOTH) & (charge.collected_for == "Own") & (charge.status != "Void"))
            .where((charge.service_month >= quarter) & (charge.service_month < add_months(quarter, 3)))
            .run()[0]
        )
        assert 0.92 < paid / amount < 0.99, quarter


def test_arrears_are_of_every_age(estate: dict) -> None:
    today = ledger.today_of("LH")
    rows = frappe.get_all("Fee Charge", {**OURS, "outstanding": [">", 0]}, ["due_date", "debtor"], order_by="name asc")
    ages = {min((today - row.due_date).days // 90, 4) for row in rows if row.due_date < today}
    assert ages >= {1, 2, 3, 4}
    assert len({row.debtor for row in rows}) < 200
    reasons = set(frappe.get_all("Fee Reminder", OURS, pluck="arrears_reason", order_by="name asc"))
    assert reasons >= {"Dispute", "Quality of Service", "Hardship", "Away", "Forgotten"}


def test_everything_that_happens_with_money_is_there(estate: dict) -> None:
    def found(doctype: str, field: str) -> set[str]:
        return set(frappe.get_all(doctype, OURS, pluck=field, order_by="name asc"))

    assert found("Fee Ledger Entry", "entry_type") == {
        *("Charge", "Adjustment", "Late Fee", "Payment", "Allocation", "Refund", "Deposit")
    }
    assert found("Fee Receipt", "status") >= {"Posted", "Voided", "Reversed"}
    assert found("Fee Receipt", "kind") == {"Payment", "Refund"}
    assert found("Fee Adjustment", "status") == {"Approved", "Rejected", "Pending Approval"}
    assert found("Fee Adjustment", "adjustment_kind") == {"Waive Principal", "Waive Late Fee"}
    assert found("Resident Deposit", "status") >= {"Held", "Refunded"}
    assert found("Resident Deposit Movement", "kind") == {"Held", "Deducted", "Refunded"}
    assert found("Payment Promise", "status") >= {"Open", "Kept", "Broken"}
    assert found("Fee Reminder", "level") >= {"Notice", "Call", "Letter", "Visit"}
    assert found("Unit Fee", "price_rule") == {"Item Price", "Discount"}
    modes = frappe.get_all("Fee Receipt Tender", {"parenttype": "Fee Receipt"}, ["parent", "mode"], order_by="name asc")
    assert {row.mode for row in modes} >= {"Cash", "WeChat", "Alipay", "POS", "Transfer"}
    assert max(Counter(row.parent for row in modes).values()) == 2
    assert frappe.db.count("Fee Receipt", {**OURS, "prepaid_left": [">", 0]})
    assert frappe.db.count("Fee Receipt", {**OURS, "change_due": [">", 0]})


@pytest.mark.parametrize("community", BOTH)
def test_two_months_are_closed_and_the_cashier_closes_each_day(estate: dict, community: str) -> None:
    today = ledger.today_of(community)
    locks = frappe.get_all("Fee Period Lock", {"community": community}, pluck="month", order_by="month asc")
    assert locks == [add_months(month_of(today), -3), add_months(month_of(today), -2)]
    receipts = frappe.get_all(
        "Fee Receipt",
        {"community": community, "posting_date": ["<", today]},
        ["name", "counter_closing"],
        order_by="name asc",
    )
    assert receipts and all(row.counter_closing for row in receipts)


def test_nothing_has_happened_in_the_future(estate: dict) -> None:
    for doctype, fields in (
        ("Fee Ledger Entry", ("recorded_at", "creation")),
        ("Fee Charge", ("creation",)),
        ("Fee Bill", ("creation",)),
        ("Fee Run", ("started_at", "finished_at", "creation")),
        ("Fee Receipt", ("creation",)),
        ("Fee Reminder", ("creation",)),
        ("Counter Closing", ("from_time", "to_time")),
    ):
        for row in frappe.get_all(doctype, OURS, list(fields), order_by="name asc"):
            assert all(not row[field] or row[field] <= now_datetime() for field in fields), (doctype, row)
    before = now_datetime() - timedelta(days=380)
    assert frappe.db.count("Fee Charge", {**OURS, "creation": ["<", before]}) > 500


def test_a_resident_who_signs_in_has_something_to_pay(estate: dict) -> None:
    payer = portal_people.resident_of(portal_people.PAYER)
    bills = frappe.get_all("Fee Bill", {"debtor": payer}, pluck="status", order_by="due_date asc")
    assert {"Paid", "Unpaid"} <= set(bills)


def test_the_logins_say_what_to_try(estate: dict) -> None:
    tried = " ".join(login["try"] for login in estate["logins"])
    assert "story 4" in tried and "story 5" in tried
    assert {"cashier.lake@demo.invalid", "cashier.cloud@demo.invalid"} <= {
        login.get("user") for login in estate["logins"]
    }


def test_it_is_removed_without_a_trace(estate: dict) -> None:
    counts = remove()
    after = rows_of_every_table()
    left = {
        name: (estate["before"].get(name), rows) for name, rows in after.items() if rows != estate["before"].get(name)
    }
    assert not left
    assert counts["Fee Charge"] > 10_000


@pytest.mark.pure
def test_a_large_estate_has_a_history_in_its_first_towers() -> None:
    lake, cloud = plan_estate(3000, date(2026, 5, 4), Random(1))
    played = [fee_history.played_buildings(plan, 3000) for plan in (lake, cloud)]
    homes = [
        unit for plan, names in zip((lake, cloud), played, strict=True) for unit in plan.units if unit.building in names
    ]
    assert 400 <= sum(unit.usage == "Residence" for unit in homes) < 520
    assert len(fee_history.played_buildings(lake, 1000)) == len(lake.buildings)


@pytest.mark.pure
@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 3, 31), date(2026, 8, 15), date(2027, 12, 31)])
def test_people_come_to_pay_on_past_days_of_the_history(today: date) -> None:
    quarters = fee_plan.quarters(today)
    assert quarters[0] <= add_months(month_of(today), -13) and quarters[-1] <= today < add_months(quarters[-1], 3)
    habits = fee_plan.deal_habits([f"r{number}" for number in range(100)], ["dev"], "guest")
    assert {habit.way for habit in habits.values()} >= {*(way for way, _percent in fee_plan.USUAL), fee_plan.QUARTERLY}
    assert habits["guest"].refusal
    for name, habit in habits.items():
        for quarter in quarters:
            visit = fee_plan.visit_of(name, habit, quarter, today)
            assert visit is None or quarter <= visit.at.date() <= today
    assert fee_plan.visit_of("guest", habits["guest"], quarters[-1], today) is None


@pytest.mark.pure
def test_stewards_are_measured_by_what_the_community_is(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, Any]] = []
    monkeypatch.setattr(fee_history, "insert", lambda _doctype, **values: made.append(values))
    monkeypatch.setattr(fee_history, "stewards", lambda _code: ["one", "two"])
    fee_history.set_targets(SimpleNamespace(code="LH"), date(2026, 5, 4))
    targets: defaultdict[str, list[tuple]] = defaultdict(list)
    for row in made:
        target = (row["target_year"], row.get("quarter", ""), row["current_target"], row["arrears_target"])
        targets[row.get("steward") or ""].append(target)
    assert set(targets) == {"", "one", "two"}
    assert targets["one"] == targets["two"] == targets[""] and (2026, "Q1", 30, 15) in targets["one"]
