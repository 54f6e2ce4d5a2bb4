import frappe
from frappe import _

from property_service.property_service.errors import InputRefused
from property_service.property_service.guarded_document import GuardedDocument
from property_service.repairs import editing, effects, intake, lifecycle, promises, work_report


class RepairRequest(GuardedDocument):
    """One repair, from the report to the return visit. The rules lie in the files of module Repairs."""

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
        frappe.throw(_("The number of a repair request stays as it is."), InputRefused)


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
