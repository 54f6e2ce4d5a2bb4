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

WITHDRAWN = "Withdrawn"


def on_finding_raised(finding: Document) -> None:
    """Hook `property_service_finding_raised`: a serious finding of a permit stops its works at once."""
    permit = _permit_of(finding)
    if not permit:
        return
    permit.violations = cint(permit.violations) + 1
    if not _stop(permit, finding):
        _keep(permit)


def on_finding_changed(finding: Document) -> None:
    """Hook `property_service_finding_changed`: works that a finding stopped go on when none that stops them is open.

    One whose severity was raised stops them.
    """
    permit = _permit_of(finding)
    if not permit:
        return
    if finding.status == WITHDRAWN:
        permit.violations = max(cint(permit.violations) - 1, 0)
    if finding.status not in ENDED and _stop(permit, finding):
        return
    # A stop by hand is ended by hand.
    if permit.status == SUSPENDED and permit.suspended_by:
        stopping = [row.name for row in stopping_findings(permit.name)]
        if not stopping:
            _count(permit)
            advance(permit, IN_PROGRESS, finding.name)
            return
        # A notice and a report are those of a finding that is open.
        name = permit.suspended_by if permit.suspended_by in stopping else stopping[0]
        _point_to(permit, finding if name == finding.name else frappe.get_doc(findings.FINDING, name))
    _keep(permit)


def _stop(permit: Document, finding: Document) -> bool:
    """Stop works that go on where the finding is grave; returns whether it did."""
    if finding.severity not in STOPPING or permit.status not in (IN_PROGRESS, ACCEPTANCE_REQUESTED):
        return False
    _count(permit)
    _point_to(permit, finding)
    advance(permit, SUSPENDED, finding.name)
    return True


def _point_to(permit: Document, finding: Document) -> None:
    """Make a finding the one that stops the works, with its own last stop-work notice and first report."""
    permit.suspended_by, permit.suspended_because = finding.name, finding.title
    numbers = [row.notice_no for row in finding.notices if row.level == "Stop-Work"]
    reports = [row.made_at for row in finding.notices if row.level == "Reported"]
    permit.stop_work_no, permit.reported_at = numbers[-1] if numbers else None, reports[0] if reports else None


def _permit_of(finding: Document) -> Document | None:
    if finding.reference_doctype != DOCTYPE or not finding.reference_name:
        return None
    permit = frappe.get_doc(DOCTYPE, finding.reference_name, for_update=True)
    permit.flags.by_rules = True
    return permit


def _count(permit: Document) -> None:
    permit.open_findings = len(findings.open_findings((DOCTYPE, permit.name)))


def _keep(permit: Document) -> None:
    _count(permit)
    fields = ("open_findings", "violations", "suspended_by", "suspended_because", "stop_work_no", "reported_at")
    permit.db_set({field: permit.get(field) for field in fields})
