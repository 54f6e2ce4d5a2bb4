"""An event of a community (社区活动): residents sign up, wait, come and say how it was."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.community_life import event_edits, events
from property_service.property_service.errors import InputRefused
from property_service.property_service.scoped_document import ScopedDocument


class CommunityEvent(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.community_life.doctype.community_event_cost.community_event_cost import CommunityEventCost

        actual_total: DF.Currency
        budget_total: DF.Currency
        came_count: DF.Int
        cancelled_because: DF.SmallText | None
        capacity: DF.Int
        community: DF.Link
        costs: DF.Table[CommunityEventCost]
        description: DF.TextEditor | None
        ends_at: DF.Datetime
        feedback_average: DF.Float
        feedback_count: DF.Int
        has_waiting_list: DF.Check
        kind: DF.Literal["Festival", "Health", "Children", "Elderly", "Sport", "Handicraft", "Owners' Talk", "Other"]
        last_position: DF.Int
        most_persons: DF.Int
        naming_series: DF.Literal["EV-.YYYY.-.####"]
        organiser: DF.Link | None
        photo: DF.AttachImage | None
        place: DF.Data
        reminded_at: DF.Datetime | None
        report: DF.SmallText | None
        sign_up_from: DF.Datetime | None
        sign_up_until: DF.Datetime | None
        starts_at: DF.Datetime
        status: DF.Literal["Draft", "Open", "Held", "Cancelled"]
        taken_count: DF.Int
        title: DF.Data
        visit_percent: DF.Int
        waiting_count: DF.Int
        what_to_bring: DF.Data | None
    # end: auto-generated types

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
