"""Two months of complaints, suggestions and praise, played act by act; with what return visits of repairs have brought to light."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

import frappe
from frappe.query_builder.functions import Min
from frappe.utils import cint, get_datetime, now_datetime

from property_service.front_desk import callback_promises, complaint_alerts, complaints, return_visits, visit_rules
from property_service.front_desk.callback_promises import PromiseOrder
from property_service.front_desk.complaint_states import DOCTYPE, PRAISE, SUGGESTION
from property_service.front_desk.complaints import ComplaintOrder
from property_service.property_service.service_clock import (
    as_of,
    due_in,
    from_local,
    local_day,
    site_now,
    to_aware,
    to_site,
)
from property_service.property_service.stages import DONE, OPEN, VOID, WORKING
from property_service.setup.demo import complaint_plan as paper
from property_service.setup.demo.cast import MANAGER, STEWARDS, staff
from property_service.setup.demo.complaint_plan import Plan
from property_service.setup.demo.history import REFUSED, Script, as_user, date_rows, forget_news

SEED = 20160933
DATED = (DOCTYPE, "Return Visit", "Service Message", "Version", "Callback Promise")
DESK, SECOND, LEADER = staff("front.desk"), staff("front.desk2"), staff("leader")


def make() -> list[str]:
    """Play all of it up to now; returns what the rules did not allow."""
    stage = Stage(site_now())
    people = {community: _people(community) for community in STEWARDS}
    for number, plan in enumerate(paper.PLANS):
        random = Random(f"{SEED}|{number}")  # noqa: S311  not a secret: the same complaints every time
        day = local_day(plan.community) - timedelta(days=plan.days)
        at = from_local(plan.community, datetime.combine(day, time(plan.hour, random.randrange(60))))
        if plan.fate == paper.NEW:
            at = site_now() - timedelta(minutes=25)
        stage.add(at, Course(plan, people[plan.community], number, random).script())
    for name, at in _brought_to_light():
        stage.add(at + timedelta(minutes=40), manager_script(name))
    stage.play()
    return stage.refused


class Stage:
    """Plays scripts in the order of time, each act at its own past time; what lies in the future is not played."""

    def __init__(self, until: datetime) -> None:
        self.until, self.refused = until, []
        self._waiting: list[tuple[datetime, int, Script]] = []
        self._numbers, self._played = count(), []

    def add(self, at: datetime, script: Script) -> None:
        heapq.heappush(self._waiting, (at, next(self._numbers), script))

    def play(self) -> None:
        begun = now_datetime()
        language, frappe.local.lang = frappe.local.lang, "zh"
        try:
            while self._waiting and self._waiting[0][0] <= self.until:
                at, _number, script = heapq.heappop(self._waiting)
                self._alert(at)
                self._go_on(at, script)
            self._alert(self.until)
        finally:
            frappe.local.lang = language
        date_rows(DATED, begun, self._played)

    def _go_on(self, at: datetime, script: Script) -> None:
        self._played.append((now_datetime(), at))
        frappe.db.savepoint("act")
        try:
            with as_of(at):
                again = next(script, None)
            forget_news()
        except REFUSED as error:
            # What the rules do not allow stays as it was before: the demo has one story less.
            frappe.db.rollback(save_point="act")
            frappe.clear_messages()
            self.refused.append(str(error))
            return
        if again:
            self.add(max(again, at + timedelta(seconds=1)), script)

    def _alert(self, until: datetime) -> None:
        """Lateness comes at its own time, not when somebody next acts."""
        table = frappe.qb.DocType(DOCTYPE)
        query = frappe.qb.from_(table).select(Min(table.next_alert_at)).where(table.stage.isin([OPEN, WORKING]))
        while (due := query.run()[0][0]) and due < until:
            self._played.append((now_datetime(), due))
            with as_of(due):
                if not complaint_alerts.sweep():
                    break


class Course:
    """One complaint from the receipt on; each step a moment later than the one before."""

    def __init__(self, plan: Plan, people: list[Any], number: int, random: Random) -> None:
        self.plan, self.people, self.random = plan, people, random
        self.at = number * 7 % max(len(people) - 12, 1)
        self.handler = staff(STEWARDS[plan.community][number % 2])
        self.name = self.other = ""

    def script(self) -> Script:
        plan = self.plan
        who = self.people[self.at]
        self.name = self.receive(who, plan.subject, plan.details)
        if plan.dispute:
            yield self.later(20, 60)
            self.other_side(who)
        for number in range(plan.joined):
            yield self.later(3, 9)
            self.receive(self.people[self.at + 1 + number], plan.subject, plan.details, group_of=self.name)
        if plan.kind == PRAISE or plan.fate == paper.NEW:
            return
        if plan.fate == paper.WITHDRAWN:
            yield self.later(60, 90)
            self.act(DESK, complaints.withdraw, "业主来电，绿化已处理，无需再跟进")
            return
        pressing = plan.level or plan.joined or plan.cause == "Safety Hazard"
        yield self.later(*((2, 8) if pressing else (20, 60)))
        if frappe.db.get_value(DOCTYPE, self.name, "status") == "Received":
            self.act(DESK, complaints.assign, self.handler)
        else:
            self.handler = frappe.db.get_value(DOCTYPE, self.name, "assigned_to")
        if plan.fate in (paper.ASSIGNED, paper.OVERDUE):
            return
        yield self.later(*((200, 300) if plan.fate == paper.LATE else (2, 12) if pressing else (5, 40)))
        self.act(self.handler, complaints.answer, paper.FIRST_WORDS.format(hours=24))
        yield self.later(5, 30)
        self.act(self.handler, complaints.start)
        if plan.fate == paper.LOOKED_INTO:
            if plan.days > 2:
                yield self.later(800, 900)
                self.act(self.handler, complaints.interim, paper.INTERIM_WORDS.format(what="方案正在比选"))
            return
        if plan.fate == paper.LATE:
            yield self.later(1000, 1100)
            self.act(self.handler, complaints.interim, paper.INTERIM_WORDS.format(what="涂料已订货"))
            yield self.later(1500, 1700)
        yield from self.resolved()
        if plan.kind != SUGGESTION and plan.fate != paper.TO_VISIT:
            yield from self.visited()
        if plan.dispute:
            self.name = self.other
            yield from self.resolved()
            yield visiting_time(plan.community, self.random)
            visit(self.name, "Fairly Satisfied", None, "希望双方以后互相体谅")

    def resolved(self) -> Script:
        yield self.later(300, 700)
        handler = frappe.db.get_value(DOCTYPE, self.name, "assigned_to") or self.handler
        valid = self.plan.fate not in (paper.NOT_VALID, paper.EXPLAINED)
        self.act(handler, complaints.resolve, self.plan.done, self.plan.told, valid, self.plan.joined > 0)

    def visited(self) -> Script:
        yield visiting_time(self.plan.community, self.random)
        fate, answer = self.plan.fate, ("Satisfied", None, self.random.choice(paper.VISITED_WELL))
        first = {
            paper.FAIRLY: ("Fairly Satisfied", None, "解决了，但来回打了两次电话"),
            paper.NOT_FIXED: ("Dissatisfied", "Not Fixed", "昨天又看到没登记就放行"),
            paper.OPEN_AGAIN: ("Dissatisfied", "Not Fixed", "早高峰还是要排队"),
            paper.TO_MANAGER: ("Dissatisfied", "Manner", "道歉很敷衍，希望经理回电"),
            paper.EXPLAINED: ("Dissatisfied", "Beyond Our Duty", "已说明减免政策由业主大会决定"),
        }
        if fate == paper.UNREACHED:
            yield from unreached(self.name, self.plan.community, self.random)
            return
        visit(self.name, *first.get(fate, answer))
        if fate == paper.TO_MANAGER:
            yield self.later(30, 90)
            self.act(MANAGER, complaints.start)
        elif fate != paper.NOT_FIXED:
            yield from (joined_visits(self.name, self.plan.community, self.random) if self.plan.joined else ())
            return
        yield from self.resolved()
        yield visiting_time(self.plan.community, self.random)
        visit(self.name, *answer)

    def receive(self, who: Any, subject: str, details: str, **more: Any) -> str:
        plan, desk = self.plan, self.random.choice((DESK, DESK, SECOND))
        named = (
            {}
            if plan.anonymous
            else {
                "resident": who.resident,
                "unit": who.unit,
                "other_side": self.people[self.at + 1].resident if plan.dispute else "",
            }
        )
        order = ComplaintOrder(
            **{
                "community": plan.community,
                "subject": subject,
                "details": details,
                "kind": plan.kind,
                "category": plan.cause,
                "level": plan.level,
                "channel": plan.channel,
                "is_anonymous": plan.anonymous,
                "place": "中心花园" if plan.anonymous else "",
                "person_complained_of": SECOND if plan.cause == "Staff Manner" else "",
                **named,
                **more,
            }
        )
        if order.person_complained_of:
            desk = DESK
        with as_user(desk):
            return complaints.receive(order, desk).name

    def other_side(self, who: Any) -> None:
        """The neighbour complains too: each side is heard alone."""
        subject, details = paper.NEIGHBOUR[self.plan.cause]
        other = self.people[self.at + 1]
        first, more = self.name, {"resident": other.resident, "unit": other.unit, "other_side": who.resident}
        self.name = self.other = self.receive(other, subject, details, **more)
        self.act(DESK, complaints.assign, self.handler)
        self.act(self.handler, complaints.answer, paper.FIRST_WORDS.format(hours=24))
        self.act(self.handler, complaints.start)
        self.name = first

    def act(self, user: str, act: Callable, *values: Any) -> None:
        with as_user(user):
            if act is complaints.assign:
                act(self.name, values[0], user)
            else:
                act(self.name, user, *values)

    def later(self, low: int, high: int) -> datetime:
        """A site time so many open minutes from now."""
        return due_in(self.plan.community, site_now(), self.random.randrange(low, high))


def manager_script(name: str) -> Iterator[datetime]:
    """What a return visit of a repair has brought to light: the manager promises to call back, does so, and settles it."""
    random = Random(f"{SEED}|{name}")  # noqa: S311  as above
    doc = frappe.get_doc(DOCTYPE, name)
    with as_user(MANAGER):
        complaints.answer(name, MANAGER, "您反映的问题已转到我这里，我会亲自核实并给您回电。")
        complaints.start(name, MANAGER)
        about = f"就 {doc.reference_name} 的服务向业主回电"
        order = PromiseOrder(
            about=about,
            due_at=due_in(doc.community, site_now(), 240),
            responsible=MANAGER,
            contact_name=doc.contact_name or "",
            contact_phone=doc.contact_phone or "",
            resident=doc.resident or "",
            unit=doc.unit or "",
            community=doc.community,
            reference=(DOCTYPE, name),
        )
        promised = callback_promises.promise(order, MANAGER)
    yield due_in(doc.community, site_now(), random.randrange(90, 200))
    with as_user(MANAGER):
        callback_promises.keep(promised.name, MANAGER, "已致歉并说明改进措施，业主表示理解")
    yield due_in(doc.community, site_now(), random.randrange(60, 300))
    with as_user(MANAGER):
        complaints.resolve(
            name, MANAGER, "与班组核实情况，扣减当月服务分，重申上门礼仪与准时要求", "我们已核实并整改，再次向您致歉。"
        )
    yield visiting_time(doc.community, random)
    visit(name, "Satisfied", None, "经理亲自回电，业主认可处理结果")


def visit(name: str, result: str, reason: str | None, remark: str) -> None:
    """The due visit of a complaint is made, by somebody who may."""
    found = _due(name)
    if not found:
        return
    channel = "On Site" if cint(found.on_site_recheck) else "Phone"
    with as_user(_visitor(found)):
        return_visits.record_attempt(found.name, channel, True, result, reason, remark)


def unreached(name: str, community: str, random: Random) -> Script:
    """Three tries on three days, nobody answers."""
    for _number in range(3):
        found = _due(name)
        if not found:
            return
        with as_user(_visitor(found)):
            done = return_visits.record_attempt(found.name, "Phone", False, note="无人接听")
        if done.next_attempt_at:
            yield get_datetime(done.next_attempt_at) + timedelta(minutes=random.randrange(5, 90))


def joined_visits(first: str, community: str, random: Random) -> Script:
    """All who joined are asked as well."""
    for name in frappe.get_all(DOCTYPE, {"group_of": first}, pluck="name", order_by="name asc"):
        yield visiting_time(community, random)
        visit(name, "Satisfied", None, random.choice(paper.VISITED_WELL))


def visiting_time(community: str, random: Random) -> datetime:
    """A moment within the next hours in which residents may be called."""
    wanted = site_now() + timedelta(minutes=random.randrange(60, 600))
    hours = return_visits.calling_hours(community)
    at = visit_rules.next_call_time(hours, to_aware(wanted)) + timedelta(minutes=random.randrange(1, 60))
    # A minute later than the opening, and not in the noon break.
    return to_site(visit_rules.next_call_time(hours, at)) + timedelta(minutes=1)


def _due(name: str) -> Any:
    filters = {"reference_doctype": DOCTYPE, "reference_name": name, "status": return_visits.DUE}
    fields = ["name", "community", "doer", "kept_from", "supervisor_only", "on_site_recheck", "assigned_to"]
    rows = frappe.get_all("Return Visit", filters, fields, order_by="due_at asc, name asc", limit=1)
    return rows[0] if rows else None


def _visitor(found: Any) -> str:
    callers = [DESK, SECOND, *map(staff, STEWARDS[found.community]), LEADER, MANAGER]
    return next(user for user in callers if not return_visits.why_not_visitor(found, user))


def _brought_to_light() -> list[tuple[str, datetime]]:
    """Complaints that visits of repairs have made, with the time of each."""
    filters = {"reference_doctype": "Repair Request", "stage": ["not in", (DONE, VOID)]}
    rows = frappe.get_all(DOCTYPE, filters, ["name", "received_at"], order_by="received_at asc, name asc")
    return [(row.name, get_datetime(row.received_at)) for row in rows]


def _people(community: str) -> list[Any]:
    """Who speaks for each home, in the order of the homes."""
    stay, unit = frappe.qb.DocType("Unit Occupancy"), frappe.qb.DocType("Property Unit")
    return (
        frappe.qb.from_(stay)
        .join(unit)
        .on(unit.name == stay.unit)
        .select(stay.resident, stay.unit)
        .where(unit.usage == "Residence")
        .where((stay.community == community) & (stay.is_primary == 1) & stay.to_date.isnull())
        .orderby(stay.unit)
        .run(as_dict=True)
    )
