"""What managers and the desk may ask of the fees, and do with them: runs and assignments."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe

from property_service.fees import assignment, fee_run_preview, fee_run_work
from property_service.property_service.endpoint import endpoint
from property_service.property_service.errors import rules_speak
from property_service.property_service.scope import check_may


@endpoint()
def fee_run_preview_now(name: str) -> dict[str, Any]:
    """Compute what a Fee Run would bill, without writing a charge; a large one in the queue. Returns {status}."""
    run = frappe.get_doc("Fee Run", name)
    run.check_permission("write")
    with rules_speak():
        fee_run_preview.prepare(run)
    return {"status": frappe.db.get_value("Fee Run", name, "status")}


@endpoint()
def fee_run_start(name: str) -> dict[str, Any]:
    """Start a previewed Fee Run, or the failed part of a failed one; returns {status}."""
    run = frappe.get_doc("Fee Run", name)
    run.check_permission("write")
    with rules_speak():
        fee_run_work.start(run)
    return {"status": run.status}


@endpoint()
def fee_run_void(name: str, because: str) -> dict[str, Any]:
    """Void everything a Fee Run charged while nothing of it is paid; returns {status}."""
    run = frappe.get_doc("Fee Run", name)
    run.check_permission("write")
    with rules_speak():
        fee_run_work.void_run(run, because)
    return {"status": run.status}


@endpoint(methods=("GET",))
def assign_preview(fee_item: str, from_date: date, filters: dict, terms: dict) -> dict[str, Any]:
    """What assigning a Fee Item to the units of these filters would do: {added, known, refused, reasons}."""
    _check_may_assign(fee_item)
    with rules_speak():
        return assignment.told(assignment.plan(fee_item, from_date, filters, terms))


@endpoint()
def assign(fee_item: str, from_date: date, filters: dict, terms: dict) -> dict[str, Any]:
    """Give a Fee Item to all units of these filters that do not have it from a day on: {added, known, refused, reasons}."""
    _check_may_assign(fee_item)
    with rules_speak():
        return assignment.told(assignment.assign(fee_item, from_date, filters, terms))


def _check_may_assign(fee_item: str) -> None:
    check_may("Unit Fee", "create")
    frappe.get_doc("Fee Item", fee_item).check_permission("write")
