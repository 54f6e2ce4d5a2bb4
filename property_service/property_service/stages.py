"""Workflow state → stage. Customers may add states; clocks, boards, indexes and reports read the stage."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

OPEN, WORKING, WAITING, DONE, VOID = STAGES = ("Open", "Working", "Waiting", "Done", "Void")


def stage_of(doctype: str, state: str) -> str:
    """The stage of a workflow state. Raises ValidationError for a state nobody has mapped."""
    for row in frappe.get_cached_doc("Property Service Settings").stage_map:
        if row.document_type == doctype and row.workflow_state == state:
            return row.stage
    frappe.throw(
        _("The state {0} has no stage. Please add it to the stages in Property Service Settings.").format(
            frappe.bold(_(state))
        )
    )


def guarded_doctypes() -> tuple[str, ...]:
    """DocTypes whose workflow states are mapped to stages."""
    return tuple(frappe.get_hooks("property_service_guarded_doctypes"))


def check_workflow_is_mapped(doc: Document, method: str | None = None) -> None:
    """Refuse to save a Workflow of ours in which a state has no stage (document event of Workflow)."""
    if doc.document_type not in guarded_doctypes() or not doc.is_active:
        return
    settings = frappe.get_doc("Property Service Settings")
    mapped = {row.workflow_state for row in settings.stage_map if row.document_type == doc.document_type}
    missing = sorted({row.state for row in doc.states} - mapped)
    if missing:
        frappe.throw(
            _("Give these states a stage in Property Service Settings first: {0}.").format(", ".join(map(_, missing)))
        )
