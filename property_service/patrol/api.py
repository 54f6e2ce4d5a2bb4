"""Endpoints of inspection findings and contractor assessments. All check the permission on the document; acts lock its row."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from property_service.patrol import assessments, finding_acts, finding_permits, findings
from property_service.patrol import finding_rules as rules
from property_service.patrol.finding_permits import NOTICE_ACTS, require
from property_service.patrol.findings import FINDING, FindingOrder
from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.property_service.photos import sent_photo
from property_service.property_service.scope import check_may, check_roles, may_see_community
from property_service.repairs.roles import MANAGER


def _answer(doc: Any) -> dict[str, Any]:
    return {"name": doc.name, "status": doc.status, "due_at": str(doc.due_at or ""), "modified": str(doc.modified)}


@endpoint()
def raise_finding(
    title: str,
    community: str = "",
    severity: str = "Normal",
    description: str = "",
    building: str = "",
    unit: str = "",
    checkpoint: str = "",
    place: str = "",
    responsible_team: str = "",
    responsible_resident: str = "",
    assigned_to: str = "",
    immediate_measure: str = "",
    fixed_note: str = "",
    client_key: str = "",
) -> dict[str, Any]:
    """Raise a finding, photos as multipart fields `file` and `fixed_file`; with `fixed_note` put right on the spot, in one save.

    Returns {name, status, due_at, modified}, as all acts do.
    """
    values = dict(locals())
    check_may(FINDING, "create")
    for doctype, field in (("Patrol Checkpoint", "checkpoint"), ("Property Unit", "unit"), ("Building", "building")):
        if values[field]:
            place_doc = frappe.get_doc(doctype, values[field])
            place_doc.check_permission("read")
            values["community"] = values["community"] or place_doc.community
    if not values["community"] or not may_see_community(values["community"]):
        frappe.throw(_("You do not work for this community. Choose another one."), frappe.PermissionError)
    if values["client_key"]:
        # One's own device, one's own key: another's finding is not told.
        values["client_key"] = f"{frappe.session.user}|{client_key}"[:140]
    order = FindingOrder(**values, photo=sent_photo("file"), fixed_photo=sent_photo("fixed_file"))
    return _answer(findings.raise_finding(order, frappe.session.user))


@endpoint()
def fix(name: str, note: str) -> dict[str, Any]:
    """Record that the session's user has put a finding right; the photo after as multipart field `file`, needed above Minor."""
    doc = _readable(name, "fix")
    photo = sent_photo("file")
    if not photo and doc.severity != rules.MINOR:
        raise_refused(_("Please add a photo of how it looks now."))
    return _answer(findings.fix(name, frappe.session.user, note, photo))


@endpoint()
def recheck(name: str, passed: bool, note: str = "", by_photo: bool = False) -> dict[str, Any]:
    """Record a recheck by the session's user, who has not put it right; a photo as multipart field `file`."""
    _readable(name, "recheck")
    return _answer(findings.recheck(name, frappe.session.user, passed, note, sent_photo("file"), by_photo))


@endpoint()
def withdraw(name: str, because: str) -> dict[str, Any]:
    """Withdraw what was no finding, with the reason."""
    _readable(name, "withdraw")
    return _answer(findings.withdraw(name, frappe.session.user, because))


@endpoint()
def make_repair_request(name: str, category: str = "") -> dict[str, Any]:
    """Make a repair request of a finding; returns {repair_request} besides."""
    _readable(name, "make_repair_request")
    request = finding_acts.make_repair_request(name, frappe.session.user, category)
    return {**_answer(findings.locked(name)), "repair_request": request.name}


@endpoint()
def deduct(name: str, deposit: str, amount: float, reason: str) -> dict[str, Any]:
    """Deduct from the deposit of whoever is responsible, for the manager, once; returns {deduction} besides."""
    _readable(name, "deduct")
    frappe.get_doc(finding_acts.DEPOSIT, deposit).check_permission("read")
    doc = finding_acts.deduct(name, deposit, amount, reason, frappe.session.user)
    return {**_answer(doc), "deduction": doc.deduction}


@endpoint()
def make_notice(name: str, level: str, reported_to: str = "") -> dict[str, Any]:
    """Advise, give notice, stop the work or report to the authority; returns {notice_no, level} besides."""
    if level not in NOTICE_ACTS:
        raise_refused(
            _("There is no notice called {0}. Choose one from the list.").format(frappe.utils.escape_html(level))
        )
    _readable(name, NOTICE_ACTS[level])
    doc = finding_acts.make_notice(name, level, frappe.session.user, reported_to)
    return {**_answer(doc), "notice_no": doc.notice_no or "", "level": level}


@endpoint(methods=("GET",))
def finding_facts(name: str) -> dict[str, Any]:
    """What the form shows beside the fields: {acts, levels, deposits, category, now}."""
    doc = frappe.get_doc(FINDING, name)
    doc.check_permission("read")
    acts = finding_permits.permitted(doc)
    passed = rules.LEVELS.index(doc.notice_level) if doc.notice_level else -1
    return {
        "acts": acts,
        "levels": [level for level in rules.LEVELS[passed + 1 :] if NOTICE_ACTS[level] in acts],
        "deposits": finding_acts.deposits_of(doc) if "deduct" in acts else [],
        "category": finding_acts.category_of(doc.responsible_team) if "make_repair_request" in acts else "",
    }


@endpoint()
def measure_assessment(name: str) -> dict[str, Any]:
    """Measure a contractor's month again and put the proposed lines into the draft; returns {name, status, score, payable}."""
    _assessment(name)
    return _scored(assessments.propose_anew(name))


@endpoint()
def confirm_assessment(name: str) -> dict[str, Any]:
    """Confirm an assessment, for the manager; from then on it is kept. Returns {name, status, score, payable}."""
    _assessment(name)
    return _scored(assessments.confirm(name, frappe.session.user))


def _assessment(name: str) -> None:
    check_roles((MANAGER,))
    frappe.get_doc(assessments.ASSESSMENT, name).check_permission("write")


def _scored(doc: Any) -> dict[str, Any]:
    return {"name": doc.name, "status": doc.status, "score": doc.score, "payable": float(doc.payable)}


def _readable(name: str, act: str) -> Any:
    """The finding, its row locked; PermissionError for those who may not read it or do this."""
    doc = findings.locked(name)
    doc.check_permission("read")
    require(doc, act)
    return doc
