"""An emergency: what happened, who did what and when, and what followed from it. Its entries are never changed."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from property_service.front_desk import emergencies
from property_service.property_service.errors import InputRefused, NotAllowedNow, rules_speak
from property_service.property_service.phone_numbers import normalise
from property_service.property_service.plain_text import plain_text
from property_service.property_service.scoped_document import ScopedDocument
from property_service.property_service.service_clock import site_now

OF_THE_RULES = ("status", "on_duty", "closed_at")
WORDS = {"title": 140, "place": 140, "reported_by": 140, "damage": 1000, "cause": 1000, "measures": 1000}


class EmergencyLog(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.front_desk.doctype.emergency_log_entry.emergency_log_entry import EmergencyLogEntry

        ambulance_told: DF.Check
        building: DF.Link | None
        cause: DF.SmallText | None
        closed_at: DF.Datetime | None
        community: DF.Link
        damage: DF.SmallText | None
        entries: DF.Table[EmergencyLogEntry]
        fire_brigade_told: DF.Check
        happened_at: DF.Datetime
        kind: DF.Literal[
            "Fire", "Flood", "Gas", "Power Failure", "Lift Entrapment", "Injury", "Theft", "Dispute", "Weather", "Other"
        ]
        manager_told: DF.Check
        measures: DF.SmallText | None
        naming_series: DF.Literal["EL-.YYYY.-.#####"]
        on_duty: DF.Link | None
        people_hurt: DF.Int
        photo: DF.AttachImage | None
        place: DF.Data | None
        police_told: DF.Check
        reported_by: DF.Data | None
        reporter_phone: DF.Data | None
        service_incident: DF.Link | None
        status: DF.Literal["Open", "Closed"]
        title: DF.Data
        unit: DF.Link | None
    # end: auto-generated types

    def before_insert(self) -> None:
        self.status, self.on_duty, self.closed_at = emergencies.OPEN, frappe.session.user, None
        self.happened_at = self.happened_at or site_now()

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before and not self.flags.by_rules:
            self._check_changes(before)
        emergencies.check_entries(self, before)
        for field, most in WORDS.items():
            required = field == "title"
            self.set(field, plain_text(self.get(field), _(self.meta.get_label(field)), most, required) or None)
        if not before or before.happened_at != self.happened_at:
            self.happened_at = emergencies.check_time(self.happened_at, _(self.meta.get_label("happened_at")))
        if self.reporter_phone:
            with rules_speak():
                self.reporter_phone = normalise(self.reporter_phone)
        if cint(self.people_hurt) < 0:
            frappe.throw(_("The number of people hurt cannot be negative."), InputRefused)

    def after_insert(self) -> None:
        emergencies.on_opened(self)

    def on_trash(self) -> None:
        frappe.throw(_("The record of an emergency is kept."), NotAllowedNow)

    def _check_changes(self, before: ScopedDocument) -> None:
        for field in OF_THE_RULES:
            if (self.get(field) or None) != (before.get(field) or None):
                frappe.throw(_("An emergency is closed with the button, not by hand."), frappe.PermissionError)
        if before.status != emergencies.CLOSED:
            return
        columns = self.meta.get_valid_columns()
        changed = {field for field in columns if self.has_value_changed(field)} - {"modified", "modified_by"}
        if changed - set(emergencies.AFTERWARDS):
            frappe.throw(
                _("{0} is closed. Only cause, damage and measures are still written.").format(self.name), NotAllowedNow
            )
        if changed and emergencies.MANAGER not in frappe.get_roles():
            frappe.throw(
                _("{0} is closed. What is changed afterwards is written by the manager.").format(self.name),
                frappe.PermissionError,
            )


def on_doctype_update() -> None:
    """The open ones of a community, and those of a month."""
    frappe.db.add_index("Emergency Log", ["community", "status"], "emergency_state")
    frappe.db.add_index("Emergency Log", ["community", "happened_at"], "emergency_day")
