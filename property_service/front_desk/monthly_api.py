"""Endpoints of the monthly service report. All check the permission on the document; acts lock its row."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document

from property_service.front_desk import monthly_report
from property_service.property_service.endpoint import endpoint


@endpoint(methods=("GET",))
def figures(name: str) -> dict[str, Any]:
    """The figures of a report as the form shows them: {html}, in the reader's language."""
    doc = frappe.get_doc(monthly_report.REPORT, name)
    doc.check_permission("read")
    return {"html": monthly_report.html_of(doc)}


@endpoint()
def take_again(name: str) -> dict[str, Any]:
    """Take the figures of a draft again, for the manager; {name, status, modified}."""
    return _answer(monthly_report.take_again(name))


@endpoint()
def finalise(name: str) -> dict[str, Any]:
    """Make a report final, for the manager; from then on nothing of it changes. {name, status, modified}."""
    return _answer(monthly_report.finalise(name, frappe.session.user))


def _answer(doc: Document) -> dict[str, Any]:
    return {"name": doc.name, "status": doc.status, "modified": str(doc.modified)}
