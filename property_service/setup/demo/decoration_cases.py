"""Decorations of 云栖里 in every state: applied for, paid at the counter, inspected, accepted, settled, as the calendar comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import frappe
from frappe.utils import cint, getdate

from property_service.decoration import acceptance, alerts, extensions, fees, inspections, permits, states, usual_terms
from property_service.decoration.inspections import INSPECTION
from property_service.decoration.permits import ApplicationOrder
from property_service.decoration.worker_passes import WORKER_PASS
from property_service.patrol import finding_acts, findings
from property_service.patrol.findings import FindingOrder
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.guarded_document import advance
from property_service.property_service.money import money
from property_service.property_service.service_clock import from_local, local_day
from property_service.setup.demo import decoration_plan as paper
from property_service.setup.demo import fee_plan
from property_service.setup.demo.cast import MANAGER, staff
from property_service.setup.demo.decoration_plan import CasePlan
from property_service.setup.demo.fee_books import Add, Books, insert
from property_service.setup.demo.history import as_user

AUTHORITY = "临湖市住房和城乡建设局"
DESK, PATROLLER, SECOND = staff("steward.cloud"), staff("patroller"), staff("patroller.cloud")
WORKERS = (("王建军", "瓦工"), ("刘长顺", "水电工"), ("陈志远", "木工"), ("赵有才", "油漆工"))
DEDUCTED = 300
# Days after the works end, or after the acceptance.
ASKED_FOR_ACCEPTANCE, ACCEPTED_AFTER, OBSERVED_AFTER, REFUNDED_AFTER = -2, 1, 31, 35
CHECKED_AT = time(10, 20)
# Of works that ended before that the passes were handed in, and thrown away.
KEEP_PASSES = 60


def plan(books: Books, add: Add) -> None:
    """Plan the decorations of one community at times on its clocks; terms come with the first of them."""
    today = books.today
    first = today - timedelta(days=paper.CASES[0].days_ago + 2)

    def on(day: date, clock: time, act: Callable[[], Any]) -> None:
        add(from_local(books.code, datetime.combine(day, clock)), act)

    on(first, time(9, 5), lambda: make_terms(books.code))
    for number, (unit, case) in enumerate(paper.dealt(decorating(books))):
        Works(books, unit, case, number, on).plan()
    for back in range(30, -1, -1):
        on(today - timedelta(days=back), time(0, 30), alerts.expire_all)
    on(today, time(0, 40), lambda: inspect_each_day(books.code))


def decorating(books: Books) -> list[str]:
    """Homes under decoration, in the order of their numbers."""
    homes = [unit for unit in books.units.values() if unit.occupancy_status == "Decorating"]
    return sorted(unit.name for unit in homes if unit.building in books.buildings)


def make_terms(community: str) -> None:
    """The usual terms; the item for rubbish is there already, by its usual code."""
    doc = usual_terms.make(community)
    doc.authority = AUTHORITY
    doc.save()
    frappe.db.set_value("Fee Item", doc.pass_fee_item, "item_name", "装修出入证")


class Works:
    """One home and its permit; each method is one act, at its own time."""

    def __init__(self, books: Books, unit: str, case: CasePlan, number: int, on: Callable) -> None:
        self.books, self.unit, self.case, self.number, self.on = books, unit, case, number, on
        self.begin = books.today - timedelta(days=case.days_ago)
        self.name = ""
        self.wall = ""

    def plan(self) -> None:
        """All acts of this home; what lies in the future is not played."""
        fate, begin = self.case.fate, self.begin
        self.on(begin, time(9, 10 + self.number), self.apply)
        if fate in (paper.DRAFT, paper.UNDER_REVIEW):
            return
        if fate in (paper.ASKED, paper.REJECTED, paper.WITHDRAWN):
            self.on(begin + timedelta(days=1), time(15, 10), getattr(self, fate))
            return
        self.on(begin + timedelta(days=1), time(10, 5), self.approve)
        if fate in (paper.UNPAID, paper.EXPIRED):
            return
        self.on(begin + timedelta(days=2), time(10, 30), lambda: self.pay("Owner", "WeChat"))
        if fate == paper.HALF_PAID:
            return
        self.on(begin + timedelta(days=2), time(11, 0), lambda: self.pay("Contractor", "Transfer"))
        if self.case.days_ago < KEEP_PASSES:
            self.on(begin + timedelta(days=2), time(11, 20), self.make_passes)
        for day, title, severity, end in self.case.findings:
            self.on(begin + timedelta(days=day), CHECKED_AT, lambda row=(title, severity, end): self.find(*row))
        if fate != paper.STOPPED:
            self.plan_end(begin + timedelta(days=self.case.days))

    def plan_end(self, last: date) -> None:
        """Water test, acceptance, observation and refunds, from the last day of the works on."""
        fate = self.case.fate
        if fate == paper.EXTENDED:
            self.on(last - timedelta(days=4), time(16, 0), lambda: self.extend(last + timedelta(days=14)))
            return
        if fate == paper.MORE_DAYS_ASKED:
            self.on(last - timedelta(days=3), time(9, 40), lambda: self.ask_more(last + timedelta(days=10)))
            return
        self.on(last - timedelta(days=6), time(9, 0), lambda: acceptance.start_water_test(self.permit()))
        self.on(last - timedelta(days=4), time(10, 0), lambda: acceptance.finish_water_test(self.permit(), True))
        self.on(last + timedelta(days=ASKED_FOR_ACCEPTANCE), time(17, 5), self.ask_acceptance)
        if fate == paper.NOT_ACCEPTED:
            return
        seen = last + timedelta(days=ACCEPTED_AFTER)
        if fate == paper.FAILED_ONCE:
            self.on(
                seen - timedelta(days=1), time(9, 30), lambda: self.accept(False, "卫生间地漏排水不畅，楼道墙面有刮痕")
            )
            self.on(seen, time(8, 50), self.ask_acceptance)
        self.on(seen, time(15, 30), lambda: self.accept(True, "现场与申报一致，闭水合格"))
        if fate == paper.WALL:
            self.on(seen + timedelta(days=1), time(9, 20), self.deduct)
        if fate == paper.NOT_OBSERVED:
            return
        self.on(seen + timedelta(days=OBSERVED_AFTER), time(10, 0), self.observe)
        if fate != paper.NOT_REFUNDED:
            for side, minute in (("Owner", 10), ("Contractor", 25)):
                self.on(seen + timedelta(days=REFUNDED_AFTER), time(14, minute), lambda side=side: self.refund(side))

    # The acts

    def permit(self) -> Any:
        """The permit as it stands, its row locked."""
        return permits.locked(self.name)

    def apply(self) -> None:
        """The owner applies, with every paper the terms ask for but for a draft."""
        owner = frappe.db.get_value(
            "Unit Occupancy", {"unit": self.unit, "is_debtor": 1, "to_date": ["is", "not set"]}, "resident"
        )
        order = ApplicationOrder(
            unit=self.unit,
            applicant=owner,
            works=paper.WORKS[self.number % len(paper.WORKS)],
            from_date=self.begin + timedelta(days=0 if self.case.fate == paper.EXPIRED else 2),
            to_date=self.begin + timedelta(days=self.case.days),
            contractor=contractor(),
            licence_no="91320500MA1DEMO7X",
            site_manager=("周师傅", "钱工", "孙工")[self.number % 3],
            site_manager_phone=f"1390000{3100 + self.number}",
            channel=self.case.channel,
        )
        doc = permits.apply_for(order, DESK)
        self.name = doc.name
        if self.case.fate == paper.DRAFT:
            return
        for row in doc.documents:
            if row.is_needed:
                row.status, row.note = "Received", "原件已核对"
        permits.send(doc)

    def asked(self) -> None:
        """The review asks for a document anew."""
        names = [row.document_name for row in self.permit().documents if row.is_needed][2:3]
        permits.ask_for(self.permit(), names, "图纸上看不清卫生间防水做法，请补交")

    def rejected(self) -> None:
        """The manager does not approve it."""
        self.move(states.REJECTED, rejected_because="申报方案包含拆除飘窗下墙体，属于禁止行为，请修改方案后重新申报")

    def withdrawn(self) -> None:
        """The owner takes it back."""
        permits.withdraw(self.permit(), "装修公司档期有变，改到明年")

    def approve(self) -> None:
        """The manager approves."""
        self.move(states.APPROVED)

    def move(self, state: str, **values: Any) -> None:
        doc = self.permit()
        doc.update({"status": state, **values})
        doc.save()

    def pay(self, side: str, mode: str) -> None:
        """A deposit is paid at the counter, by the owner with the fee for rubbish."""
        with as_user(self.books.cashier):
            fees.take_deposit(self.permit(), side, mode, self.books.cashier)
        doc = self.permit()
        if side == "Owner" and doc.rubbish_charge:
            self.books.take(doc.applicant, [doc.rubbish_charge], money(doc.rubbish_due), unit=self.unit)

    def make_passes(self) -> None:
        """Passes of the workers."""
        for name, trade in [*WORKERS[self.number % 2 :], *WORKERS][: self.case.workers]:
            insert(WORKER_PASS, DESK, permit=self.name, worker_name=name, trade=trade, id_last_four="0312")

    def find(self, title: str, severity: str, end: str) -> None:
        """The daily inspection finds something; what becomes of it follows in the next days."""
        doc = self.permit()
        now = self.books.code, local_day(self.books.code)
        spot = end == paper.ON_THE_SPOT
        order = FindingOrder(
            community=doc.community,
            title=title,
            severity=severity,
            source="Decoration",
            reference=(doc.doctype, doc.name),
            unit=self.unit,
            responsible_kind="Contractor",
            responsible_resident=doc.contractor,
            fixed_note="当场停止并整改" if spot else "",
        )
        found = findings.raise_finding(order, PATROLLER).name
        if severity == "Serious":
            self.wall = found
            finding_acts.make_notice(found, "Stop-Work", MANAGER)
            if self.case.fate == paper.WALL:
                finding_acts.make_notice(found, "Reported", MANAGER, AUTHORITY)
        if end == paper.STAYS_OPEN:
            return
        day = now[1]
        if not spot:
            fixed = day + timedelta(days=3 if severity == "Serious" else 0)
            note = "已按设计院加固方案恢复并浇筑" if severity == "Serious" else "已清理整改"
            self.on(fixed, time(16, 40), lambda: findings.fix(found, DESK, note))
        if end == paper.TWICE:
            failed = "木方仍在门后，防火门不能自闭"
            self.on(day + timedelta(days=1), time(9, 15), lambda: findings.recheck(found, PATROLLER, False, failed))
            self.on(day + timedelta(days=1), time(11, 15), lambda: findings.fix(found, DESK, "木方已清出，门能自闭"))
            self.on(day + timedelta(days=1), time(15, 45), lambda: findings.recheck(found, SECOND, True, "复查合格"))
        elif end != paper.WAITS:
            checked = day + timedelta(days=4 if severity == "Serious" else 1)
            self.on(checked, time(9, 25), lambda: findings.recheck(found, SECOND, True, "复查合格"))

    def extend(self, until: date) -> None:
        """The manager gives more days, once."""
        extensions.extend(self.permit(), until, "定制橱柜到货推迟")

    def ask_more(self, until: date) -> None:
        """The owner asks for more days; the manager has not decided yet."""
        extensions.ask(self.permit(), until, "瓷砖补货，预计晚十天完工")

    def ask_acceptance(self) -> None:
        """The owner asks for the acceptance."""
        doc = self.permit()
        doc.flags.by_rules = True
        advance(doc, states.ACCEPTANCE_REQUESTED, "asked for by the applicant", actor_kind="Resident")

    def accept(self, passed: bool, note: str) -> None:
        """The manager looks at the works."""
        acceptance.record_acceptance(self.permit(), passed, note, MANAGER)

    def deduct(self) -> None:
        """The wall costs the contractor something, by the agreement."""
        reason = "擅自开凿剪力墙，按装修服务协议第六条扣除违约金"
        finding_acts.deduct(self.wall, self.permit().contractor_deposit, DEDUCTED, reason, MANAGER)

    def observe(self) -> None:
        """Nothing has come through in the observation."""
        acceptance.record_observation(self.permit(), True, "观察期内无渗漏、无投诉", MANAGER)

    def refund(self, side: str) -> None:
        """A deposit is given back to whoever paid it."""
        with as_user(self.books.cashier):
            acceptance.refund(self.name, side, "Transfer", "Given Back", self.books.cashier)


def contractor() -> str:
    """The record of the decorator, made with its first works."""
    found = frappe.db.get_value("Resident", {"resident_name": fee_plan.DECORATOR})
    return found or insert("Resident", resident_name=fee_plan.DECORATOR, resident_type="Organisation").name


def inspect_each_day(community: str) -> None:
    """The inspections of the days since works began, in one block; now and then nobody came. Today's are due."""
    today = local_day(community)
    rows: list[dict[str, Any]] = []
    sites = frappe.get_all(
        states.DOCTYPE,
        {"community": community, "started_on": ["is", "set"]},
        ["name", "unit", "started_on", "acceptance_requested_at", "to_date", "extended_to"],
        order_by="name asc",
    )
    for number, site in enumerate(sites):
        end = getdate(site.acceptance_requested_at) if site.acceptance_requested_at else today
        last = min(end, today, getdate(site.extended_to or site.to_date))
        for back in range((last - getdate(site.started_on)).days):
            day = getdate(site.started_on) + timedelta(days=back)
            missed = (back + number) % 23 == 11
            at = from_local(community, datetime.combine(day, CHECKED_AT)) + timedelta(minutes=4 * number)
            rows.append(
                {
                    "permit": site.name,
                    "community": community,
                    "unit": site.unit,
                    "due_on": day,
                    "status": inspections.MISSED if missed else inspections.DONE,
                    "inspector": None if missed else PATROLLER,
                    "inspected_at": None if missed else at,
                    "hours_kept": cint(not missed),
                    "passes_worn": cint(not missed and (back + number) % 9 != 4),
                    "inspection_key": inspections.key_of(site.name, day),
                    "creation": at,
                    "modified": at,
                }
            )
    for name, row in zip(hash_names(len(rows)), rows, strict=True):
        row["name"] = name
    insert_block(INSPECTION, rows)
    for site in sites:
        days = [row["due_on"] for row in rows if row["permit"] == site.name and row["status"] == inspections.DONE]
        if days:
            frappe.db.set_value(states.DOCTYPE, site.name, "last_inspected_on", max(days), update_modified=False)
    inspections.make_due()
