"""A sign-up for an event (活动报名): made, moved and cancelled by acts alone."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.property_service.scoped_document import ScopedDocument


class EventRegistration(ScopedDocument):
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
