"""Works stopped by a serious finding, and going on once it was rechecked by somebody else."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from property_service.decoration.lifecycle import STOPPING, stopping_findings
from property_service.decoration.states import ACCEPTANCE_REQUESTED, DOCTYPE, IN_PROGRESS, SUSPENDED
from property_service.patrol import findings
from property_service.patrol.finding_rules import ENDED
from property_service.property_service.guarded_document import advance
from property_service.property_service.service_clock import site_now

WITHDRAWN = "Withdrawn"


def on_finding_raised(finding: Document) -> None:
    """Hook `property_service_finding_raised`: a serious finding of a permit stops its works at once."""
    permit = _permit_of(finding)
    if not permit:
        return
    permit.violations = cint(permit.violations) + 1
    if not _stop(permit, finding):
        _keep_count(permit)


def on_finding_changed(finding: Document) -> None:
    """Hook `property_service_finding_changed`: works that a finding stopped go on when none that stops them is open.

    One whose severity was raised stops them.
    """
    permit = _permit_of(finding)
    if not permit:
        return
    if finding.status == WITHDRAWN:
        permit.violations = max(cint(permit.violations) - 1, 0)
    if finding.notice_level == "Stop-Work" and finding.name == permit.suspended_by:
        permit.stop_work_no = finding.notice_no
    if finding.notice_level == "Reported" and finding.name == permit.suspended_by:
        permit.reported_at = permit.reported_at or finding.notice_at or site_now()
    if finding.status not in ENDED and _stop(permit, finding):
        return
    # A stop by hand is ended by hand.
    if permit.status == SUSPENDED and permit.suspended_by and not stopping_findings(permit.name):
        _count(permit)
        advance(permit, IN_PROGRESS, finding.name)
    else:
        _keep_count(permit)


def _stop(permit: Document, finding: Document) -> bool:
    """Stop works that go on where the finding is grave; returns whether it did."""
    if finding.severity not in STOPPING or permit.status not in (IN_PROGRESS, ACCEPTANCE_REQUESTED):
        return False
    _count(permit)
    permit.suspended_by = finding.name
    permit.suspended_because = finding.title
    advance(permit, SUSPENDED, finding.name)
    return True


def _permit_of(finding: Document) -> Document | None:
    if finding.reference_doctype != DOCTYPE or not finding.reference_name:
        return None
    permit = frappe.get_doc(DOCTYPE, finding.reference_name, for_update=True)
    permit.flags.by_rules = True
    return permit


def _count(permit: Document) -> None:
    permit.open_findings = len(findings.open_findings((DOCTYPE, permit.name)))


def _keep_count(permit: Document) -> None:
    _count(permit)
    fields = ("open_findings", "violations", "stop_work_no", "reported_at")
    permit.db_set({field: permit.get(field) for field in fields})
