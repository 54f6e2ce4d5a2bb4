"""The promised times of a complaint as they are stored: when it is answered, told of again, solved; late flags that stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_datetime

from property_service.front_desk import complaint_rules as rules
from property_service.front_desk.complaint_rules import Alerts, Terms
from property_service.front_desk.complaint_states import IN_HAND, PRAISE
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import calendar_of, site_now, to_aware, to_site

SETTINGS = "Property Service Settings"


def setting(name: str, standard: int) -> int:
    """A whole number of the settings; the standard where it has never been set."""
    value = frappe.get_cached_doc(SETTINGS).get(name)
    return standard if value in (None, "") else cint(value)


def terms() -> Terms:
    """The terms of the settings."""
    return Terms(
        first_minutes=setting("complaint_first_minutes", 120),
        major_minutes=setting("complaint_major_minutes", 30),
        solve_days=setting("complaint_solve_days", 3),
        interim_days=setting("complaint_interim_days", 2),
    )


def alerts() -> Alerts:
    """When handler, leader and manager are told; the same percentages as those of repairs."""
    return Alerts(setting("warn_percent", 80), setting("leader_percent", 100), setting("manager_percent", 150))


def start(doc: Document) -> None:
    """The clock begins, with the receipt or anew with a reopening: what is promised counts from now on."""
    doc.clock_started_at = site_now()
    doc.alert_level = 0
    promise(doc)


def promise(doc: Document) -> None:
    """Set what is promised from the clock's start. A first answer that was given already stays as it was promised."""
    if doc.kind == PRAISE:
        return
    begun = to_aware(doc.clock_started_at)
    try:
        promised = rules.promises(begun, doc.level, terms(), calendar_of(doc.community))
    except RuleError as error:
        # A calendar nobody can work by must not keep a resident from complaining.
        frappe.log_error(title="Service Calendar", message=f"{doc.community}: {error}")
        doc.first_answer_due = doc.interim_due = doc.solve_due = doc.next_alert_at = None
        return
    if not doc.first_answered_at:
        doc.first_answer_due = to_site(promised.first_answer)
    doc.solve_due = to_site(promised.solve)
    doc.interim_due = to_site(promised.interim) if promised.interim else None
    settle(doc)


def change_level(doc: Document) -> None:
    """What became major is answered sooner from now on; a promise once given is never put off."""
    if not doc.first_answered_at and doc.first_answer_due:
        promised = rules.promises(to_aware(site_now()), doc.level, terms(), calendar_of(doc.community))
        doc.first_answer_due = min(get_datetime(doc.first_answer_due), to_site(promised.first_answer))
    settle(doc)


def told(doc: Document) -> None:
    """The complainant has heard of it: the next reply in between is due from now on."""
    now = site_now()
    latch(doc, now)
    if not doc.solve_due:
        return
    due = rules.next_interim(to_aware(now), to_aware(doc.solve_due), terms(), calendar_of(doc.community))
    doc.interim_due = to_site(due) if due else None
    settle(doc)


def settle(doc: Document | Any) -> None:
    """Latch the late flags by what is stored now and find the next moment somebody has to be told."""
    now = site_now()
    latch(doc, now)
    doc.next_alert_at = upcoming(doc, now)


def latch(doc: Document | Any, now: datetime) -> None:
    """Late is late for good."""
    for flag, due, done in (
        ("first_answer_late", doc.first_answer_due, doc.first_answered_at),
        ("solved_late", doc.solve_due, doc.resolved_at),
        ("interim_late", doc.interim_due if doc.status in IN_HAND else None, None),
    ):
        if due and get_datetime(done or now) > get_datetime(due):
            doc.set(flag, 1) if isinstance(doc, Document) else doc.update({flag: 1})


def levels_now(doc: Document | Any, now: datetime) -> tuple[int, int]:
    """The percentages that the first answer and the solution have reached; 0 where neither is waited for."""
    hours, aware = calendar_of(doc.community), to_aware(now)
    answer = solve = 0
    if doc.status in IN_HAND and doc.clock_started_at:
        begun = to_aware(doc.clock_started_at)
        if doc.first_answer_due and not doc.first_answered_at:
            answer = rules.level_reached(begun, to_aware(doc.first_answer_due), aware, alerts(), hours)
        if doc.solve_due:
            solve = rules.level_reached(begun, to_aware(doc.solve_due), aware, alerts(), hours)
    return answer, solve


def upcoming(doc: Document | Any, now: datetime) -> datetime | None:
    """The next moment at which somebody has to be told, in site time; None where nothing is waited for."""
    if doc.status not in IN_HAND or not doc.clock_started_at:
        return None
    hours, begun, found = calendar_of(doc.community), to_aware(doc.clock_started_at), []
    if doc.first_answer_due and not doc.first_answered_at:
        due = to_aware(doc.first_answer_due)
        found.append(rules.next_alert(begun, due, cint(doc.answer_alert_level), alerts(), hours))
    if doc.solve_due:
        found.append(rules.next_alert(begun, to_aware(doc.solve_due), cint(doc.alert_level), alerts(), hours))
    if doc.interim_due and get_datetime(doc.interim_due) > now:
        found.append(to_aware(doc.interim_due))
    moments = [to_site(moment) for moment in found if moment]
    # Never now or before: the row would come back with every sweep.
    return max(min(moments), now + timedelta(minutes=1)) if moments else None
