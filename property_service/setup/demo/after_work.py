"""What follows the work of a demo case: rating, payment, return visits with their attempts and results."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import frappe

from property_service.front_desk import return_visits, visit_rules
from property_service.property_service.service_clock import site_now, to_aware, to_site
from property_service.repairs import resident_acts
from property_service.setup.demo import faults
from property_service.setup.demo.cast import MANAGER
from property_service.setup.demo.history import Script, as_user

if TYPE_CHECKING:
    from property_service.setup.demo.acts import Life

SECOND = "Second Visit"
STAYS_DONE, CALL_AGAIN, REOPENED_TODAY, SENT_BACK_TODAY = (
    "stays_done",
    "call_again",
    "reopened_today",
    "sent_back_today",
)
# What a resident dissatisfied at the visit says: fate → (reason, remark).
COMPLAINTS = {
    "one_star": ("Not Fixed", "业主说修后又漏，需要再上门"),
    "two_stars": ("Lateness", "比约定晚到两小时，业主不满；已致歉"),
    "not_fixed": ("Not Fixed", "修后第二天又漏，业主要求返工"),
    "manner": ("Manner", "业主反映师傅说话不耐烦，没有穿鞋套"),
    "late_visit": ("Lateness", "约好上午，下午才到，业主请了半天假"),
    "charge": ("Charge", "业主认为收费比外面高，要求解释"),
    REOPENED_TODAY: ("Not Fixed", "底座还是渗水，业主要求重新处理"),
    "beyond": ("Beyond Our Duty", "业主希望更换自购的整套洁具；已说明属业主自有部分，可有偿代办"),
}


def followed_up(life: Life) -> Script:
    """Until the case is closed; returns whether the work is to be done again."""
    if life.fate == STAYS_DONE:
        return False
    yield from life.paid()
    yield from _rated(life)
    if life.fate in ("send_back", SENT_BACK_TODAY) and not life.rounds:
        yield life.role.later(60, 300, None)
        with as_user(life.role.resident):
            text = (
                "味道还在，轿厢地面没有洗干净" if life.fate == SENT_BACK_TODAY else "刚修完又开始滴水，麻烦再来看一下"
            )
            resident_acts.send_back(_doc(life), text)
        return life.fate != SENT_BACK_TODAY
    while visit := _due_visit(life):
        if (yield from _visited(life, visit)):
            return True
        if life.fate == CALL_AGAIN:
            return False
    if visit := _due_visit(life, SECOND):
        yield _calling_time(life, visit.not_before, visit.due_at)
        _answer(life, visit, "Satisfied", remark="一个月后回看，无渗漏，业主满意")
    return False


def _rated(life: Life) -> Script:
    sends_back = life.fate in ("send_back", SENT_BACK_TODAY) and not life.rounds
    if life.case.channel != "Portal" or sends_back:
        return
    low = life.fate in ("one_star", "two_stars") and not life.rounds
    random = life.role.random
    if not low and random.random() > 0.6:
        return
    yield life.role.later(20, 700, None)
    if "rate" not in resident_acts.possible_acts(_doc(life)):
        return
    stars = {"one_star": 1, "two_stars": 2}[life.fate] if low else random.choice((5, 5, 5, 5, 4, 4, 3))
    words = faults.RATED_WELL if stars > 3 else faults.RATED_FAIRLY
    text = faults.RATED_BADLY[life.fate] if low else random.choice(words)
    with as_user(life.role.resident):
        resident_acts.rate(_doc(life), stars, text)


def _visited(life: Life, visit: frappe._dict) -> Script:
    """The attempts of one visit and its result; returns whether the work is to be done again."""
    random, tries = life.role.random, 0
    if not visit.on_site_recheck and not life.rounds:
        tries = {"unreachable": 3, CALL_AGAIN: 1, REOPENED_TODAY: 0}.get(life.fate, int(random.random() < 0.15))
    at = _calling_time(life, site_now(), visit.due_at)
    if life.fate == REOPENED_TODAY and not life.rounds:
        at = life.role.wall(1, 17, 20)
    for _number in range(tries):
        yield at
        with as_user(_visitor(life, visit)):
            done = return_visits.record_attempt(visit.name, "Phone", False, note=random.choice(faults.NO_ANSWER))
        if done.status != return_visits.DUE or life.fate == CALL_AGAIN:
            return False
        at = _calling_time(life, done.next_attempt_at, done.next_attempt_at + timedelta(hours=2))
    yield at
    first = not life.rounds
    if first and life.fate == "declined":
        _answer(life, visit, "Declined", remark="业主表示不需要回访")
    elif first and life.fate in COMPLAINTS:
        reason, remark = COMPLAINTS[life.fate]
        _answer(life, visit, "Dissatisfied", reason, remark)
    elif random.random() < 0.18:
        _answer(life, visit, "Fairly Satisfied", remark=random.choice(faults.VISITED_FAIRLY))
    else:
        remark = "现场复核完好" if visit.on_site_recheck else random.choice(faults.VISITED_WELL)
        _answer(life, visit, "Satisfied", remark=remark)
    return frappe.db.get_value("Repair Request", life.name, "stage") not in ("Done", "Void")


def _answer(life: Life, visit: frappe._dict, result: str, reason: str | None = None, remark: str = "") -> None:
    channel = "On Site" if visit.on_site_recheck else "Phone"
    with as_user(_visitor(life, visit)):
        return_visits.record_attempt(visit.name, channel, True, result, reason, remark)


def _visitor(life: Life, visit: frappe._dict) -> str:
    return MANAGER if visit.supervisor_only else life.role.caller


def _due_visit(life: Life, reason: str | None = None) -> frappe._dict | None:
    """The visit to be made next; the second one of a leak only where it is asked for."""
    filters = {
        "reference_name": life.name,
        "status": return_visits.DUE,
        "reason": reason or ["!=", SECOND],
    }
    fields = ["name", "due_at", "not_before", "reason", "on_site_recheck", "supervisor_only"]
    rows = frappe.get_all("Return Visit", filters, fields, order_by="due_at asc, name asc", limit=1)
    return rows[0] if rows else None


def _calling_time(life: Life, earliest: datetime, due_at: datetime) -> datetime:
    """A moment in which residents may be called, from `earliest` to a while before `due_at`."""
    span = max((due_at - earliest).total_seconds() * 0.8, 1800)
    wanted = earliest + timedelta(seconds=life.role.random.uniform(1200, max(span, 1260)))
    hours = return_visits.calling_hours(life.case.home.community)
    at = to_site(visit_rules.next_call_time(hours, to_aware(wanted)))
    # Those who had to wait for the hour do not all call at its first minute.
    return at if at <= wanted else at + timedelta(minutes=life.role.random.randrange(2, 75))


def _doc(life: Life) -> frappe.model.document.Document:
    return frappe.get_doc("Repair Request", life.name)
