"""Endpoints of the set-up: what only a system manager may do."""

import frappe
from frappe import _

from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.setup import workflows


@endpoint(methods=("POST",))
def restore_workflow(document_type: str) -> dict:
    """Put the standard workflow back in place of one that was changed; returns {workflow}. System Manager only."""
    frappe.only_for("System Manager")
    if document_type not in workflows.standard_workflows():
        raise_refused(_("There is no standard workflow for {0}.").format(document_type))
    return {"workflow": workflows.restore_workflow(document_type)}
