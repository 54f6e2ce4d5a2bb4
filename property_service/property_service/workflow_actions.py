"""The platform's list of pending workflow actions, left out for our documents.

On every change of state the platform looks up each holder of each role, one query apiece, to write a "Workflow Action" for
him. The desk of ours works from stages, acts and notices instead, and a report of a burst pipe must not wait for that.
A workflow whose manager has switched its e-mail alert on keeps it all.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.model.workflow import get_workflow
from frappe.workflow.doctype.workflow_action import workflow_action

PLATFORM = "frappe.workflow.doctype.workflow_action.workflow_action.process_workflow_actions"
OURS = "property_service.property_service.workflow_actions.process"


def step_in() -> None:
    """Ask `process` instead of the platform in this request; all documents of others go on to the platform."""
    events = frappe.get_doc_hooks().get("*", {})
    for method, handlers in events.items():
        if PLATFORM in handlers:
            events[method] = [OURS if handler == PLATFORM else handler for handler in handlers]


def process(doc: Document, state: str) -> None:
    """Document event of every DocType, in the platform's place."""
    if state == "on_trash" or not getattr(doc, "without_workflow_actions", False) or _sends_mail(doc):
        workflow_action.process_workflow_actions(doc, state)


def _sends_mail(doc: Document) -> bool:
    return bool(get_workflow(doc.doctype).send_email_alert)
