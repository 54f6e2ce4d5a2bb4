"""Something found that is not as it should be: owned, due, put right with a photo, rechecked by another person."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.patrol import finding_edits, findings
from property_service.property_service.errors import rules_speak
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.scoped_document import ScopedDocument


class InspectionFinding(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.patrol.doctype.finding_notice.finding_notice import FindingNotice
        from property_service.patrol.doctype.finding_recheck.finding_recheck import FindingRecheck

        alert_level: DF.Int
        assigned_to: DF.Link | None
        building: DF.Link | None
        checkpoint: DF.Link | None
        client_key: DF.Data | None
        closed_at: DF.Datetime | None
        closed_by: DF.Link | None
        community: DF.Link
        days_to_fix: DF.Float
        deduction: DF.Currency
        deposit_movement: DF.Link | None
        description: DF.SmallText | None
        due_at: DF.Datetime | None
        entrance: DF.Link | None
        failed_count: DF.Int
        fix_note: DF.SmallText | None
        fix_photo: DF.AttachImage | None
        fixed_at: DF.Datetime | None
        fixed_by: DF.Link | None
        fixed_on_spot: DF.Check
        found_at: DF.Datetime | None
        found_by: DF.Link | None
        immediate_measure: DF.SmallText | None
        is_late: DF.Check
        naming_series: DF.Literal["FD-.YYYY.-.#####"]
        notice_at: DF.Datetime | None
        notice_level: DF.Literal["", "Advised", "Notice", "Stop-Work", "Reported"]
        notice_no: DF.Data | None
        notices: DF.Table[FindingNotice]
        photo: DF.AttachImage | None
        place: DF.Data | None
        place_key: DF.Data | None
        recheck_count: DF.Int
        rechecks: DF.Table[FindingRecheck]
        reference_doctype: DF.Link | None
        reference_name: DF.DynamicLink | None
        repair_request: DF.Link | None
        repeat_count: DF.Int
        repeat_of: DF.Link | None
        reported_to: DF.Data | None
        responsible_kind: DF.Literal["", "Team", "Contractor", "Resident"]
        responsible_resident: DF.Link | None
        responsible_team: DF.Link | None
        severity: DF.Literal["Minor", "Normal", "Serious", "Critical"]
        source: DF.Literal["Patrol", "Decoration", "Contractor Check", "Desk"]
        status: DF.Literal["Open", "Fixed", "Recheck Failed", "Closed", "Withdrawn"]
        title: DF.Data
        unit: DF.Link | None
        withdrawn_reason: DF.SmallText | None
    # end: auto-generated types

    community_from = ("checkpoint", "unit", "entrance", "building")

    def before_insert(self) -> None:
        """What came by hand brings no status, times or results of its own."""
        if not self.flags.by_rules:
            finding_edits.check_new(self)

    def validate(self) -> None:
        finding_edits.complete(self)
        before = self.get_doc_before_save()
        if self.is_new():
            with rules_speak():
                findings.stamp(self)
        elif not self.flags.by_rules:
            finding_edits.check_edit(self, before)

    def after_insert(self) -> None:
        """The rules tell the upper rooms themselves, once the photos are kept."""
        if not self.flags.by_rules:
            call_extensions("property_service_finding_raised", finding=self)

    def on_update(self) -> None:
        """An edit by hand may change the severity, which upper rooms act on."""
        if not self.flags.by_rules and self.get_doc_before_save():
            call_extensions("property_service_finding_changed", finding=self)

    def on_trash(self) -> None:
        frappe.throw(
            _("{0} is kept for the record. Withdraw it, with the reason, where it was none.").format(self.name),
            frappe.PermissionError,
        )

    def before_rename(self, *_names: object) -> None:
        frappe.throw(_("{0} keeps its number.").format(self.name), frappe.PermissionError)


def on_doctype_update() -> None:
    """Indexes of the overdue board, of repeats at a place, and of the open findings of a document."""
    frappe.db.add_index("Inspection Finding", ["status", "due_at"], "finding_due")
    frappe.db.add_index("Inspection Finding", ["community", "status", "due_at"], "finding_board")
    frappe.db.add_index("Inspection Finding", ["place_key", "found_at"], "finding_place")
