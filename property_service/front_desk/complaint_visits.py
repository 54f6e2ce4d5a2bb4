"""Return visits of complaints: all of them, by somebody who neither handled it nor is complained of; and what their answers mean."""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_datetime

from property_service.front_desk import complaint_clock, complaint_people, return_visits
from property_service.front_desk import complaint_rules as rules
from property_service.front_desk.complaint_effects import keep, move
from property_service.front_desk.complaint_intake import add_step
from property_service.front_desk.complaint_states import AWAITING_VISIT, CLOSED, DOCTYPE, REOPENED
from property_service.front_desk.visit_rules import COMPLAINT_HOURS
from property_service.property_service.service_clock import site_now

VISITED = "Visited"


def plan(doc: Document) -> str:
    """Plan the visit of a resolved complaint; after a dissatisfied one it is a supervisor's. Returns its name.

    Where nobody can be asked (anonymous, no phone) the place is looked at instead.
    """
    again = bool(cint(doc.reopened_count))
    nobody = cint(doc.is_anonymous) or not doc.contact_phone
    due_at = get_datetime(doc.resolved_at or site_now()) + timedelta(
        hours=complaint_clock.setting("complaint_visit_hours", COMPLAINT_HOURS)
    )
    return return_visits.plan_visit(
        kind="Complaint",
        reference_doctype=DOCTYPE,
        reference_name=doc.name,
        community=doc.community,
        unit=doc.unit,
        place=doc.place or None,
        resident=doc.resident,
        contact_name=doc.contact_name,
        contact_phone=doc.contact_phone,
        doer=doc.resolved_by,
        kept_from=doc.person_complained_of,
        reason="After Rework" if again else "Rule",
        due_at=due_at,
        on_site_recheck=bool(nobody),
        supervisor_only=again,
        team=doc.team_complained_of,
        topic=doc.category,
        occasion=cint(doc.reopened_count),
    )


def on_result(visit: Document) -> str | None:
    """Act on the result of a complaint's visit; returns what followed, as a sentence."""
    doc = frappe.get_doc(DOCTYPE, visit.reference_name, for_update=True)
    if visit.status == return_visits.CLOSED_BY_SYSTEM:
        if doc.status != AWAITING_VISIT:
            return None
        add_step(doc, CLOSED, "", _("Nobody made the visit in time."))
        return _close(doc, "visit not made")
    if not visit.result:
        return None
    doc.visit_result, doc.return_visit = visit.result, visit.name
    told = [_(visit.result), _(visit.dissatisfied_reason or ""), visit.remark or ""]
    add_step(doc, VISITED, visit.visited_by or "", " · ".join(word for word in told if word))
    if doc.status != AWAITING_VISIT:
        keep(doc)
        return None
    follows = rules.after_visit(visit.result, visit.dissatisfied_reason)
    if follows in ("Close", "Explain"):
        add_step(doc, CLOSED, "", "")
        return _close(doc, "visit made")
    manager = complaint_people.duty_manager(doc) if follows == "To Manager" else None
    if manager:
        doc.assigned_to = manager
    reopen(doc, visit.remark or visit.dissatisfied_reason or "")
    if manager:
        return _("{0} has been reopened; the manager takes it over.").format(doc.name)
    return _("{0} has been reopened.").format(doc.name)


def reopen(doc: Document, because: str, by: str = "", by_hand: bool = False) -> None:
    """Open it again, with promises of its own that count from now. `by_hand`: as the workflow allows the session's user."""
    doc.reopened_count = cint(doc.reopened_count) + 1
    for fieldname in ("resolved_at", "resolved_by", "closed_at", "resolution_told"):
        doc.set(fieldname, None)
    add_step(doc, REOPENED, by, because)
    doc.status, was = REOPENED, doc.status
    complaint_clock.start(doc)
    if by_hand:
        doc.flags.by_rules = True
        doc.save()
        doc.flags.by_rules = None
        return
    doc.status = was
    move(doc, REOPENED, "dissatisfied visit")


def _close(doc: Document, because: str) -> str:
    doc.closed_at = site_now()
    move(doc, CLOSED, because)
    return _("{0} is closed.").format(doc.name)
