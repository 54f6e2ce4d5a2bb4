"""A call or visit of somebody who wants something; kept by front_desk/contacts.py."""

import frappe
from frappe import _

from property_service.front_desk import contacts
from property_service.property_service import hand_edits
from property_service.property_service.errors import NotAllowedNow, rules_speak
from property_service.property_service.resident_access import check_may_name
from property_service.property_service.scoped_document import ScopedDocument

# Once it became a job or complaint, these are told there.
PASSED = ("kind", "unit", "building", "place", "is_anonymous")


class ServiceContact(ScopedDocument):
    """Who contacted the service desk, how, about what, and what followed."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        answer: DF.SmallText | None
        building: DF.Link | None
        callback_promise: DF.Link | None
        caller_name: DF.Data | None
        caller_phone: DF.Data | None
        channel: DF.Literal["Counter", "Phone", "Portal", "WeChat", "SMS", "E-mail", "Letter", "12345", "Media"]
        client_key: DF.Data | None
        community: DF.Link
        contacted_at: DF.Datetime | None
        details: DF.SmallText | None
        handled_by: DF.Link | None
        is_anonymous: DF.Check
        kind: DF.Literal["Consultation", "Repair", "Complaint", "Suggestion", "Praise", "Help"]
        knowledge_article: DF.Link | None
        last_four: DF.Data | None
        linked_at: DF.Datetime | None
        naming_series: DF.Literal["SC-.YYYY.-.#####"]
        phone_key: DF.Data | None
        place: DF.Data | None
        reference_doctype: DF.Link | None
        reference_name: DF.DynamicLink | None
        resident: DF.Link | None
        status: DF.Literal["Open", "Answered", "Promised", "Passed On"]
        subject: DF.Data
        unit: DF.Link | None
    # end: auto-generated types

    def before_insert(self) -> None:
        """What came by hand brings nothing that follows from it."""
        if not self.flags.by_rules:
            hand_edits.check_new(self)
            check_may_name(self, "resident")
        with rules_speak():
            contacts.stamp(self)

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before is None:
            return
        if not self.flags.by_rules:
            self.check_edit(before)
        with rules_speak():
            contacts.complete(self)

    def check_edit(self, before: "ServiceContact") -> None:
        """Texts are corrected by hand; a resident is linked by its button, and what became of it stays."""
        hand_edits.check_edit(self, before, PASSED if before.reference_name else ())
        check_may_name(self, "resident")
        if before.is_anonymous and self.resident:
            frappe.throw(_("This caller wished to stay anonymous."), NotAllowedNow)

    def on_trash(self) -> None:
        frappe.throw(_("{0} is kept for the record.").format(self.name), frappe.PermissionError)

    def before_rename(self, *_names: object) -> None:
        frappe.throw(_("{0} keeps its number.").format(self.name), frappe.PermissionError)


def on_doctype_update() -> None:
    """The list of a day, the picture of a household, and whoever calls again."""
    frappe.db.add_index("Service Contact", ["community", "contacted_at"], "contact_day")
    frappe.db.add_index("Service Contact", ["unit", "contacted_at"], "contact_unit")
    frappe.db.add_index("Service Contact", ["resident", "contacted_at"], "contact_resident")
    frappe.db.add_index("Service Contact", ["handled_by", "contacted_at"], "contact_handler")
