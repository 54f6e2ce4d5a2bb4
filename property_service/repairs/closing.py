"""After the work: return visits by the category's rule, what their results mean, and closing what needs no more."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, get_datetime

from property_service.front_desk import return_visits
from property_service.front_desk.visit_rules import VisitNeed, act_on, second_visit_on, visit_due
from property_service.property_service.guarded_document import advance
from property_service.property_service.money import money
from property_service.property_service.service_clock import local_day, site_now, to_site, zone_of
from property_service.repairs import rework, timeline
from property_service.repairs.categories import EMERGENCY, category
from property_service.repairs.lifecycle import AWAITING_VISIT, CLOSED, COMPLETED, REOPENED, SYSTEM_TRANSITIONS
from property_service.repairs.reading import place_label

DUE, DONE, NOT_NEEDED, NOT_MADE = "Due", "Done", "Not Needed", "Not Made"
AFTER_REWORK, SECOND_VISIT = "After Rework", "Second Visit"
SECOND_VISIT_HOURS = 48
SWEEP = 200


def after_work(doc: Document) -> None:
    """A finished job waits for its visit, or for the resident's word until it closes by itself."""
    need = visit_needed(doc)
    if need:
        plan(doc, need)
        doc.visit_status = DUE
        move(doc, AWAITING_VISIT, "visit planned")
        return
    doc.visit_status = NOT_NEEDED
    if not auto_close_days() or doc.rating:
        move(doc, CLOSED, "no visit needed")
    else:
        doc.db_set("visit_status", NOT_NEEDED, update_modified=False)


def visit_needed(doc: Document) -> VisitNeed | None:
    """The visit this finished job needs; after a rework always one, by a supervisor."""
    found = category(doc.category)
    need = visit_due(
        rule=found.visit_rule or "None",
        sample_percent=flt(found.sample_percent),
        rating=cint(doc.rating) or None,
        job_key=doc.name,
        emergency=doc.priority == EMERGENCY,
        is_public=bool(cint(doc.is_public)),
        anonymous=bool(cint(doc.anonymous)) or not (doc.resident or doc.reporter_phone),
        kind="Repair",
        warranty_or_paid=bool(cint(doc.is_warranty)) or (bool(cint(doc.is_chargeable)) and money(doc.total_amount) > 0),
        within_hours=cint(found.visit_within_hours) or 48,
    )
    if need is None and cint(doc.reopened_count):
        return VisitNeed("Rule", cint(found.visit_within_hours) or 48, bool(cint(doc.is_public)))
    return need


def plan(doc: Document, need: VisitNeed) -> str:
    """Plan the visit a job needs and note it on the job; after a rework it is the supervisor's. Returns its name."""
    after_rework = bool(cint(doc.reopened_count)) and need.reason != "Low Rating"
    doc.return_visit = _plan(
        doc,
        reason=AFTER_REWORK if after_rework else need.reason,
        due_at=(doc.rated_at if need.reason == "Low Rating" else doc.finished_at) or site_now(),
        hours=need.within_hours,
        on_site=need.on_site,
        supervisor_only=after_rework,
    )
    return doc.return_visit


def rated(doc: Document) -> None:
    """A resident has rated: few stars force a visit within hours, good ones may spare it. Saves nothing of its own."""
    need = visit_needed(doc)
    if need and need.reason == "Low Rating":
        # It takes the place of the visit that was due after the work; a leak is looked at again some weeks later all the same.
        cancel_visits(doc, but=SECOND_VISIT if doc.status == CLOSED else None)
        plan(doc, need)
        doc.visit_status = DUE
        if doc.status == COMPLETED:
            move(doc, AWAITING_VISIT, "low rating", actor_kind=timeline.RESIDENT)
            return
        save_by_rules(doc)
    elif need is None and doc.status in (COMPLETED, AWAITING_VISIT):
        cancel_visits(doc)
        doc.visit_status, doc.return_visit = NOT_NEEDED, None
        doc.confirmed_at = site_now()
        move(doc, CLOSED, "rated", actor_kind=timeline.RESIDENT)
    else:
        save_by_rules(doc)


def after_closing(doc: Document) -> None:
    """Leaks are looked at once more: a second visit some weeks after the first, or after the work if there was none."""
    found = category(doc.category)
    first = local_day(doc.community, doc.flags.visited_at or doc.finished_at or site_now())
    day = second_visit_on(first, bool(cint(found.is_leak)), cint(found.second_visit_days))
    if not day or not doc.finished_at or doc.visit_result == "Dissatisfied":
        return
    begins = to_site(datetime.combine(day, time(9), tzinfo=ZoneInfo(zone_of(doc.community))))
    _plan(doc, SECOND_VISIT, begins, SECOND_VISIT_HOURS, on_site=bool(cint(doc.is_public)), not_before=begins)


def cancel_visits(doc: Document, but: str | None = None) -> None:
    """Visits planned for work that is not finished any more, or that nobody needs; those of the reason `but` stay."""
    return_visits.cancel_visits(doc.doctype, doc.name, but=but)


def on_visit_result(visit: Document) -> str | None:
    """Act on the result of a return visit of a repair (extension point); returns what followed, as a sentence."""
    if visit.reference_doctype != "Repair Request":
        return None
    if visit.status == return_visits.CLOSED_BY_SYSTEM:
        return _closed_unvisited(visit.reference_name)
    if not visit.result:
        return None
    doc = frappe.get_doc("Repair Request", visit.reference_name, for_update=True)
    doc.flags.visited_at = visit.visited_at
    # What was said of a person is for those alone who handle the complaint; whoever is spoken of reads the steps.
    note = None if visit.dissatisfied_reason == "Manner" else visit.remark
    timeline.log_step(doc, timeline.VISITED, reason=visit.result, note=note, actor_kind=timeline.STAFF)
    doc.visit_status, doc.visit_result, doc.return_visit = DONE, visit.result, visit.name
    if visit.result != "Dissatisfied":
        if visit.result in ("Satisfied", "Fairly Satisfied"):
            doc.confirmed_at = site_now()
        return _close(doc, _("{0} is closed.").format(doc.name))
    followed = act_on(visit.dissatisfied_reason)
    if followed == "Rework" and (doc.status, REOPENED) not in SYSTEM_TRANSITIONS:
        # Sent back meanwhile by somebody else: the answer alone is new.
        save_by_rules(doc)
        return _("The answer is noted; {0} is being worked on again.").format(doc.name)
    if followed == "Rework":
        doc.closing_reason = (visit.remark or _("Not fixed, according to the return visit"))[:1000]
        move(doc, REOPENED, "dissatisfied visit")
        return _("{0} has been reopened.").format(doc.name)
    # Manner, lateness, charge: the complaint to the manager is the front desk's, which hears of the same result.
    return _close(doc, _("{0} is closed; the reason is noted.").format(doc.name))


def _closed_unvisited(name: str) -> str | None:
    """Nobody made the visit in time: the job closes all the same, and says that it was not visited."""
    doc = frappe.get_doc("Repair Request", name, for_update=True)
    if doc.status != AWAITING_VISIT:
        return None
    doc.visit_status = NOT_MADE
    move(doc, CLOSED, "visit not made")
    return _("{0} is closed.").format(doc.name)


def auto_close() -> int:
    """Scheduler: close finished jobs nobody has to visit and nobody sent back within the set days. Returns how many."""
    if not auto_close_days():
        return 0
    table = frappe.qb.DocType("Repair Request")
    names = (
        frappe.qb.from_(table)
        .select(table.name)
        .where(table.status == COMPLETED)
        .where(table.finished_at < site_now() - timedelta(days=auto_close_days()))
        .orderby(table.finished_at)
        .limit(SWEEP)
        .run(pluck=True)
    )
    closed = 0
    for name in names:
        doc = frappe.get_doc("Repair Request", name, for_update=True)
        if doc.status == COMPLETED:
            doc.visit_status = doc.visit_status or NOT_NEEDED
            move(doc, CLOSED, "not sent back")
            closed += 1
    return closed


def auto_close_days() -> int:
    """After how many days a finished job without a visit closes by itself; 0: at once."""
    return cint(frappe.get_cached_doc("Property Service Settings").auto_close_days)


def may_send_back(doc: Document) -> bool:
    """True while the resident may say that it is not right: before the closing, and for the days of rework after it."""
    if doc.status in (COMPLETED, AWAITING_VISIT):
        return True
    if doc.status != CLOSED or not doc.finished_at:
        return False
    return site_now() <= get_datetime(doc.finished_at) + timedelta(days=rework.days())


def move(doc: Document, to_state: str, because: str, actor_kind: str = timeline.SYSTEM) -> None:
    """`advance` with what the rules have set on the document."""
    doc.flags.by_rules = doc.flags.ignore_links = True
    try:
        advance(doc, to_state, because, actor_kind)
    finally:
        doc.flags.by_rules = doc.flags.ignore_links = None


def save_by_rules(doc: Document) -> None:
    """Save what the rules have set, whoever is signed in; the caller has judged that he may."""
    doc.flags.by_rules = doc.flags.system_edit = doc.flags.ignore_links = True
    ignored = doc.flags.ignore_permissions
    try:
        # Residents hold no write permission; the act they made was judged before.
        doc.save(ignore_permissions=True)
    finally:
        doc.flags.by_rules = doc.flags.system_edit = doc.flags.ignore_links = None
        doc.flags.ignore_permissions = ignored


def _close(doc: Document, sentence: str) -> str:
    if doc.status in (COMPLETED, AWAITING_VISIT):
        move(doc, CLOSED, "visit made")
    else:
        save_by_rules(doc)
    return sentence


def _plan(
    doc: Document,
    reason: str,
    due_at: datetime,
    hours: int,
    on_site: bool,
    not_before: datetime | None = None,
    supervisor_only: bool = False,
) -> str:
    return return_visits.plan_visit(
        kind="Repair",
        reference_doctype=doc.doctype,
        reference_name=doc.name,
        community=doc.community,
        unit=doc.unit,
        place=None if doc.unit else place_label(doc),
        resident=doc.resident,
        contact_name=doc.reporter_name,
        contact_phone=doc.reporter_phone,
        doer=doc.assigned_to,
        reason=reason,
        due_at=get_datetime(due_at) + timedelta(hours=hours),
        on_site_recheck=on_site,
        not_before=not_before,
        supervisor_only=supervisor_only,
        team=doc.team,
        topic=doc.category,
        occasion=cint(doc.reopened_count),
    )
