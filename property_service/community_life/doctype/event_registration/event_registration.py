"""A sign-up for an event (活动报名): made, moved and cancelled by acts alone."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.property_service.scoped_document import ScopedDocument


class EventRegistration(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        came: DF.Int
        cancelled_at: DF.Datetime | None
        checked_in_at: DF.Datetime | None
        checked_in_by: DF.Link | None
        community: DF.Link
        event: DF.Link
        feedback: DF.SmallText | None
        is_walk_in: DF.Check
        live_key: DF.Data | None
        moved_up_at: DF.Datetime | None
        note: DF.Data | None
        persons: DF.Int
        position: DF.Int
        rating: DF.Int
        registered_at: DF.Datetime | None
        registered_by: DF.Link | None
        resident: DF.Link
        status: DF.Literal["Registered", "Waiting", "Cancelled", "Attended", "No Show"]
        unit: DF.Link | None
    # end: auto-generated types

    community_from = ("event", "unit")

    def validate(self) -> None:
        if not self.flags.by_rules:
            frappe.throw(_("Sign-ups are not written by hand. Use the buttons of the event."), frappe.PermissionError)

    def on_trash(self) -> None:
        frappe.throw(_("A sign-up is kept for the record. Cancel it instead."), frappe.PermissionError)

    def before_rename(self, *_names: object) -> None:
        frappe.throw(_("A sign-up keeps its name."), frappe.PermissionError)


def on_doctype_update() -> None:
    """The waiting list of an event in order, and the sign-ups of a resident."""
    frappe.db.add_index("Event Registration", ["event", "status", "position"])
    frappe.db.add_index("Event Registration", ["resident", "status"])
