import frappe
from frappe.model.document import Document
from frappe.utils import getdate, today

from property_service.property_service import names, residents
from property_service.property_service.errors import rules_speak
from property_service.property_service.estate_hits import current_stays
from property_service.property_service.identity import fingerprint
from property_service.property_service.languages import language_for
from property_service.property_service.resident_merge import duplicates_of


class Resident(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.property_service.doctype.resident_phone.resident_phone import ResidentPhone

        birthday: DF.Date | None
        care_tags: DF.SmallText | None
        contact_person: DF.Data | None
        email: DF.Data | None
        gender: DF.Literal["", "Female", "Male"]
        greeting_consent: DF.Check
        identity_hash: DF.Data | None
        identity_number: DF.Password | None
        invoice_title: DF.Data | None
        is_active: DF.Check
        language: DF.Literal["", "zh", "en"]
        merged_into: DF.Link | None
        name_initials: DF.Data | None
        name_pinyin: DF.Data | None
        notes: DF.SmallText | None
        phones: DF.Table[ResidentPhone]
        portal_enabled: DF.Check
        primary_phone: DF.Data | None
        resident_name: DF.Data
        resident_type: DF.Literal["Person", "Organisation"]
        service_tier: DF.Literal["", "Key", "Regular"]
        tags: DF.SmallText | None
        tax_number: DF.Data | None
        user: DF.Link | None
    # end: auto-generated types

    def onload(self) -> None:
        """What the form shows besides the fields: his rooms of today, and who may be the same person."""
        self.set_onload("stays", current_stays(residents=[self.name]).get(self.name, []))
        self.set_onload("duplicates", duplicates_of(self) if self.is_active else [])

    def validate(self) -> None:
        self.birthday = getdate(self.birthday) if self.birthday else None
        with rules_speak():
            residents.prepare(self, getdate(today()))
            self.take_identity_number()
        if self.merged_into:
            self.is_active = 0

    def on_update(self) -> None:
        if self.user and self.has_value_changed("language"):
            frappe.db.set_value("User", self.user, "language", language_for(self.language))
            frappe.clear_cache(user=self.user)

    def take_identity_number(self) -> None:
        """The number itself is stored encrypted by the platform; the form gets stars and sends them back."""
        if not self.identity_number:
            self.identity_hash = None
        elif not residents.is_hidden(self.identity_number):
            number = residents.identity_number(self.identity_number, getdate(today()))
            self.identity_number = number
            self.identity_hash = fingerprint(number)
            self.birthday = self.birthday or names.identity_birthday(number)


def on_doctype_update() -> None:
    frappe.db.add_index("Resident", ["resident_name"])
    frappe.db.add_index("Resident", ["primary_phone"])
