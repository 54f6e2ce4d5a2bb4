"""The fault is repaired: everybody who reported it is told, and what waited for it is finished; many callers in the queue."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document

from property_service.property_service.guarded_document import advance
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import in_the_past
from property_service.property_service.staff_notices import tell_staff
from property_service.property_service.stages import VOID
from property_service.property_service.work_batches import add_batches, heartbeat, payload_of
from property_service.repairs import letters

REQUEST, INCIDENT = "Repair Request", "Service Incident"
# Nobody has gone there for these yet: they end with the incident.
WAITING_WITH_IT = ("New", "Accepted", "Dispatched")
# More requests than these are closed in the queue, so many in a transaction.
AT_ONCE, BLOCK = 20, 20
JOB = "property_service.repairs.incident_closing.work"


def on_incident_closed(incident: Document) -> None:
    """Everybody who reported the incident reads the closing text, once (extension point).

    Requests nobody has gone for are finished with it; those being worked on are finished by their technicians.
    """
    names, text = _requests_of(incident.name), incident.closing_text or frappe._("The fault has been repaired.")
    if len(names) > AT_ONCE and not in_the_past():
        add_batches(JOB, [{"incident": incident.name, "text": text}], INCIDENT, incident.name)
        return
    for name in names:
        close(name, incident.name, text)


def work(batch: Any) -> dict[str, Any]:
    """Worker's job: a block of requests is one transaction. Those an attempt before has done are not changed again.

    Returns {done, left: [names]}; a request that cannot be finished keeps nobody else waiting, and the closer hears of it.
    """
    given = payload_of(batch)
    names, left = _requests_of(given["incident"]), []
    frappe.db.set_value("Work Batch", batch.name, "total", len(names))
    for start in range(0, len(names), BLOCK):
        frappe.db.commit()  # nosemgrep: a block is done, or nothing is yet
        if frappe.db.get_value("Work Batch", batch.name, "attempt") != batch.attempt:
            break  # the lease ran out and another worker has gone on
        block = names[start : start + BLOCK]
        left += [name for name in block if not _try(name, given)]
        heartbeat(batch.name, batch.attempt, start + len(block))
    if left:
        closer = frappe.db.get_value(INCIDENT, given["incident"], "closed_by")
        subject = (_("Please finish by hand, {0} is closed: {1}"), given["incident"], ", ".join(left[:5]))
        tell_staff([closer], subject, INCIDENT, given["incident"], also_oneself=True)
    return {"done": len(names), "left": left}


def close(name: str, incident: str, text: str) -> None:
    """Tell the reporter of one request, and finish it if it waited."""
    doc = frappe.get_doc(REQUEST, name, for_update=True)
    letters.write(doc, "incident_closed", key=incident, reason=text)
    if doc.status in WAITING_WITH_IT and not doc.taken_at:
        finish_with(doc, text)


def finish_with(doc: Document, text: str) -> None:
    """Finish a request together with its incident."""
    doc.flags.by_rules = doc.flags.ignore_links = doc.flags.told_otherwise = True
    doc.work_done = text
    if doc.status == "New":
        advance(doc, "Accepted", "incident closed")
    advance(doc, "Completed", "incident closed")


def _try(name: str, given: dict[str, Any]) -> bool:
    frappe.db.savepoint("one_request")
    try:
        close(name, given["incident"], given["text"])
    except Exception as error:
        if frappe.db.is_deadlocked(error) or frappe.db.is_timedout(error):
            raise  # the whole batch begins again
        frappe.db.rollback(save_point="one_request")
        frappe.log_error(title=f"{name} is not finished with {given['incident']}")
        return False
    return True


def _requests_of(incident: str) -> list[str]:
    table = frappe.qb.DocType(REQUEST)
    return (
        frappe.qb.from_(table)
        .select(table.name)
        .where(table.incident == incident)
        .where(table.stage != VOID)
        .orderby(table.reported_at)
        .orderby(table.name)
        .run(pluck=True)
    )
