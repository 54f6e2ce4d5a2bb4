import frappe
from frappe import _

from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.guarded_document import GuardedDocument
from property_service.repairs import editing, effects, fee_charges, intake, lifecycle, promises, work_report


class RepairRequest(GuardedDocument):
    """One repair, from the report to the return visit. The rules lie in the files of module Repairs."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.repairs.doctype.repair_material.repair_material import RepairMaterial
        from property_service.repairs.doctype.repair_pause.repair_pause import RepairPause
        from property_service.repairs.doctype.repair_warranty_step.repair_warranty_step import RepairWarrantyStep

        accepted_at: DF.Datetime | None
        alert_level: DF.Int
        anonymous: DF.Check
        arrived_at: DF.Datetime | None
        assigned_to: DF.Link | None
        building: DF.Link | None
        category: DF.Link
        channel: DF.Literal[
            "Counter", "Phone", "Portal", "WeChat", "SMS", "Email", "Letter", "12345", "Media", "Patrol", "Import"
        ]
        client_key: DF.Data | None
        clock_started_at: DF.Datetime | None
        closed_at: DF.Datetime | None
        closing_reason: DF.SmallText | None
        community: DF.Link
        confirmed_at: DF.Datetime | None
        consent_at: DF.Datetime | None
        consent_by: DF.Literal["", "Signature", "Code", "Phone", "Portal"]
        consent_note: DF.SmallText | None
        contractor: DF.Data | None
        description: DF.SmallText
        dispatch_mode: DF.Literal["", "Assign", "Round Robin", "Least Loaded", "Grab"]
        dispatched_at: DF.Datetime | None
        entrance: DF.Link | None
        external_id: DF.Data | None
        external_key: DF.Data | None
        finish_by: DF.Datetime | None
        finish_late: DF.Check
        finished_at: DF.Datetime | None
        handed_back_count: DF.Int
        incident: DF.Link | None
        incident_confirmed: DF.Check
        is_chargeable: DF.Check
        is_public: DF.Check
        is_rework: DF.Check
        is_warranty: DF.Check
        labour_amount: DF.Currency
        labour_grade: DF.Literal["", "Junior", "Skilled", "Senior"]
        labour_hours: DF.Float
        last_alarm_at: DF.Datetime | None
        last_urged_at: DF.Datetime | None
        materials: DF.Table[RepairMaterial]
        materials_amount: DF.Currency
        naming_series: DF.Literal["RR-.YYYY.-.#####"]
        next_alert_at: DF.Datetime | None
        owner_signed_on: DF.Date | None
        pauses: DF.Table[RepairPause]
        payment_status: DF.Literal["Not Chargeable", "Unpaid", "Paid", "To Next Bill", "Waived"]
        priority: DF.Literal["", "Emergency", "High", "Normal", "Low"]
        public_place: DF.Data | None
        quote_amount: DF.Currency
        quote_from: DF.Currency
        quote_status: DF.Literal["", "Waiting", "Agreed", "Declined"]
        quote_text: DF.SmallText | None
        quote_to: DF.Currency
        rated_at: DF.Datetime | None
        rating: DF.Int
        rating_manner: DF.Int
        rating_speed: DF.Int
        rating_text: DF.SmallText | None
        referred_to: DF.Data | None
        reminder_letters: DF.Int
        reopened_count: DF.Int
        reported_at: DF.Datetime
        reporter_name: DF.Data | None
        reporter_phone: DF.Data | None
        resident: DF.Link | None
        respond_by: DF.Datetime | None
        response_late: DF.Check
        responsibility: DF.Literal["", "Ours", "Developer", "Owner"]
        return_visit: DF.Link | None
        rework_of: DF.Link | None
        source_system: DF.Data | None
        stage: DF.Literal["Open", "Working", "Waiting", "Done", "Void"]
        status: DF.Link | None
        taken_at: DF.Datetime | None
        team: DF.Link | None
        total_amount: DF.Currency
        unit: DF.Link | None
        urge_count: DF.Int
        visit_result: DF.Literal["", "Satisfied", "Fairly Satisfied", "Dissatisfied", "Unreachable", "Declined"]
        visit_status: DF.Literal["", "Due", "Done", "Not Needed", "Not Made"]
        warranty_status: DF.Literal[
            "",
            "Site Survey",
            "Responsibility Fixed",
            "Ordered",
            "Appointment Made",
            "Reminded",
            "Third Party",
            "Fixed",
            "Owner Signed",
        ]
        warranty_steps: DF.Table[RepairWarrantyStep]
        warranty_until: DF.Date | None
        wished_from: DF.Datetime | None
        wished_to: DF.Datetime | None
        work_done: DF.SmallText | None
    # end: auto-generated types

    SYSTEM_TRANSITIONS = lifecycle.SYSTEM_TRANSITIONS

    def before_insert(self) -> None:
        editing.start_clean(self)
        intake.prepare(self)

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if self.flags.historic_state and before is None:
            intake.check_fields(self, None)
            self.validate_workflow()
            promises.settle_lateness(self, promises.site_now())
            return
        if before is None:
            intake.check_fields(self, None)
            self.validate_workflow()
            promises.refresh(self)
            return
        editing.check(self, before)
        intake.check_fields(self, before)
        if self.status != before.status:
            # The right to the change is judged before anything it would set off.
            self.validate_workflow()
            lifecycle.prepare(self, before)
        self.follow_changes(before)
        promises.refresh(self)

    def follow_changes(self, before: GuardedDocument) -> None:
        """What depends on fields that people may change: warranty and price of the category, amounts, the technician."""
        if self.category != before.category:
            intake.apply_category(self)
        elif self.is_warranty != before.is_warranty or self.is_chargeable != before.is_chargeable:
            intake.settle_charge(self, before)
        if self.assigned_to != before.assigned_to and self.status == before.status:
            lifecycle.change_hands(self, before)
        if editing.changed_fields(self, before) & editing.WORK:
            work_report.compute(self)
            if self.status in ("Completed", "Awaiting Visit"):
                work_report.check_total(self)
        if self.incident and self.incident != before.incident:
            self.incident_confirmed = 1
        with rules_speak():
            fee_charges.follow_amount(self, before)

    def on_update(self) -> None:
        before = self.get_doc_before_save()
        if before is None:
            effects.after_insert(self)
        elif before.status != self.status:
            effects.after_change(self, before)
        else:
            effects.after_edit(self, before)

    def on_change(self) -> None:
        if not self.flags.go_on:
            return
        # The insert is complete here; what follows saves the same document again.
        self.__dict__.pop("__islocal", None)
        effects.go_on(self)

    def before_rename(self, *_names: object) -> None:
        frappe.throw(_("The number of a repair request cannot be changed."), InputRefused)


def on_doctype_update() -> None:
    """The lists people open, the scheduler's sweeps, and the look for earlier jobs at intake."""
    for columns in (
        ["community", "stage", "reported_at"],
        ["community", "reported_at"],
        ["team", "stage"],
        ["assigned_to", "stage"],
        ["unit", "category", "reported_at"],
        ["resident", "reported_at"],
        ["stage", "next_alert_at"],
        ["priority", "stage"],
        ["status", "finished_at"],
    ):
        frappe.db.add_index("Repair Request", columns)
