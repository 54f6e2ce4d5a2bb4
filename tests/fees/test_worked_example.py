"""Half a year of one building, played through the functions people use, equal to the table of `worked_example` to the cent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import frappe
import pytest
from frappe.model.workflow import apply_workflow
from frappe.utils import getdate

from property_service.fees import audit, deposit_book, ledger
from property_service.fees.allocation import Tender
from property_service.fees.api import fee_run_preview_now, fee_run_start
from property_service.fees.collection_rates import Period
from property_service.fees.ledger_rules import balance, credit, deposit_held, money_kept
from property_service.fees.one_off import charge_once
from property_service.fees.rate_figures import Question, figures_by
from property_service.fees.receipts import (
    PaymentOrder,
    due_on,
    refund_prepayment,
    take_back_receipt,
    take_payment,
)
from property_service.fees.test_fee_run import queue, work_off
from property_service.property_service.money import ZERO, money
from property_service.property_service.service_clock import as_of
from property_service.tests import factories as make
from property_service.tests.utils import as_user
from tests.fees import worked_example as table

YEAR = 2026
JANUARY = date(YEAR, 1, 1)
LAST_DAYS = ("01-31", "02-28", "03-31", "04-30", "05-31", "06-30")
TIERS = {
    "WATER": ((0, 180, 5), (180, 260, 7), (260, 0, 9)),
    "POWER": ((0, 240, 0.4883), (240, 400, 0.5383), (400, 0, 0.7883)),
}
LIFT = "price * billable_area * (0 if floor < 3 else 1 if floor <= 10 else 1.1 if floor <= 20 else 1.2)"


def at(day: str, hour: int = 9) -> Any:
    """A block on this day of the year, month and day as 03-16."""
    return as_of(datetime(YEAR, int(day[:2]), int(day[3:]), hour))


class Estate:
    """The building and what can be done in it."""

    def __init__(self) -> None:
        self.community = make.make_community(time_zone=frappe.utils.get_system_timezone())
        self.building = make.make_building(self.community, floors=21)
        self.cashier = make.make_staff("Property Cashier", community=self.community)
        self.manager = make.make_staff("Property Manager", community=self.community)
        self.units = {
            room: make.make_unit(
                self.building, room_no=room, usage=usage, floor=floor, billable_area=area, inner_area=inner,
                household_size=persons, occupancy_status="Vacant",
            )
            for room, (usage, floor, area, inner, persons) in table.UNITS.items()
        }  # fmt: skip
        self.owners = {room: self.owner(room, "2025-01-01") for room in self.units}
        self.items = self.make_items()
        self.assign()
        self.meters = self.make_meters()
        self.prepaid_left: list[Decimal] = []

    def owner(self, room: str, begin: str) -> Any:
        resident = make.make_resident()
        make.make_occupancy(self.units[room], resident, from_date=begin)
        return resident

    def make_items(self) -> dict[str, Any]:
        def item(code: str, kind: str, price: float | None = None, **values: Any) -> Any:
            prices = [{"from_date": "2025-01-01", "price": price}] if price else values.pop("prices", [])
            return make.make_fee_item(self.community, item_code=code, kind=kind, prices=prices, **values)

        def tiers(code: str) -> list[dict[str, Any]]:
            return [
                {"from_date": "2025-01-01", "tier_from": begin, "tier_to": end, "price": price}
                for begin, end, price in TIERS[code]
            ]

        utility = {"timing": "In Arrears", "collected_for": "Utility"}
        changing = [{"from_date": "2025-01-01", "price": 2.4}, {"from_date": "2026-03-16", "price": 2.6}]
        late = {"late_fee_rate": 0.05, "grace_days": 30, "late_fee_cap": 30}
        made = [
            item("PROP", "Area", prices=changing, **late),
            item("LIFT", "Formula", 0.35, formula=LIFT),
            item("REFUSE", "Inner Area", 0.25),
            item("PARK", "Fixed", 80),
            item("WATER", "Metered", prices=tiers("WATER"), tier_period="Year", extra_quota_above=5,
                 extra_quota_per_person=30, **utility),
            item("POWER", "Metered", prices=tiers("POWER"), tier_period="Month", **utility),
            item("STAIRS", "Shared Meter", 0.6, share_method="By Area", **utility),
            item("REPAIR", "Fixed", one_off=1),
        ]  # fmt: skip
        return {doc.item_code: doc for doc in made}

    def assign(self) -> None:
        for code, rooms in table.CHARGES.items():
            for room in table.HOMES if code == "LIFT" else rooms:
                values: dict[str, Any] = {"to_date": "2026-05-20"} if code == "PARK" else {}
                if (code, room) == ("PROP", "0501"):
                    values = {"price_rule": "Discount", "discount_percent": 30, "reason": "Long vacant"}
                if (code, room) == ("PROP", "S1"):
                    values = {"price_rule": "Own Price", "own_price": 5, "reason": "Shop"}
                make.make_unit_fee(self.units[room], self.items[code], **values)

    def make_meters(self) -> dict[tuple[str, str], Any]:
        installed = {"installed_on": "2025-12-31", "initial_reading": 0}
        own = {
            (code, room): make.make_meter(self.items[code], self.units[room], **installed)
            for code, rooms in (("WATER", table.WATER), ("POWER", table.POWER))
            for room in rooms
        }
        return own | {("STAIRS", ""): make.make_meter(self.items["STAIRS"], building=self.building.name, **installed)}

    def read_meters(self, month: int) -> None:
        shown = {"WATER": table.WATER, "POWER": table.POWER, "STAIRS": {"": table.STAIRS}}
        with at(LAST_DAYS[month - 1], 18):
            for (code, room), meter in self.meters.items():
                day = f"{YEAR}-{LAST_DAYS[month - 1]}"
                make.make_reading(meter, day[:7], shown[code][room][month - 1], read_on=day)

    def bill(self, day: str, item: str | None = None) -> None:
        with at(day), as_user(self.manager), queue() as queued:
            run = frappe.get_doc(
                {
                    "doctype": "Fee Run",
                    "community": self.community.name,
                    "bill_until": f"{YEAR}-{day}",
                    "fee_item": item and self.items[item].name,
                }
            ).insert()
            fee_run_preview_now(run.name)
            fee_run_start(run.name)
            work_off(queued)
        assert frappe.db.get_value("Fee Run", run.name, "status") == "Done"

    def open_charges(self, room: str, debtor: str = "", **filters: Any) -> list[str]:
        wanted = {"unit": self.units[room].name, "debtor": debtor or self.owners[room].name, **filters}
        return frappe.get_all("Fee Charge", {**wanted, "outstanding": [">", 0]}, pluck="name", order_by="name asc")

    def charge(self, code: str, room: str, month: int) -> str:
        names = frappe.get_all(
            "Fee Charge",
            {"unit": self.units[room].name, "fee_item": self.items[code].name, "service_month": date(YEAR, month, 1)},
            pluck="name",
            order_by="name asc",
        )
        assert len(names) == 1
        return names[0]

    def pay(
        self,
        room: str,
        amount: str | Decimal,
        names: list[str],
        tenders: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Any:
        kept = money(amount)
        given = tuple(Tender(mode, money(sum_of)) for mode, sum_of in (tenders or {"Transfer": str(kept)}).items())
        order = PaymentOrder(
            community=self.community.name, payer=values.pop("payer", self.owners[room].name), charges=tuple(names),
            tenders=given, to_pay=kept, unit=self.units[room].name, **values,
        )  # fmt: skip
        return take_payment(order, self.cashier)

    def pay_all(self, room: str, day: str, **values: Any) -> Any:
        """Everything open that day, which must be what the table says."""
        with at(day, 10):
            names = self.open_charges(room, values.get("payer", ""))
            due = due_on(names, date(YEAR, int(day[:2]), int(day[3:])))
            wanted = table.PAID_WHOLE[room, day]
            assert sum((one.principal + one.late_fee for one in due), ZERO) == wanted, (room, day)
            return self.pay(room, wanted, names, **values)

    def waive(self, charge: str, kind: str, amount: str) -> None:
        with as_user(self.cashier):
            doc = frappe.get_doc(
                {
                    "doctype": "Fee Adjustment",
                    "charge": charge,
                    "adjustment_kind": kind,
                    "amount": amount,
                    "reason": "Quality of Service",
                    "explanation": "The lift stood still for ten days",
                }
            ).insert()
            apply_workflow(doc.as_json(), "Send for Approval")
        with as_user(self.manager):
            apply_workflow(frappe.get_doc(doc.doctype, doc.name).as_json(), "Approve")


def play(estate: Estate) -> SimpleNamespace:
    """January to June, and the meters of June on the first of July."""
    kept = SimpleNamespace()
    estate.bill("01-01")
    with at("01-05"):
        kept.prepaid = estate.pay("0301", "4000.00", estate.open_charges("0301"))
    estate.pay_all("0101", "01-10")
    estate.pay_all("S1", "01-15", tenders={"Bank Collection": "313.75"})
    with at("01-20"):
        estate.pay("0201", "100.00", estate.open_charges("0201"), {"Cash": "100.00"})
    estate.pay_all("P1", "01-31")
    note_prepaid(estate, kept)
    estate.read_meters(1)

    estate.bill("02-01")
    note_prepaid(estate, kept)
    estate.pay_all("0101", "02-10")
    by_mistake = estate.pay_all("1501", "02-10", tenders={"Cash": "700.00"})
    assert money(by_mistake.change_due) == money("54.93")
    with at("02-10", 11):
        assert take_back_receipt(by_mistake.name, "Paid by WeChat, not in cash") == "Voided"
    estate.pay_all("1501", "02-10", tenders={"WeChat": "645.07"})
    estate.pay_all("S1", "02-15", tenders={"Bank Collection": "313.75"})
    with at("02-20"):
        # PROP and LIFT of January with its late fee, and the stairs of January; the same by any order of the two
        names = [estate.charge(code, "2101", 1) for code in ("PROP", "LIFT", "STAIRS")]
        estate.pay("2101", "443.74", names, policy="Charge by Charge")
    estate.pay_all("P1", "02-28")
    estate.read_meters(2)

    estate.bill("03-01")
    note_prepaid(estate, kept)
    with at("03-02"):
        estate.waive(estate.charge("PROP", "0401", 2), "Waive Principal", "50.00")
    with at("03-05"):
        source = ("Property Unit", estate.units["0201"].name)
        charge_once(estate.units["0201"].name, estate.items["REPAIR"].name, "120.00", source, "New tap")
    estate.pay_all("0101", "03-10")
    estate.pay_all("0401", "03-10", tenders={"POS": "1172.22"})
    with at("03-12"):
        deposit = deposit_book.take_deposit(
            deposit_book.DepositOrder(
                community=estate.community.name, payer=estate.owners["0401"].name, unit=estate.units["0401"].name,
                purpose="Decoration (Owner)", amount="2000.00", mode="Cash",
            ),
            estate.cashier,
        )  # fmt: skip
        wrong = estate.pay("1501", "276.41", [estate.charge("PROP", "1501", 3)])
    with at("03-13"):
        assert take_back_receipt(wrong.name, "The transfer was another household's") == "Reversed"
    estate.pay_all("S1", "03-15", tenders={"Bank Collection": "313.75"})
    estate.read_meters(3)

    estate.bill("04-01")
    note_prepaid(estate, kept)
    with at("04-05"):
        january = estate.charge("PROP", "2001", 1)
        estate.pay("2001", "309.05", [january], chosen={january: money("309.05")})
    with at("04-06"):
        estate.waive(january, "Waive Late Fee", "5.00")
    estate.pay_all("0101", "04-10")
    with at("04-10"):
        estate.pay("2001", "2.73", [january])
    estate.read_meters(4)

    # 1001 is sold: the new owner owes from the first of May on
    frappe.db.set_value("Unit Occupancy", {"resident": estate.owners["1001"].name}, "to_date", f"{YEAR}-04-30")
    kept.former = estate.owners["1001"]
    estate.owners["1001"] = estate.owner("1001", f"{YEAR}-05-01")
    estate.bill("05-01")
    note_prepaid(estate, kept)
    estate.pay_all("1001", "05-08", payer=kept.former.name)
    estate.pay_all("0101", "05-10")
    with at("05-20"):
        deposit_book.deduct(deposit.name, "300.00", "Wall of the corridor broken", estate.cashier)
    estate.read_meters(5)

    estate.bill("06-01")
    note_prepaid(estate, kept)
    estate.pay_all("0101", "06-10")
    last = estate.pay_all("0201", "06-20", tenders={"WeChat": "1000.00", "Cash": "1500.00"})
    assert money(last.change_due) == money("58.63")
    with at("06-25"):
        refund_prepayment(kept.prepaid.name, "288.34", "Transfer", "Moves away", estate.cashier)
    with at("06-28"):
        deposit_book.refund(deposit.name, "1700.00", "Cash", "Given Back", estate.cashier)
    estate.read_meters(6)
    for code in ("WATER", "POWER", "STAIRS"):
        estate.bill("07-01", code)
    kept.deposit = deposit.name
    return kept


def note_prepaid(estate: Estate, kept: SimpleNamespace) -> None:
    estate.prepaid_left.append(money(frappe.db.get_value("Fee Receipt", kept.prepaid.name, "prepaid_left")))


@pytest.fixture(scope="module")
def half_year(site: str) -> Iterator[SimpleNamespace]:
    estate = Estate()
    kept = play(estate)
    yield SimpleNamespace(estate=estate, kept=kept, rows=ledger.rows_where(community=estate.community.name))


def test_every_charge(half_year: SimpleNamespace) -> None:
    estate = half_year.estate
    room_of = {unit.name: room for room, unit in estate.units.items()}
    code_of = {item.name: code for code, item in estate.items.items()}
    found = {
        (code_of[row.fee_item], room_of[row.unit], getdate(row.service_month).month): money(row.amount)
        for row in frappe.get_all(
            "Fee Charge",
            {"community": estate.community.name},
            ["fee_item", "unit", "service_month", "amount"],
            order_by="name asc",
        )
    }
    wanted = {
        (code, room, month): amount
        for code, rooms in table.CHARGES.items()
        for room, row in rooms.items()
        for month, amount in enumerate(row, 1)
        if amount is not None
    }
    assert found == wanted | {("REPAIR", "0201", 3): money("120.00")}


def test_shared_parts_add_up(half_year: SimpleNamespace) -> None:
    sums = [sum((rows[number] for rows in table.CHARGES["STAIRS"].values()), ZERO) for number in range(6)]
    assert tuple(sums) == table.STAIRS_TOTALS


def test_what_is_skipped_says_why(half_year: SimpleNamespace) -> None:
    skipped = frappe.get_all(
        "Fee Run Skip",
        {"community": half_year.estate.community.name, "fee_item": half_year.estate.items["LIFT"].name},
        ["unit", "reason"],
        order_by="name asc",
    )
    low = {half_year.estate.units[room].name for room in ("0101", "0201")}
    assert {row.unit for row in skipped} == low
    assert {row.reason for row in skipped} == {"It comes to 0 yuan."}


def test_every_late_fee(half_year: SimpleNamespace) -> None:
    estate = half_year.estate
    room_of = {unit.name: room for room, unit in estate.units.items()}
    sums: dict[tuple[str, int], Decimal] = {}
    for row in half_year.rows:
        if row.entry_type == "Late Fee":
            key = (room_of[row.unit], row.service_month.month)
            sums[key] = sums.get(key, ZERO) + row.amount
    assert {key: amount for key, amount in sums.items() if amount} == table.LATE_FEES


def test_the_prepayment(half_year: SimpleNamespace) -> None:
    assert tuple(half_year.estate.prepaid_left) == table.PREPAID_LEFT
    assert money(frappe.db.get_value("Fee Receipt", half_year.kept.prepaid.name, "prepaid_left")) == 0


def test_what_is_open_at_the_end(half_year: SimpleNamespace) -> None:
    estate = half_year.estate
    of_unit = {room: [row for row in half_year.rows if row.unit == unit.name] for room, unit in estate.units.items()}
    assert {room: balance(rows) for room, rows in of_unit.items()} == table.OPEN_AT_THE_END
    assert balance(half_year.rows) == table.OPEN_TOGETHER == sum(table.OPEN_AT_THE_END.values(), ZERO)


def test_a_new_owner_does_not_owe_the_old_debts(half_year: SimpleNamespace) -> None:
    estate, former = half_year.estate, half_year.kept.former.name
    rows = [row for row in half_year.rows if row.unit == estate.units["1001"].name and row.entry_type == "Charge"]
    assert {row.service_month.month for row in rows if row.debtor == former} == {1, 2, 3, 4}
    assert {row.service_month.month for row in rows if row.debtor == estate.owners["1001"].name} == {5, 6}
    assert estate.open_charges("1001", former) == []


def test_money_prepayments_and_deposits(half_year: SimpleNamespace) -> None:
    assert money_kept(half_year.rows) == table.MONEY_KEPT
    assert credit(half_year.rows) == 0
    assert deposit_held(half_year.rows) == 0
    deposit = frappe.get_doc("Resident Deposit", half_year.kept.deposit)
    assert (money(deposit.deducted), money(deposit.refunded), deposit.status) == (money(300), money(1700), "Refunded")


def test_the_rates(half_year: SimpleNamespace) -> None:
    question = Question(Period(JANUARY, date(YEAR, 6, 1)), date(YEAR, 6, 30), (half_year.estate.community.name,))
    _groups, together = figures_by(question, "building")
    assert {name: getattr(together.figures, name) for name in table.RATES} == table.RATES
    assert {name: getattr(together.late_fees, name) for name in table.LATE_FEE_SUMS} == table.LATE_FEE_SUMS


def test_the_books_agree(half_year: SimpleNamespace) -> None:
    assert audit.differences(half_year.estate.community.name) == []
