"""Endpoints of the service quality checks. All check the permission on the document; acts lock its row."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_months, get_first_day, getdate

from property_service.front_desk import quality_checks
from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.property_service.permitted_acts import readable
from property_service.property_service.scope import check_roles, may_see_community
from property_service.property_service.service_clock import local_day


@endpoint()
def draw(community: str, month: date | None = None) -> dict[str, Any]:
    """Draw the contacts of a month (last month if left out), for managers; {made}: how many checks are new. Nobody is told."""
    check_roles(quality_checks.REVIEWERS)
    if not may_see_community(community):
        frappe.throw(_("You do not work for this community. Choose another one."), frappe.PermissionError)
    month = month or getdate(get_first_day(add_months(local_day(community), -1)))
    return {"made": len(quality_checks.draw(community, month))}


@endpoint()
def score(name: str, points: list, notes: list | None = None, remark: str = "") -> dict[str, Any]:
    """Score a check, `points` and `notes` in the order of its criteria; {name, status, percent, passed, modified}, as all acts answer."""
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in points):
        raise_refused(_("Please give the points as numbers."))
    words = [str(note or "") for note in notes or []]
    return _answer(quality_checks.score(name, frappe.session.user, points, words, remark))


@endpoint()
def tell(name: str) -> dict[str, Any]:
    """Show a scored check to its person; from now on it is kept."""
    return _answer(quality_checks.tell(name, frappe.session.user))


@endpoint()
def remark(name: str, words: str) -> dict[str, Any]:
    """What the person says to his own check, once."""
    return _answer(quality_checks.remark_on(name, frappe.session.user, words))


@endpoint(methods=("GET",))
def acts(name: str) -> list[str]:
    """What the session's user may do on a check now: score, tell, remark."""
    return quality_checks.acts_for(readable(quality_checks.CHECK, name), frappe.session.user)


def _answer(doc: Document) -> dict[str, Any]:
    return {
        "name": doc.name,
        "status": doc.status,
        "percent": doc.percent,
        "passed": doc.passed,
        "modified": str(doc.modified),
    }
