"""Settings of the service desk."""

from __future__ import annotations

from frappe.model.document import Document
from frappe.utils import get_time

from property_service.property_service.errors import rules_speak
from property_service.property_service.settings_rules import check_settings


class PropertyServiceSettings(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.property_service.doctype.workflow_stage_map.workflow_stage_map import WorkflowStageMap

        assessment_full_pay: DF.Int
        assessment_most: DF.Float
        assessment_percent: DF.Float
        auto_close_days: DF.Int
        code_minutes: DF.Int
        codes_per_phone_hour: DF.Int
        complaint_first_minutes: DF.Int
        complaint_group_major: DF.Int
        complaint_interim_days: DF.Int
        complaint_major_minutes: DF.Int
        complaint_solve_days: DF.Int
        complaint_visit_hours: DF.Int
        complaints_per_day: DF.Int
        courtesy_key_days: DF.Int
        courtesy_per_week: DF.Int
        courtesy_regular_days: DF.Int
        courtesy_silent_days: DF.Int
        emergency_realarm_minutes: DF.Int
        event_reminder_hours: DF.Int
        familiarity_months: DF.Int
        finding_critical_minutes: DF.Int
        finding_minor_minutes: DF.Int
        finding_normal_minutes: DF.Int
        finding_repeat_days: DF.Int
        finding_serious_minutes: DF.Int
        greeting_time: DF.Time | None
        greetings_enabled: DF.Check
        how_to_pay: DF.SmallText | None
        identical_per_day: DF.Int
        incident_burst: DF.Int
        incident_window_minutes: DF.Int
        join_code_days: DF.Int
        leader_percent: DF.Int
        manager_percent: DF.Int
        max_photos: DF.Int
        patrol_fastest_pace: DF.Int
        payment_page: DF.Data | None
        payment_secret: DF.Password | None
        portal_title: DF.Data | None
        promise_minutes: DF.Int
        promise_warn_minutes: DF.Int
        quality_per_person: DF.Int
        reminder_call_days: DF.Int
        reminder_lawyer_days: DF.Int
        reminder_letter_days: DF.Int
        reminder_notice_days: DF.Int
        reminder_visit_days: DF.Int
        requests_per_day: DF.Int
        rework_days: DF.Int
        stage_map: DF.Table[WorkflowStageMap]
        tries_per_address_hour: DF.Int
        tries_per_phone_hour: DF.Int
        urge_interval_minutes: DF.Int
        visit_afternoon_from: DF.Time | None
        visit_afternoon_to: DF.Time | None
        visit_attempts: DF.Int
        visit_close_days: DF.Int
        visit_morning_from: DF.Time | None
        visit_morning_to: DF.Time | None
        warn_percent: DF.Int
    # end: auto-generated types

    def before_validate(self) -> None:
        """Give hours never entered their default."""
        self.restore_hours()

    def validate(self) -> None:
        with rules_speak():
            check_settings(self)

    def restore_hours(self) -> bool:
        """The platform fills the Time fields of a new document with the present moment, to the microsecond, and passes
        over their defaults; nobody enters microseconds. Returns whether something was put right."""
        wrong = [
            field
            for field in self.meta.get("fields", {"fieldtype": "Time"})
            if self.get(field.fieldname) and get_time(self.get(field.fieldname)).microsecond
        ]
        for field in wrong:
            self.set(field.fieldname, field.default)
        return bool(wrong)
