"""Standard workflows, states and actions: created if missing, never overwritten, restored on request."""

from __future__ import annotations

import json
from pathlib import Path

import frappe

FOLDER = Path(__file__).parent / "workflows"


def standard_workflows() -> dict[str, dict]:
    """DocType → its standard workflow as stored in `setup/workflows/*.json`."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        workflow = json.loads(path.read_text(encoding="utf-8"))
        found[workflow["document_type"]] = workflow
    return found


def ensure_workflows() -> None:
    """Create the states, actions, stages and workflows that do not exist yet."""
    for document_type, workflow in standard_workflows().items():
        _ensure_states(workflow)
        _ensure_stages(document_type, workflow)
        if not frappe.db.exists("Workflow", {"document_type": document_type}):
            _insert(document_type, workflow)


def restore_workflow(document_type: str) -> str:
    """Replace a workflow changed by the customer with the standard one; returns its name."""
    workflow = standard_workflows()[document_type]
    for name in frappe.get_all("Workflow", {"document_type": document_type}, pluck="name", order_by="name asc"):
        frappe.delete_doc("Workflow", name, force=True)
    _ensure_states(workflow)
    _ensure_stages(document_type, workflow)
    return _insert(document_type, workflow)


def remove_workflows() -> None:
    """Uninstall: workflows of ours, and those of their states and actions that no other workflow uses."""
    for document_type in standard_workflows():
        for name in frappe.get_all("Workflow", {"document_type": document_type}, pluck="name", order_by="name asc"):
            frappe.delete_doc("Workflow", name, force=True, ignore_permissions=True)
    for workflow in standard_workflows().values():
        for state in workflow["states"]:
            if state["state"] not in ("Pending", "Approved", "Rejected") and not frappe.db.exists(
                "Workflow Document State", {"state": state["state"]}
            ):
                frappe.db.delete("Workflow State", {"name": state["state"]})
        for action in {row["action"] for row in workflow["transitions"]}:
            used = frappe.db.exists("Workflow Transition", {"action": action})
            if not used and action not in ("Approve", "Reject", "Review"):
                frappe.db.delete("Workflow Action Master", {"name": action})


def _ensure_states(workflow: dict) -> None:
    for state in workflow["states"]:
        if not frappe.db.exists("Workflow State", state["state"]):
            frappe.get_doc(
                {"doctype": "Workflow State", "workflow_state_name": state["state"], "style": state.get("style", "")}
            ).insert(ignore_permissions=True)  # the installer acts for nobody
    for action in sorted({row["action"] for row in workflow["transitions"]}):
        if not frappe.db.exists("Workflow Action Master", action):
            frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": action}).insert(
                ignore_permissions=True  # the installer acts for nobody
            )


def _ensure_stages(document_type: str, workflow: dict) -> None:
    settings = frappe.get_doc("Property Service Settings")
    known = {row.workflow_state for row in settings.stage_map if row.document_type == document_type}
    missing = [state for state in workflow["states"] if state["state"] not in known]
    for state in missing:
        settings.append(
            "stage_map", {"document_type": document_type, "workflow_state": state["state"], "stage": state["stage"]}
        )
    if missing:
        settings.save(ignore_permissions=True)  # the installer acts for nobody


def _insert(document_type: str, workflow: dict) -> str:
    states = [
        {"state": row["state"], "doc_status": row.get("doc_status", "0"), "allow_edit": role}
        for row in workflow["states"]
        for role in row["editors"]
    ]
    transitions = [
        {
            "state": source,
            "action": row["action"],
            "next_state": row["to"],
            "allowed": role,
            "allow_self_approval": int(not row.get("no_self_approval")),
            "condition": row.get("condition"),
        }
        for row in workflow["transitions"]
        for source in row["from"]
        for role in row["roles"]
    ]
    doc = frappe.get_doc(
        {
            "doctype": "Workflow",
            "workflow_name": workflow["workflow_name"],
            "document_type": document_type,
            "workflow_state_field": workflow["state_field"],
            "is_active": 1,
            "send_email_alert": 0,
            "override_status": 1,
            "states": states,
            "transitions": transitions,
        }
    )
    return doc.insert(ignore_permissions=True).name  # the installer acts for nobody
