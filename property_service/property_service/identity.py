"""Identity numbers: stored encrypted, shown as stars, compared by a keyed hash, shown in full only on record."""

from __future__ import annotations

import hashlib
import hmac

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.model.document import Document
from frappe.utils.password import get_decrypted_password, get_encryption_key

from property_service.property_service import phone_numbers
from property_service.property_service.errors import InputRefused
from property_service.property_service.scope import check_roles

# These see whole phone numbers all day long; for others they are masked.
PHONE_ROLES = frozenset(
    {"Property Front Desk", "Property Team Leader", "Property Cashier", "Property Manager", "System Manager"}
)
REVEAL_ROLES = ("Property Front Desk", "Property Manager", "System Manager")
KINDS = ("identity_number", "phones")


def fingerprint(number: str | None) -> str | None:
    """A hash of the number that only this site can make: equal for equal numbers, useless to anybody else."""
    if not number:
        return None
    return hmac.new(get_encryption_key().encode(), number.encode(), hashlib.sha256).hexdigest()


def sees_phones(user: str | None = None) -> bool:
    """Whether phone numbers are shown to this user in full."""
    user = user or frappe.session.user
    return user == "Administrator" or not PHONE_ROLES.isdisjoint(frappe.get_roles(user))


def shown_phone(phone: str | None, user: str | None = None) -> str:
    """The number as this user may see it."""
    return (phone or "") if sees_phones(user) else phone_numbers.mask(phone)


def reveal(resident: Document, what: str) -> dict:
    """The identity number or the phones of a resident in full; that it was shown, to whom and when, is logged.

    Returns {"identity_number": str} or {"phones": [str]}. Raises PermissionError, InputRefused.
    """
    check_roles(REVEAL_ROLES)
    resident.check_permission("read")
    if what not in KINDS:
        frappe.throw(_("Only the identity number or the phones can be shown in full."), InputRefused)
    make_access_log(doctype="Resident", document=resident.name, method=f"Reveal {what}")
    if what == "phones":
        return {"phones": [row.phone for row in resident.phones]}
    number = get_decrypted_password("Resident", resident.name, "identity_number", raise_exception=False)
    return {"identity_number": number or ""}
