"""The first step of a warranty case is called Site Survey; the choice "Survey" is no more."""

import frappe

BEFORE, NOW = "Survey", "Site Survey"


def execute() -> None:
    """Rename it in requests, in their warranty steps and in their history."""
    request, step, history = map(frappe.qb.DocType, ("Repair Request", "Repair Warranty Step", "Repair Step"))
    frappe.qb.update(request).set(request.warranty_status, NOW).where(request.warranty_status == BEFORE).run()
    frappe.qb.update(step).set(step.step, NOW).where(step.step == BEFORE).run()
    frappe.qb.update(history).set(history.reason, NOW).where(
        (history.step == "Warranty Step") & (history.reason == BEFORE)
    ).run()
