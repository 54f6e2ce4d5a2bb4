"""An event of a community (社区活动): residents sign up, wait, come and say how it was."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.community_life import event_edits, events
from property_service.property_service.errors import InputRefused
from property_service.property_service.scoped_document import ScopedDocument


class CommunityEvent(ScopedDocument):
    def before_insert(self) -> None:
        if not self.flags.by_rules:
            event_edits.begin(self)
        self.organiser = self.organiser or frappe.session.user

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before is not None and not self.flags.by_rules:
            event_edits.check_edit(self, before)
        event_edits.complete(self)

    def on_update(self) -> None:
        before = self.get_doc_before_save()
        if before is not None and not self.flags.by_rules:
            events.after_edit(self, before)

    def before_rename(self, *_names: object) -> None:
        frappe.throw(_("The number of an event cannot be changed."), InputRefused)


def on_doctype_update() -> None:
    """What residents see of their community, and the scheduler's sweeps."""
    frappe.db.add_index("Community Event", ["community", "status", "starts_at"])
    frappe.db.add_index("Community Event", ["status", "ends_at"])
