"""What a resident may see of money: what he owes and has paid himself, also after moving out. Read only.

The debtor is fixed on each charge, so neither a later owner nor a neighbour ever sees it.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from property_service.portal.access import EVERYTHING, NOBODY, READING, is_portal_user, residents_of

# DocType → the column that says whose it is
WHOSE = {"Fee Bill": "debtor", "Fee Charge": "debtor", "Fee Receipt": "payer", "Online Payment": "resident"}


def query(user: str | None = None, doctype: str | None = None) -> str:
    """Condition of a resident's lists; nothing for staff. `doctype` is one of WHOSE."""
    user = user or frappe.session.user
    if user == "Administrator" or not is_portal_user(user):
        return EVERYTHING
    own = residents_of(user) if user != "Guest" else ()
    if not own or doctype not in WHOSE:
        return NOBODY
    return f"(`tab{doctype}`.{WHOSE[doctype]} in ({', '.join(map(frappe.db.escape, own))}))"


def fee_bill_query(user: str | None = None, doctype: str | None = None) -> str:
    """Residents list their own bills."""
    return query(user, "Fee Bill")


def fee_charge_query(user: str | None = None, doctype: str | None = None) -> str:
    """Residents list their own charges."""
    return query(user, "Fee Charge")


def fee_receipt_query(user: str | None = None, doctype: str | None = None) -> str:
    """Residents list their own receipts."""
    return query(user, "Fee Receipt")


def online_payment_query(user: str | None = None, doctype: str | None = None) -> str:
    """Residents list their own payments."""
    return query(user, "Online Payment")


def has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """The same rule for one document."""
    user = user or frappe.session.user
    if user == "Administrator" or not is_portal_user(user):
        return True
    return ptype in READING and user != "Guest" and doc.get(WHOSE[doc.doctype]) in residents_of(user)
