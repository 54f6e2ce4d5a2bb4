"""A repair request names its last return visit; those planned before it did are named now."""

import frappe
from frappe.query_builder.functions import Max


def execute() -> None:
    """The visit that is due, or the last that was made; second visits of leaks stand apart."""
    visit, request = frappe.qb.DocType("Return Visit"), frappe.qb.DocType("Repair Request")
    last = (
        frappe.qb.from_(visit)
        .select(visit.reference_name, Max(visit.name).as_("name"))
        .where((visit.reference_doctype == "Repair Request") & (visit.status != "Cancelled"))
        .where(visit.reason != "Second Visit")
        .groupby(visit.reference_name)
    )
    (
        frappe.qb.update(request)
        .join(last)
        .on(request.name == last.reference_name)
        .set(request.return_visit, last.name)
        .where(request.visit_status.isin(("Due", "Done")) & request.return_visit.isnull())
        .run()
    )
