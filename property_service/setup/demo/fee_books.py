"""The books of one demo community: its items, meters, runs, payments and closings, all through the functions people use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import frappe
from frappe.query_builder.functions import Sum

from property_service.fees import assignment, fee_run_preview, fee_run_work, fee_runs, ledger
from property_service.fees.allocation import CASH, Tender
from property_service.fees.charges import CHARGE, PARTLY_PAID, UNPAID
from property_service.fees.closings import close_counter, closing_figures
from property_service.fees.meter_sheet import enter
from property_service.fees.months import month_end
from property_service.fees.receipts import PaymentOrder, due_on, take_back_receipt, take_payment
from property_service.fees.usages import METER
from property_service.property_service.money import ZERO, money
from property_service.property_service.service_clock import from_local, site_now
from property_service.setup.demo.cast import MANAGER, staff
from property_service.setup.demo.estate_plan import CommunityPlan
from property_service.setup.demo.fee_plan import (
    QUARTERLY,
    SEED,
    WATER_BUILDING,
    WATER_COMPANY,
    Habit,
    ItemPlan,
    Visit,
    deal_habits,
    items_of,
    quarter_of,
    tenders_of,
    visit_of,
    water_used,
)
from property_service.setup.demo.history import as_user

CASHIERS = {"LH": staff("cashier.lake"), "YQ": staff("cashier.cloud")}
LATE_FEE = {"late_fee_rate": 0.05, "grace_days": 30, "late_fee_cap": 30}
RENTED_SPACES = 10
SHORT_DAYS, SHORT_BY = 4, 5
Add = Callable[[datetime, Callable[[], None]], None]
"""Plan an act for a site time."""


class Books:
    """One community; `buildings` are those whose people pay by plan, `today` the date on its clocks when the history ends."""

    def __init__(self, plan: CommunityPlan, buildings: Collection[str], today: date, add: Add) -> None:
        self.code, self.delivered_on = plan.shape.code, plan.delivered_on
        self.cashier = CASHIERS[self.code]
        self.buildings, self.today, self.add = set(buildings), today, add
        self.others = [building.name for building in plan.buildings if building.name not in self.buildings]
        self.units = {unit.name: unit for unit in plan.units}
        self.habits: dict[str, Habit] = {}
        self.open_guest = ""
        self.developers: list[str] = []
        self.quarterly: dict[str, Decimal] = {}
        self.meters: dict[str, str] = {}
        self.shown: defaultdict[str, int] = defaultdict(int)
        # What follows when somebody leaves his late fee open; see fee_cases.
        self.after_principal: Callable[[str], None] = lambda debtor: None
        self.stay_away: set[str] = set()

    # What is charged

    def make_items(self) -> None:
        """Fee items with their prices, and the water company whose money the water is."""
        for item in items_of(self.code):
            self._make_item(item)

    def _make_item(self, item: ItemPlan) -> None:
        metered = item.kind == "Metered"
        principal = insert("Resident", resident_name=WATER_COMPANY, resident_type="Organisation") if metered else None
        insert(
            "Fee Item",
            community=self.code,
            item_code=item.code,
            item_name=item.name,
            kind=item.kind,
            formula=item.formula or None,
            one_off=int(item.one_off),
            every_months=1 if metered else 3,
            timing="In Arrears" if metered else "In Advance",
            pay_by_day=15,
            collected_for="Utility" if metered else "Own",
            principal=principal and principal.name,
            account_code=item.account,
            tier_period="Year" if metered else "Month",
            extra_quota_above=5 if metered else 0,
            extra_quota_per_person=30 if metered else 0,
            prices=[
                {"from_date": self.delivered_on.replace(day=1), "tier_from": low, "tier_to": high, "price": price}
                for low, high, price in item.prices
            ],
            **(LATE_FEE if self.code == "LH" and not metered else {}),
        )

    def assign(self, buildings: Collection[str], begin: date) -> None:
        """Give the units of buildings their items from a day on."""
        for item in items_of(self.code):
            filters = {
                "buildings": sorted(buildings),
                "usages": [item.usage],
                "delivery_statuses": list(item.delivery),
                "floor_from": item.floor_from,
            }
            if item.usage and buildings and assignment.units_by(self.code, filters):
                assignment.assign(f"{self.code}-{item.code}", begin, filters, {})

    def rent_spaces(self, begin: date) -> None:
        """Homes with a car and no space of their own rent one."""
        cars = frappe.get_all(
            "Resident Vehicle",
            {"unit": ["like", f"{self.code}-%"], "parking_space": ["is", "not set"]},
            ["unit"],
            order_by="name asc",
        )
        homes = sorted({car.unit for car in cars if self.units[car.unit].building in self.buildings})
        for unit in homes[:RENTED_SPACES]:
            insert("Unit Fee", unit=unit, fee_item=f"{self.code}-RENT", from_date=begin)

    def make_meters(self, installed_on: date) -> None:
        """A new water meter for each home of one building, and the item that bills it."""
        homes = sorted(unit.name for unit in self.units.values() if unit.building == WATER_BUILDING)
        homes = [name for name in homes if self.units[name].usage == "Residence"]
        for number, unit in enumerate(homes, 1):
            meter = insert(
                METER,
                meter_no=f"W{number:05d}",
                fee_item="LH-WATER",
                unit=unit,
                digits=5,
                installed_on=installed_on,
            )
            self.meters[meter.name] = unit
        begin = installed_on + timedelta(days=1)
        assignment.assign("LH-WATER", begin, {"buildings": [WATER_BUILDING], "usages": ["Residence"]}, {})

    def read_meters(self, month: date) -> None:
        """The readings of a month, entered on its last day as one sheet."""
        rows = []
        for meter, unit in self.meters.items():
            home = self.units[unit]
            lived_in = home.occupancy_status in ("Owner Occupied", "Rented")
            self.shown[unit] += water_used(unit, month, lived_in, home.household_size)
            rows.append({"meter": meter, "value": self.shown[unit]})
        enter(rows, month, month_end(month))

    def run(self, **scope: str) -> str:
        """A fee run of today; returns its name."""
        run = insert("Fee Run", community=self.code, bill_until=ledger.today_of(self.code), **scope)
        # A preview takes half as long again as its run: those of long ago are not looked at any more.
        is_young = self.today - self.local_today() < timedelta(days=100)
        if is_young and len(fee_runs.units_of(fee_runs.scope_of(run))) <= fee_run_preview.AT_ONCE:
            fee_run_preview.prepare(run)
        fee_run_work.run_at_once(run)
        return run.name

    def run_quarter(self) -> None:
        """Bill a quarter, and plan who comes to pay it when."""
        begun, day = site_now(), ledger.today_of(self.code)
        table = frappe.qb.DocType(CHARGE)
        rows = (
            frappe.qb.from_(table)
            .select(table.debtor, Sum(table.amount))
            .where(table.fee_run == self.run())
            .where(table.item_kind != "Metered")
            .where(table.building.isin(sorted(self.buildings) or [""]))
            .groupby(table.debtor)
            .orderby(table.debtor)
            .run()
        )
        self.quarterly = {debtor: money(amount) for debtor, amount in rows}
        if not self.habits:
            self.habits = deal_habits(self.quarterly, self.developers, self.open_guest)
        for debtor in self.quarterly:
            visit = visit_of(debtor, self.habits.get(debtor, Habit(QUARTERLY)), quarter_of(day), self.today)
            if visit:
                at = max(from_local(self.code, visit.at), begun + timedelta(hours=Random(debtor).randrange(1, 8)))  # noqa: S311  as below
                self.add(at, lambda debtor=debtor, visit=visit: self.pay(debtor, visit))

    # Who pays

    def pay(self, debtor: str, visit: Visit) -> None:
        """Somebody pays at the counter what is open for him, or part of it, or more."""
        due = [] if debtor in self.stay_away else self.open_of(debtor)
        principal = sum((money(charge.outstanding) for charge in due), ZERO)
        owed = principal + self._late_fee(due)
        to_pay = principal if visit.principal_only else owed
        if visit.part < 1:
            to_pay = max(money(int(float(owed) * visit.part) // 100 * 100), ZERO)
        if visit.ahead and debtor not in self.stay_away:
            to_pay += visit.ahead * self.quarterly.get(debtor, ZERO)
        if to_pay <= 0:
            return
        self.take(debtor, [charge.name for charge in due], to_pay, unit=due[0].unit if due else "")
        if visit.principal_only:
            self.add(site_now() + timedelta(hours=1), lambda: self.after_principal(debtor))

    def local_today(self) -> date:
        """The date in the community at the time that is played."""
        return ledger.today_of(self.code)

    def _late_fee(self, due: list[Any]) -> Decimal:
        """What comes on top today, computed only where something is late enough."""
        day = ledger.today_of(self.code)
        late = [row.name for row in due if row.late_fee_rate and (day - row.due_date).days > row.grace_days]
        outstanding = sum((money(row.outstanding) for row in due if row.name in late), ZERO)
        return sum((one.principal + one.late_fee for one in due_on(late, day)), ZERO) - outstanding if late else ZERO

    def take(self, payer: str, charges: Collection[str], to_pay: Decimal, unit: str = "", **more: Any) -> str:
        """Take a payment by the cashier of the community, by the modes this payer uses on that day; returns the receipt's name."""
        random = Random(f"{SEED}|{payer}|{site_now()}")  # noqa: S311  as in fee_plan
        tenders = tuple(Tender(mode, money(cents) / 100) for mode, cents in tenders_of(int(to_pay * 100), random))
        order = PaymentOrder(self.code, payer, tuple(charges), tenders, to_pay, unit=unit, **more)
        with as_user(self.cashier):
            return take_payment(order, self.cashier).name

    def take_back(self, receipt: str, because: str) -> None:
        """Take a receipt back by the cashier of the community."""
        with as_user(self.cashier):
            take_back_receipt(receipt, because)

    def close(self) -> None:
        """The cashier counts and closes; once a note of 5 yuan is missing."""
        figures = closing_figures(self.code, self.cashier)
        if figures["is_empty"]:
            return
        cash = sum((money(row["amount"]) for row in figures["modes"] if row["mode"] == CASH), ZERO)
        is_short = cash > SHORT_BY and ledger.today_of(self.code) == self.today - timedelta(days=SHORT_DAYS)
        counted = {CASH: cash - SHORT_BY if is_short else cash}
        with as_user(self.cashier):
            close_counter(
                self.code, self.cashier, counted, "全天", "找零差错，短款 5 元，收费员补足" if is_short else ""
            )

    def open_of(self, debtor: str) -> list[Any]:
        """Charges of a debtor that are not paid, the oldest first."""
        return frappe.get_all(
            CHARGE,
            {"debtor": debtor, "community": self.code, "status": ["in", [UNPAID, PARTLY_PAID]]},
            ["name", "unit", "outstanding", "due_date", "late_fee_rate", "grace_days"],
            order_by="due_date asc, name asc",
        )

    def stopped(self) -> dict[str, Habit]:
        """Debtors who do not pay any more, with the reason."""
        owing = defaultdict(Decimal)
        for row in frappe.get_all(
            CHARGE,
            {"community": self.code, "status": ["in", [UNPAID, PARTLY_PAID]], "debtor": ["in", list(self.habits)]},
            ["debtor", "outstanding"],
            order_by="name asc",
        ):
            owing[row.debtor] += money(row.outstanding)
        return {name: habit for name, habit in self.habits.items() if habit.refusal and owing[name] > 0}


def insert(doctype: str, user: str = MANAGER, **values: Any) -> Any:
    """Insert a document as a member of staff; returns it."""
    with as_user(user):
        return frappe.get_doc({"doctype": doctype, **values}).insert()
