from typing import NoReturn

import frappe
from frappe import _

from property_service.property_service.scoped_document import ScopedDocument


class RepairStep(ScopedDocument):
    """One thing that happened to a repair request. Written once by the rules; nobody changes or deletes it."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        actor: DF.Link | None
        actor_kind: DF.Literal["Staff", "Resident", "System"]
        community: DF.Link
        for_resident: DF.Check
        from_state: DF.Data | None
        from_user: DF.Link | None
        happened_at: DF.Datetime | None
        note: DF.SmallText | None
        reason: DF.Data | None
        repair_request: DF.Link
        step: DF.Data
        to_state: DF.Data | None
        to_user: DF.Link | None
    # end: auto-generated types

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
                "The steps of a repair are recorded by the system and cannot be changed. Act on the repair request instead."
            ),
            frappe.PermissionError,
        )


def on_doctype_update() -> None:
    """The timeline of one request, and the reasons of reassignments by time."""
    frappe.db.add_index("Repair Step", ["repair_request", "happened_at"])
    frappe.db.add_index("Repair Step", ["community", "step", "happened_at"])
