"""Factories of decoration permits, in every state, through the functions the desk calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe.model.document import Document

from property_service.decoration import fees, permits, states, usual_terms
from property_service.decoration.permits import ApplicationOrder
from property_service.property_service.service_clock import local_day
from property_service.tests import factories as make

DAYS = 30


def make_terms(community: str, **values: Any) -> Document:
    """The usual terms of a community; no water test, so that works can be accepted at once, unless one is given."""
    doc = usual_terms.make(community)
    doc.update({"water_test_hours": 0, **values})
    return doc.save(ignore_permissions=True)


def order_of(unit: Document, applicant: Document, /, **values: Any) -> ApplicationOrder:
    """An application for thirty days from today on, in which all is well, with a contractor; a draft without documents."""
    today = local_day(unit.community)
    if "contractor" not in values:
        values["contractor"] = make.make_resident(resident_type="Organisation").name
    return ApplicationOrder(
        **{
            "unit": unit.name,
            "applicant": applicant.name,
            "works": "Kitchen and bathroom made anew",
            "from_date": today,
            "to_date": today + timedelta(days=DAYS - 1),
            "site_manager": "Foreman Zhao",
            "site_manager_phone": "13900001111",
            **values,
        }
    )


def make_permit(unit: Document | None = None, applicant: Document | None = None, **values: Any) -> Document:
    """A draft for a unit and its owner, in a community with terms; made where they are not given."""
    unit = unit or make.make_unit()
    applicant = applicant or make.make_resident(unit)
    if not frappe.db.exists("Decoration Terms", unit.community):
        make_terms(unit.community)
    return permits.apply_for(order_of(unit, applicant, **values), "Administrator")


def supply_all(permit: Document) -> Document:
    """Every needed document is here on paper."""
    for row in permit.documents:
        if row.is_needed and row.status in ("Missing", "Refused"):
            permits.note_paper(permit, row.document_name, "")
    return permit


def make_reviewed(unit: Document | None = None, **values: Any) -> Document:
    """A permit under review with all its documents."""
    return permits.send(supply_all(make_permit(unit, **values)))


def make_approved(unit: Document | None = None, **values: Any) -> Document:
    """An approved permit whose deposits are not paid yet."""
    permit = make_reviewed(unit, **values)
    return move(permit, states.APPROVED)


def make_working(unit: Document | None = None, **values: Any) -> Document:
    """A permit whose deposits are paid, so that work goes on."""
    permit = make_approved(unit, **values)
    for side in ("Owner", "Contractor"):
        fees.take_deposit(permit, side, "Cash", "Administrator")
        permit.reload()
    return permit


def move(permit: Document, state: str, **values: Any) -> Document:
    """As the manager does it with the workflow's button."""
    doc = frappe.get_doc(states.DOCTYPE, permit.name)
    doc.update({"status": state, **values})
    doc.save(ignore_permissions=True)
    return doc
