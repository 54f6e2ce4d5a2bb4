"""What one shift leaves to the next: signed by whoever hands over and by whoever receives, and never changed afterwards."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.front_desk import handovers
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.plain_text import plain_text
from property_service.property_service.scope import allowed_communities
from property_service.property_service.scoped_document import ScopedDocument
from property_service.property_service.service_clock import local_day

OF_SIGNING = ("status", "handed_by", "handed_at", "received_at", "receiver_note")
MOST_ITEMS = 400
WORDS = ("cash_note", "keys_note", "note")


class ShiftHandover(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.front_desk.doctype.shift_handover_item.shift_handover_item import ShiftHandoverItem

        cash_note: DF.Data | None
        community: DF.Link
        handed_at: DF.Datetime | None
        handed_by: DF.Link | None
        items: DF.Table[ShiftHandoverItem]
        keys_note: DF.Data | None
        naming_series: DF.Literal["SH-.YYYY.-.#####"]
        note: DF.SmallText | None
        received_at: DF.Datetime | None
        received_by: DF.Link | None
        receiver_note: DF.SmallText | None
        shift: DF.Literal["Morning", "Middle", "Night", "Whole Day"]
        shift_date: DF.Date
        status: DF.Literal["Draft", "Handed Over", "Received", "Disputed"]
    # end: auto-generated types

    def before_insert(self) -> None:
        """A new one is its maker's draft, filled with what is open unless lines were brought along."""
        self.status, self.handed_by = handovers.DRAFT, frappe.session.user
        self.handed_at = self.received_at = self.receiver_note = None
        if not self.community and len(allowed_communities() or ()) == 1:
            self.community = allowed_communities()[0]
        if self.community and frappe.utils.getdate(self.shift_date) > local_day(self.community):
            frappe.throw(_("This day is still to come. Choose today or a day before."), InputRefused)
        for row in self.items:
            self._own_line(row)
        if self.community:
            handovers.fill(self)

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before and not self.flags.by_rules:
            self._check_editor(before)
            self._keep_system_rows(before)
        if self.received_by and self.received_by == self.handed_by:
            frappe.throw(_("Somebody else has to receive it: you handed it over yourself."), InputRefused)
        if len(self.items) > MOST_ITEMS:
            frappe.throw(_("A handover has at most {0} lines. Say the rest in words.").format(MOST_ITEMS), InputRefused)
        for field in WORDS:
            label = _(self.meta.get_label(field))
            self.set(field, plain_text(self.get(field), label, 1000 if field == "note" else 140) or None)
        for row in self.items:
            row.item_text = plain_text(row.item_text, _("Matter"), 140, required=True)
            row.note = plain_text(row.note, _("Note"), handovers.LONGEST_NOTE) or None

    def on_trash(self) -> None:
        if self.status != handovers.DRAFT:
            frappe.throw(_("This shift was handed over already and is kept as it is."), NotAllowedNow)

    def before_rename(self, *args: object) -> None:
        """Its number is on the paper that was signed."""
        frappe.throw(_("A handover keeps its number."), NotAllowedNow)

    def _check_editor(self, before: ScopedDocument) -> None:
        if before.status != handovers.DRAFT:
            frappe.throw(_("This shift was handed over already and is kept as it is."), NotAllowedNow)
        if before.handed_by != frappe.session.user:
            frappe.throw(_("Only whoever wrote it may change it. Write your own handover."), frappe.PermissionError)
        if any((self.get(field) or None) != (before.get(field) or None) for field in OF_SIGNING):
            frappe.throw(_("A handover is signed with the buttons, not by hand."), frappe.PermissionError)

    def _keep_system_rows(self, before: ScopedDocument) -> None:
        """What was found open stays as it was found; only notes and lines of one's own are written by hand."""
        stored = {row.name: row for row in before.items if not row.by_hand}
        for row in self.items:
            known = stored.pop(row.name, None)
            if known:
                row.update({field: known.get(field) for field in (*handovers.OF_THE_SYSTEM, "by_hand")})
            else:
                self._own_line(row)
        for row in stored.values():
            frappe.throw(
                _("{0} is open and stays in the list. Write a note beside it.").format(
                    frappe.bold(row.reference_name or frappe.utils.escape_html(row.item_text))
                ),
                InputRefused,
            )

    @staticmethod
    def _own_line(row: Document) -> None:
        """A line somebody wrote names no document: what is open stands there by itself."""
        row.update({"by_hand": 1, "kind": "Other", "reference_doctype": None, "reference_name": None})


def on_doctype_update() -> None:
    """What waits for a signature, and one's own draft of a shift."""
    frappe.db.add_index("Shift Handover", ["community", "status", "shift_date"], "handover_state")
