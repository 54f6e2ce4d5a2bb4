"""A proposed incident that is none: its requests go their own ways."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from property_service.property_service.stages import VOID
from property_service.repairs import closing, effects, incident_links, lifecycle


def on_incident_withdrawn(incident: Document) -> None:
    """Take every request out of the incident (extension point); one that waited with it is sent to a team by itself."""
    table = frappe.qb.DocType("Repair Request")
    rows = (
        frappe.qb.from_(table)
        .select(table.name)
        .where(table.incident == incident.name)
        .where(table.stage != VOID)
        .orderby(table.reported_at)
        .orderby(table.name)
        .run()
    )
    for (name,) in rows:
        doc = frappe.get_doc("Repair Request", name, for_update=True)
        incident_links.confirm(doc, belongs=False)
        closing.save_by_rules(doc)
        if doc.status == lifecycle.ACCEPTED:
            effects.dispatch_by_itself(doc)
