from typing import NoReturn

import frappe
from frappe import _

from property_service.property_service.scoped_document import ScopedDocument


class RepairStep(ScopedDocument):
    """One thing that happened to a repair request. Written once by the rules; nobody changes or deletes it."""

    def before_insert(self) -> None:
        if not self.flags.written_by_rules:
            self.refuse()

    def validate(self) -> None:
        if not self.is_new():
            self.refuse()

    def on_trash(self) -> None:
        self.refuse()

    def before_rename(self, *_names: object) -> None:
        self.refuse()

    def refuse(self) -> NoReturn:
        """The log is evidence: it grows and is never touched."""
        frappe.throw(
            _(
                "The steps of a repair are written by the system and stay as they are. Act on the repair request instead."
            ),
            frappe.PermissionError,
        )


def on_doctype_update() -> None:
    """The timeline of one request, and the reasons of reassignments by time."""
    frappe.db.add_index("Repair Step", ["repair_request", "happened_at"])
    frappe.db.add_index("Repair Step", ["community", "step", "happened_at"])
