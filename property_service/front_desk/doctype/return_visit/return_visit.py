"""The life of one return visit; its rules are in `front_desk/return_visits.py`."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.scoped_document import ScopedDocument

# Nothing else may change in a saved attempt.
ATTEMPT = ("attempted_at", "channel", "reached", "visitor", "note")


class ReturnVisit(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.front_desk.doctype.return_visit_attempt.return_visit_attempt import ReturnVisitAttempt

        assigned_to: DF.Link | None
        attempt_count: DF.Int
        attempts: DF.Table[ReturnVisitAttempt]
        community: DF.Link
        contact_name: DF.Data | None
        contact_phone: DF.Data | None
        dissatisfied_reason: DF.Literal["", "Not Fixed", "Manner", "Lateness", "Charge", "Beyond Our Duty"]
        doer: DF.Link | None
        due_at: DF.Datetime | None
        kept_from: DF.Link | None
        naming_series: DF.Literal["RV-.YYYY.-.#####"]
        next_attempt_at: DF.Datetime | None
        not_before: DF.Datetime | None
        on_site_recheck: DF.Check
        outcome: DF.Data | None
        place: DF.Data | None
        plan_key: DF.Data | None
        reason: DF.Literal["Rule", "Low Rating", "Second Visit", "After Rework", "Emergency", "Courtesy"]
        reference_doctype: DF.Link | None
        reference_name: DF.DynamicLink | None
        remark: DF.SmallText | None
        reminded_at: DF.Datetime | None
        resident: DF.Link | None
        result: DF.Literal["", "Satisfied", "Fairly Satisfied", "Dissatisfied", "Unreachable", "Declined"]
        status: DF.Literal["Due", "Reached", "Unreachable", "Declined", "Cancelled", "Closed by System"]
        supervisor_only: DF.Check
        team: DF.Link | None
        topic: DF.Data | None
        unit: DF.Link | None
        visit_kind: DF.Literal["Repair", "Complaint", "Decoration", "Event", "Courtesy"]
        visited_at: DF.Datetime | None
        visited_by: DF.Link | None
    # end: auto-generated types

    community_from = ("unit",)

    def validate(self) -> None:
        """Changed by the call sheet alone, and no more once it has a result."""
        if (
            self.not_before
            and self.due_at
            and frappe.utils.get_datetime(self.not_before) > frappe.utils.get_datetime(self.due_at)
        ):
            frappe.throw(_("The visit would be due before it may be made. Correct one of the two times."), InputRefused)
        before = self.get_doc_before_save()
        if before is None:
            return
        if not self.flags.by_the_rules:
            frappe.throw(
                _("Results are recorded on the call sheet, not on the form. Open the page Return Visits."),
                frappe.PermissionError,
            )
        if before.status != "Due":
            frappe.throw(_("{0} has a result and can no longer be changed.").format(self.name), NotAllowedNow)
        self.check_attempts_kept(before)

    def check_attempts_kept(self, before: ReturnVisit) -> None:
        """An attempt once written stays as it is."""
        kept = {row.name: row for row in self.attempts}
        for row in before.attempts:
            now = kept.get(row.name)
            if now is None or any(str(now.get(key)) != str(row.get(key)) for key in ATTEMPT):
                frappe.throw(_("Recorded attempts cannot be changed. Add another one."), NotAllowedNow)

    def on_trash(self) -> None:
        """What people have done stays; only the visits of a demo estate go with it."""
        if (self.attempts or self.result) and not frappe.db.get_value("Community", self.community, "is_demo"):
            frappe.throw(_("{0} has been worked on and cannot be deleted.").format(self.name), NotAllowedNow)


def on_doctype_update() -> None:
    """The list of today, the report and the reminder read by community, status and time."""
    frappe.db.add_index("Return Visit", ["community", "status", "due_at"], "community_status_due")
    frappe.db.add_index("Return Visit", ["status", "due_at"], "status_due")
    frappe.db.add_index("Return Visit", ["community", "due_at"], "community_due")
    frappe.db.add_index("Return Visit", ["reference_doctype", "reference_name"], "reference")
    frappe.db.add_index("Return Visit", ["visited_by", "visited_at"], "visited_by_at")
