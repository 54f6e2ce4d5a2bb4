"""A promise to call somebody back; made, kept and broken by front_desk/callback_promises.py."""

import frappe
from frappe import _

from property_service.front_desk import callback_promises as promises
from property_service.front_desk.contact_texts import clean_person
from property_service.property_service import hand_edits
from property_service.property_service.errors import NotAllowedNow, rules_speak
from property_service.property_service.plain_text import plain_text
from property_service.property_service.resident_access import check_may_name
from property_service.property_service.scoped_document import ScopedDocument

# These move by acts, each with its reason.
BY_ACTS = ("due_at", "responsible")


class CallbackPromise(ScopedDocument):
    """What somebody was promised: a call by a time, by one person."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.front_desk.doctype.callback_attempt.callback_attempt import CallbackAttempt

        about: DF.Data
        alert_level: DF.Int
        answer: DF.SmallText | None
        answered_at: DF.Datetime | None
        answered_by: DF.Link | None
        attempt_count: DF.Int
        attempts: DF.Table[CallbackAttempt]
        cancelled_because: DF.SmallText | None
        client_key: DF.Data | None
        community: DF.Link
        contact_name: DF.Data | None
        contact_phone: DF.Data | None
        due_at: DF.Datetime
        naming_series: DF.Literal["CP-.YYYY.-.#####"]
        original_due_at: DF.Datetime | None
        promised_at: DF.Datetime | None
        promised_by: DF.Link | None
        put_off_because: DF.SmallText | None
        put_off_count: DF.Int
        reference_doctype: DF.Link | None
        reference_name: DF.DynamicLink | None
        resident: DF.Link | None
        responsible: DF.Link
        service_contact: DF.Link | None
        status: DF.Literal["Open", "Kept", "Broken", "Cancelled"]
        unit: DF.Link | None
    # end: auto-generated types

    def before_insert(self) -> None:
        """What came by hand brings no status, times or results of its own."""
        if not self.flags.by_rules:
            hand_edits.check_new(self)
            check_may_name(self, "resident")
        with rules_speak():
            promises.stamp(self)

    def validate(self) -> None:
        self.about = plain_text(self.about, _("What Is Promised"), 140, required=True)
        with rules_speak():
            clean_person(self, "contact_name", "contact_phone")
        before = self.get_doc_before_save()
        if before and not self.flags.by_rules:
            hand_edits.check_edit(self, before, BY_ACTS)
            check_may_name(self, "resident")
            if not promises.waits(before):
                frappe.throw(_("{0} was answered or called off and is kept as it is.").format(self.name), NotAllowedNow)

    def on_trash(self) -> None:
        frappe.throw(
            _("{0} is kept for the record. Cancel it, with the reason.").format(self.name), frappe.PermissionError
        )

    def before_rename(self, *_names: object) -> None:
        frappe.throw(_("{0} keeps its number.").format(self.name), frappe.PermissionError)


def on_doctype_update() -> None:
    """The board, the sweep, one's own list, and whoever calls again."""
    frappe.db.add_index("Callback Promise", ["status", "due_at"], "promise_due")
    frappe.db.add_index("Callback Promise", ["community", "status", "due_at"], "promise_board")
    frappe.db.add_index("Callback Promise", ["community", "due_at"], "promise_time")
    frappe.db.add_index("Callback Promise", ["responsible", "status", "due_at"], "promise_responsible")
    frappe.db.add_index("Callback Promise", ["contact_phone"], "promise_phone")
