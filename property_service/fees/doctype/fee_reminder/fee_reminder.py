import frappe
from frappe import _

from property_service.fees.reminder_acts import check_change, stamp
from property_service.property_service.errors import rules_speak
from property_service.property_service.scoped_document import ScopedDocument

COMPUTED = ("unit", "debtor", "level", "due_on", "outstanding", "oldest_due", "charge_count", "done_by", "dedupe_key")


class FeeReminder(ScopedDocument):
    """A household to be reminded at one level: made by fees/reminders.py, its result recorded by people."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        answer: DF.SmallText | None
        arrears_reason: DF.Literal[
            "",
            "Vacant",
            "Quality of Service",
            "Developer's Defect",
            "Hardship",
            "Away",
            "Dispute",
            "Forgotten",
            "Other",
        ]
        channel: DF.Literal["", "SMS", "WeChat", "Phone", "Counter", "Post", "Door"]
        charge_count: DF.Int
        community: DF.Link
        debtor: DF.Link
        dedupe_key: DF.Data | None
        done_by: DF.Link | None
        done_on: DF.Date | None
        due_on: DF.Date | None
        hold_reason: DF.Literal["", "Complaint Open", "Warranty Case Open", "Other"]
        hold_until: DF.Date | None
        level: DF.Literal["Notice", "Call", "Letter", "Visit", "Lawyer's Letter", "Lawsuit"]
        oldest_due: DF.Date | None
        outstanding: DF.Currency
        proof: DF.Attach | None
        proof_kind: DF.Literal["", "Signature", "Photo", "Courier Number", "SMS Receipt"]
        proof_number: DF.Data | None
        status: DF.Literal["Due", "Done", "On Hold", "Cancelled"]
        unit: DF.Link
    # end: auto-generated types

    def before_insert(self) -> None:
        with rules_speak():
            stamp(self)

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before is None:
            return
        for field in COMPUTED:
            self.set(field, before.get(field))
        with rules_speak():
            check_change(self, before)

    def on_trash(self) -> None:
        frappe.throw(_("A reminder is kept. Cancel it instead of deleting it."))


def on_doctype_update() -> None:
    """Lists by community, the household's history, and what was made for a day to pay by."""
    frappe.db.add_index("Fee Reminder", ["community", "status", "due_on"])
    frappe.db.add_index("Fee Reminder", ["community", "oldest_due"])
    frappe.db.add_index("Fee Reminder", ["unit", "debtor", "status"])
