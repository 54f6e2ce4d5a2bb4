import re

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.front_desk import knowledge
from property_service.property_service.errors import InputRefused
from property_service.property_service.plain_text import plain_text

PHONE = re.compile(r"\+?\d[\d\s\-]{2,24}(\s*(转|ext\.?)\s*\d{1,6})?", re.IGNORECASE)


class UsefulContact(Document):
    """A number residents ask for: police, water company, clinic (便民电话)."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        checked_on: DF.Date | None
        contact_name: DF.Data
        enabled: DF.Check
        group_name: DF.Literal["Emergency", "Utilities", "Government", "Health", "Home Services", "Transport", "Other"]
        hours: DF.Data | None
        is_public: DF.Check
        note: DF.SmallText | None
        only_community: DF.Link | None
        phone: DF.Data
        purpose: DF.Data | None
    # end: auto-generated types

    def validate(self) -> None:
        self.contact_name = plain_text(self.contact_name, _("Name"), 140, required=True)
        for fieldname, label, most in (
            ("purpose", _("For What"), 140),
            ("hours", _("Hours"), 140),
            ("note", _("Note"), 500),
        ):
            self.set(fieldname, plain_text(self.get(fieldname), label, most))
        self.phone = (self.phone or "").strip()
        if not PHONE.fullmatch(self.phone):
            frappe.throw(_("Enter the phone as it is dialled, for example 12345 or 0755-12345678."), InputRefused)

    def on_update(self) -> None:
        knowledge.forget_cached()

    def on_trash(self) -> None:
        knowledge.forget_cached()
