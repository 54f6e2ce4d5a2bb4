"""A payment gateway as it is set up in the settings, and the callbacks it signs."""

from __future__ import annotations

import secrets
import time

import frappe

from property_service.fees.payment_signature import sign

SETTINGS = "Property Service Settings"
SECRET = secrets.token_urlsafe(18)


def set_gateway(page: str, secret: str) -> None:
    """Committed, and seen at once by the server."""
    from frappe.utils.password import remove_encrypted_password, set_encrypted_password

    frappe.db.set_single_value(SETTINGS, {"payment_page": page, "payment_secret": "*" * len(secret)})
    if secret:
        set_encrypted_password(SETTINGS, SETTINGS, secret, "payment_secret")
    else:
        remove_encrypted_password(SETTINGS, SETTINGS, "payment_secret")
    frappe.db.commit()
    frappe.clear_document_cache(SETTINGS, SETTINGS)


def fields_of(payment: str, **values: str) -> dict[str, str]:
    """A callback that says the payment was made, signed; `values` change it before it is signed."""
    fields = {
        "payment": payment,
        "transaction": f"T{secrets.token_hex(6)}",
        "amount": "100.00",
        "currency": "CNY",
        "status": "Paid",
        "timestamp": str(int(time.time())),
        "nonce": secrets.token_hex(12),
        **values,
    }
    return {**fields, "signature": sign(SECRET, fields)}
