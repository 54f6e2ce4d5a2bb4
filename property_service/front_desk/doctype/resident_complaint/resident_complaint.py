from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from property_service.front_desk import complaint_effects, complaint_intake, complaint_states
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.guarded_document import GuardedDocument


class ResidentComplaint(GuardedDocument):
    """A complaint (投诉), suggestion or praise: received, dealt with, told of, resolved, visited."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.front_desk.doctype.complaint_step.complaint_step import ComplaintStep

        alert_level: DF.Int
        answer_alert_level: DF.Int
        assigned_to: DF.Link | None
        building: DF.Link | None
        category: DF.Link | None
        channel: DF.Literal["Counter", "Phone", "Portal", "WeChat", "SMS", "E-mail", "Letter", "12345", "Media"]
        client_key: DF.Data | None
        clock_started_at: DF.Datetime | None
        closed_at: DF.Datetime | None
        community: DF.Link
        contact_name: DF.Data | None
        contact_phone: DF.Data | None
        details: DF.SmallText | None
        dispute_key: DF.Data | None
        first_answer_due: DF.Datetime | None
        first_answer_late: DF.Check
        first_answered_at: DF.Datetime | None
        follow_key: DF.Data | None
        group_of: DF.Link | None
        group_size: DF.Int
        interim_due: DF.Datetime | None
        interim_late: DF.Check
        is_anonymous: DF.Check
        is_typical: DF.Check
        is_valid: DF.Literal["", "Valid", "Not Valid"]
        kind: DF.Literal["Complaint", "Suggestion", "Praise"]
        level: DF.Literal["", "General", "Major", "Hot"]
        naming_series: DF.Literal["RC-.YYYY.-.#####"]
        next_alert_at: DF.Datetime | None
        other_side: DF.Link | None
        person_complained_of: DF.Link | None
        photo: DF.AttachImage | None
        place: DF.Data | None
        received_at: DF.Datetime | None
        reference_doctype: DF.Link | None
        reference_name: DF.DynamicLink | None
        reopened_count: DF.Int
        requested_by_user: DF.Link | None
        resident: DF.Link | None
        resolution: DF.SmallText | None
        resolution_told: DF.SmallText | None
        resolved_at: DF.Datetime | None
        resolved_by: DF.Link | None
        return_visit: DF.Link | None
        service_contact: DF.Link | None
        solve_due: DF.Datetime | None
        solved_late: DF.Check
        stage: DF.Literal["Open", "Working", "Waiting", "Done", "Void"]
        status: DF.Link | None
        steps: DF.Table[ComplaintStep]
        subject: DF.Data
        team_complained_of: DF.Link | None
        unit: DF.Link | None
        visit_result: DF.Data | None
        withdrawn_because: DF.SmallText | None
    # end: auto-generated types

    SYSTEM_TRANSITIONS = complaint_states.SYSTEM_TRANSITIONS

    @property
    def requested_by(self) -> str:
        """Who took it down or sent it; set by the server."""
        return self.requested_by_user or self.owner

    def set_user_and_timestamp(self) -> None:
        """As the platform does it, but of an anonymous complaint sent in the portal nobody is stored anywhere."""
        super().set_user_and_timestamp()
        if cint(self.is_anonymous) and _is_resident():
            for row in (self, *self.get_all_children()):
                row.modified_by = "Administrator"
                if row.owner == frappe.session.user:
                    row.owner = "Administrator"

    def before_insert(self) -> None:
        complaint_intake.start(self)

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before is None:
            self.validate_workflow()
            complaint_intake.settle(self, None)
            return
        complaint_intake.check(self, before)
        complaint_intake.check_steps(self, before)
        # The right to a change is judged before anything it would set off.
        self.validate_workflow()
        complaint_intake.settle(self, before)

    def on_update(self) -> None:
        before = self.get_doc_before_save()
        if before is None:
            complaint_effects.after_insert(self)
        elif before.status != self.status:
            complaint_effects.after_change(self, before)
        else:
            complaint_effects.after_edit(self, before)

    def on_change(self) -> None:
        if self.flags.go_on:
            # The insert is complete here; what follows saves the same document again.
            self.__dict__.pop("__islocal", None)
            complaint_effects.go_on(self)

    def on_trash(self) -> None:
        """Complaints are withdrawn and kept; only those of a demo estate go with it."""
        if not frappe.db.get_value("Community", self.community, "is_demo"):
            frappe.throw(_("Complaints are kept. Withdraw it instead of deleting it."), NotAllowedNow)

    def before_rename(self, *_names: object) -> None:
        frappe.throw(_("The number of a complaint cannot be changed."), InputRefused)


def _is_resident() -> bool:
    user = frappe.session.user
    return user != "Guest" and frappe.get_cached_value("User", user, "user_type") == "Website User"


def on_doctype_update() -> None:
    """The lists people open, the scheduler's sweep, the report, and what a resident follows."""
    for columns in (
        ["community", "stage", "received_at"],
        ["community", "received_at"],
        ["stage", "next_alert_at"],
        ["assigned_to", "stage"],
        ["resident", "received_at"],
        ["unit", "stage"],
    ):
        frappe.db.add_index("Resident Complaint", columns)
