"""One fault, many callers: repair requests in the incidents of module Dispatch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from property_service.dispatch import incident_rules, incidents
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.queueing import enqueue_later
from property_service.property_service.rule_error import mark
from property_service.property_service.service_clock import in_the_past, site_now, to_aware
from property_service.property_service.staff_notices import staff_with_role, tell_staff
from property_service.property_service.stages import DONE, VOID
from property_service.repairs import timeline
from property_service.repairs.categories import ancestors_of
from property_service.repairs.roles import FRONT_DESK

MOST_LIKE = 50


def join(doc: Document) -> None:
    """Join a new request to the incident it fits; the desk confirms. One chosen by the desk is confirmed by that."""
    kind = timeline.STAFF
    if doc.incident:
        doc.incident_confirmed = 1
    else:
        doc.incident, kind = matching(doc), timeline.SYSTEM
        doc.incident_confirmed = 0
    if doc.incident:
        # No document event sees this: the request was inserted with its incident, or is in the middle of its insert.
        frappe.db.set_value(doc.doctype, doc.name, _link(doc), update_modified=False)
        timeline.log_step(doc, timeline.JOINED, reason=doc.incident, actor_kind=kind)
        incidents.recount([doc.incident])


def matching(doc: Document) -> str | None:
    """The incident, proposed or open, to which a request may belong."""
    return incidents.matching_incident(
        doc.community,
        doc.building,
        doc.entrance,
        _riser(doc),
        doc.category,
        ancestors_of(doc.category),
        doc.reported_at,
    )


def notice_burst(doc: Document) -> None:
    """Several like reports in a short time look like one fault; the incident is proposed behind the caller's back."""
    if incidents.burst_in(_alike(doc.community, doc.category)):
        if in_the_past():
            propose(doc.community, doc.category)
            return
        enqueue_later(
            "property_service.repairs.incident_links.propose",
            queue="short",
            community=doc.community,
            category=doc.category,
        )


def propose(community: str, category: str) -> None:
    """Worker: propose an incident to the desk where reports of this category look like one fault, and join them to it."""
    found = incidents.propose_from_burst(_alike(community, category))
    if not found:
        return
    name, requests = found
    _join_many(name, requests, community)
    tell_staff(
        staff_with_role(FRONT_DESK, community),
        (mark("{0} calls look like one fault: {1}. Please confirm the incident."), len(requests), (category,)),
        "Service Incident",
        name,
    )


def _alike(community: str, category: str) -> list[incident_rules.Report]:
    """The recent open requests of a category that belong to no incident. One query."""
    window = cint(frappe.get_cached_doc("Property Service Settings").incident_window_minutes)
    table, unit = frappe.qb.DocType("Repair Request"), frappe.qb.DocType("Property Unit")
    rows = (
        frappe.qb.from_(table)
        .left_join(unit)
        .on(unit.name == table.unit)
        .select(table.name, table.building, table.entrance, table.category, table.reported_at, table.unit)
        .select(table.resident, table.reporter_phone, unit.riser)
        .where(table.community == community)
        .where(table.category == category)
        .where(table.stage.notin([DONE, VOID]))
        .where(table.incident.isnull() | (table.incident == ""))
        .where(table.reported_at >= site_now() - timedelta(minutes=window))
        .orderby(table.reported_at)
        .orderby(table.name)
        .limit(MOST_LIKE)
        .run(as_dict=True)
    )
    ancestors = ancestors_of(category)
    return [
        incident_rules.Report(
            row.name,
            incident_rules.Spot(community, row.building or None, row.entrance or None, row.riser or None),
            row.category,
            to_aware(row.reported_at),
            row.unit or row.resident or row.reporter_phone or row.name,
            ancestors,
        )
        for row in rows
    ]


def is_worked_on(incident: str) -> bool:
    """True where somebody was sent for the incident already, so that nobody else has to go; never for a closed one."""
    table, fault = frappe.qb.DocType("Repair Request"), frappe.qb.DocType("Service Incident")
    rows = (
        frappe.qb.from_(table)
        .join(fault)
        .on((fault.name == table.incident) & (fault.status != incidents.CLOSED))
        .select(table.name)
        .where(table.incident == incident)
        .where(table.dispatched_at.isnotnull())
        .where(table.stage.notin([DONE, VOID]))
        .orderby(table.name)
        .limit(1)
        .run()
    )
    return bool(rows)


def confirm(doc: Document, belongs: bool) -> None:
    """The desk says whether the request belongs to the incident it was joined to. Raises InputRefused."""
    if not doc.incident:
        frappe.throw(_("{0} is not part of any incident.").format(doc.name), InputRefused)
    if belongs:
        doc.incident_confirmed = 1
        timeline.log_step(doc, timeline.JOINED, reason=doc.incident)
    else:
        timeline.log_step(doc, timeline.UNJOINED, reason=doc.incident)
        doc.incident, doc.incident_confirmed = None, 0


def on_join(incident: Document, request: str) -> bool | None:
    """The desk puts a request into an incident (extension point); None where there is no such request."""
    if not frappe.db.exists("Repair Request", request):
        return None
    doc = frappe.get_doc("Repair Request", request, for_update=True)
    doc.check_permission("read")
    if doc.community != incident.community:
        frappe.throw(_("{0} is in another community than the incident.").format(request), InputRefused)
    if doc.stage in (DONE, VOID):
        frappe.throw(_("{0} is already {1}.").format(request, _(doc.status, context="Repair Request")), NotAllowedNow)
    doc.load_doc_before_save()
    doc.incident, doc.incident_confirmed = incident.name, 1
    doc.db_set(_link(doc), update_modified=False)
    timeline.log_step(doc, timeline.JOINED, reason=incident.name)
    return True


def _join_many(incident: str, requests: tuple[str, ...], community: str) -> None:
    """One statement for all that look like the same fault; each is told in its steps."""
    table = frappe.qb.DocType("Repair Request")
    frappe.qb.update(table).set(table.incident, incident).set(table.incident_confirmed, 0).where(
        table.name.isin(requests)
    ).run()
    for name in requests:
        frappe.clear_document_cache("Repair Request", name)
    timeline.log_many(requests, timeline.JOINED, incident, community)
    incidents.recount([incident])


def _link(doc: Document) -> dict[str, Any]:
    return {"incident": doc.incident, "incident_confirmed": doc.incident_confirmed}


def _riser(doc: Document) -> str | None:
    return (doc.unit and frappe.get_cached_value("Property Unit", doc.unit, "riser")) or None
