"""What the patrols of the demo estate find: put right, rechecked by another, found again, overdue; and an assessment of a contractor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import frappe
from frappe.utils import add_months, get_first_day, now_datetime

from property_service.patrol import closing, finding_acts, findings, tasks
from property_service.patrol.assessments import ASSESSMENT, confirm
from property_service.patrol.findings import FINDING, FindingOrder
from property_service.property_service.service_clock import as_of, from_local, local_day, site_now
from property_service.setup.demo import patrol_plan as paper
from property_service.setup.demo.cast import MANAGER, staff
from property_service.setup.demo.history import as_user, date_rows, forget_news

FIXERS = {paper.LAMPS: staff("electrician"), paper.CLEANING: staff("cleaner"), paper.RESIDENT: staff("front.desk")}
FINDER, SECOND = staff("patroller"), staff("leader")
WORDS = {
    paper.LAMPS: "已更换维修，恢复正常",
    paper.CLEANING: "已清理，现场恢复",
    paper.RESIDENT: "已上门告知，业主已清走",
}


def make() -> None:
    """Play the findings of both communities in the order of time, then assess the cleaners of last month."""
    played: list[tuple[datetime, datetime]] = []
    begun = now_datetime()
    language, frappe.local.lang = frappe.local.lang, "zh"
    try:
        with as_user(MANAGER):
            for row in paper.FOUND:
                _Finding(*row, played).play()
            assess("LH")
    finally:
        frappe.local.lang = language
    date_rows((FINDING, "Repair Request", "Service Message", "Version"), begun, played)


class _Finding:
    """One finding and what becomes of it."""

    def __init__(
        self, community: str, days: int, place: str, title: str, severity: str, team: str, fate: str, played: list
    ) -> None:
        self.community, self.place, self.title, self.severity = community, place, title, severity
        self.team, self.fate, self.played = team, fate, played
        self.begin = local_day(community) - timedelta(days=days)
        self.name = ""

    def play(self) -> None:
        """All of its acts that lie in the past."""
        self.act(0, time(9, 40), self.found)
        if self.fate in (paper.OPEN, paper.ON_THE_SPOT):
            if self.fate == paper.ON_THE_SPOT:
                self.act(1, time(10, 15), lambda: findings.recheck(self.name, SECOND, True, "现场复查合格"))
            return
        if self.fate == paper.WITHDRAWN:
            self.act(1, time(8, 50), lambda: findings.withdraw(self.name, MANAGER, "经排查为飞鸟触发，设备正常"))
            return
        if self.fate == paper.NOTICE:
            self.act(0, time(14, 0), lambda: finding_acts.make_notice(self.name, "Advised", MANAGER))
            self.act(2, time(9, 0), lambda: finding_acts.make_notice(self.name, "Notice", MANAGER))
        if self.fate == paper.REPAIR:
            self.act(0, time(10, 30), lambda: finding_acts.make_repair_request(self.name, MANAGER))
            return
        quick = self.severity in ("Serious", "Critical")
        self.act(0 if quick else 3 if self.fate == paper.NOTICE else 1, time(11, 50 if quick else 20), self.put_right)
        if self.fate == paper.WAITS:
            return
        if self.fate == paper.TWICE:
            failed = "现场仍有堆放，整改不彻底"
            self.act(1, time(15, 0), lambda: findings.recheck(self.name, SECOND, False, failed))
            self.act(2, time(10, 0), self.put_right)
        self.act(4, time(16, 20), lambda: findings.recheck(self.name, SECOND, True, "现场复查合格"))

    def act(self, later: int, clock: time, call: Callable[[], Any]) -> None:
        at = from_local(self.community, datetime.combine(self.begin + timedelta(days=later), clock))
        if at > site_now() or (later and not self.name):
            return
        self.played.append((now_datetime(), at))
        with as_of(at):
            call()
        forget_news()

    def found(self) -> None:
        """By the patroller on his round, where there is one of that morning, else in passing."""
        checkpoint = frappe.db.get_value("Patrol Checkpoint", {"community": self.community, "place": self.place})
        record = frappe.db.get_value(
            tasks.RECORD,
            {
                "checkpoint": checkpoint,
                "result": ["!=", "Missed"],
                "recorded_at": ["<=", site_now()],
                "finding": ["is", "not set"],
            },
            ["name", "task", "patroller"],
            order_by="recorded_at desc",
            as_dict=True,
        )
        order = FindingOrder(
            community=self.community,
            title=self.title,
            severity=self.severity,
            source="Patrol",
            reference=(tasks.RECORD, record.name) if record else None,
            checkpoint=checkpoint or "",
            place=self.place,
            responsible_kind="Team" if self.team else "",
            responsible_team=self.team,
            fixed_note=WORDS[self.team] if self.fate == paper.ON_THE_SPOT else "",
        )
        self.name = findings.raise_finding(order, record.patroller if record else FINDER).name
        if record:
            frappe.db.set_value(tasks.RECORD, record.name, {"finding": self.name, "is_abnormal": 1})
            closing.recount([record.task], over=True)

    def put_right(self) -> None:
        """By the team, or by the desk where a resident is spoken to."""
        findings.fix(self.name, FIXERS[self.team], WORDS[self.team])


def assess(community: str) -> None:
    """The cleaners come from outside: last month's assessment, confirmed by the manager, with what it takes off the fee."""
    team = frappe.get_doc("Work Team", paper.CLEANING)
    team.is_contractor, team.contractor_phone = 1, team.contractor_phone or "4000000031"
    team.save(ignore_permissions=True)  # the demo is made by the system, for nobody in particular
    month = get_first_day(add_months(local_day(community), -1))
    doc = frappe.new_doc(ASSESSMENT)
    doc.update({"contractor": team.name, "community": community, "month": month, "monthly_fee": paper.FEE})
    doc.insert()
    doc.update({"deduction": paper.FEE_TAKEN_OFF, "deduction_reason": "通道堆物两次整改不彻底，按合同扣减当月服务费"})
    doc.save()
    confirm(doc.name, MANAGER)
