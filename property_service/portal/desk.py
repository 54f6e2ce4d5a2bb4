"""What the desk does for residents' access: give a code to join with, and take access away."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.portal import accounts, sign_in
from property_service.property_service import access_codes, phone_numbers
from property_service.property_service.endpoint import endpoint
from property_service.property_service.errors import InputRefused
from property_service.property_service.scope import may_see_community
from property_service.property_service.service_clock import local

ROLES = ("Property Front Desk", "Property Manager", "System Manager")


@endpoint(methods=("POST",))
def give_join_code(resident: str) -> dict:
    """A code of six digits and a QR code with which a resident joins the portal; shown once, older ones end.

    Returns {resident_name, phone (masked), code, link, qr (SVG), valid_until (text, the community's time)}. Raises
    InputRefused where the resident has no phone number or lives nowhere.
    """
    doc = _resident(resident)
    if not doc.is_active:
        frappe.throw(_("{0} is no longer active. Open the record that replaced it.").format(_name(doc)), InputRefused)
    if not doc.primary_phone:
        frappe.throw(
            _("Please enter a phone number for {0} first: it is needed to sign in.").format(_name(doc)),
            InputRefused,
        )
    community = _community(doc.name)
    accounts.ensure_account(doc.name)
    code, token, until = sign_in.make_join_code(doc.name, doc.primary_phone, community)
    link = access_codes.address(token)
    return {
        "resident_name": doc.resident_name,
        "phone": phone_numbers.mask(doc.primary_phone),
        "code": code,
        "link": link,
        "qr": access_codes.qr_svg(link, _("QR code to join the portal")),
        "valid_until": frappe.utils.format_datetime(local(community, until)),
    }


@endpoint(methods=("POST",))
def close_portal(resident: str) -> dict:
    """Take a resident's access to the portal away, at once and on all his devices. A new code opens it again."""
    doc = _resident(resident)
    sign_in.end_join_codes(doc.name, access_codes.ACCESS_REVOKED)
    accounts.close_portal(doc.name)
    return {"resident": doc.name}


def _resident(name: str) -> frappe.model.document.Document:
    frappe.only_for(ROLES)
    doc = frappe.get_doc("Resident", name)
    # Whoever may write a resident may open the portal for him; for codes that is enough, the account is made by rules.
    doc.check_permission("write")
    return doc


def _community(resident: str) -> str:
    """The community of a room the resident has now, one the session's user works for."""
    rows = frappe.get_all(
        "Unit Occupancy",
        filters={"resident": resident, "from_date": ["<=", frappe.utils.today()]},
        fields=["community", "to_date"],
        order_by="from_date desc",
    )
    for row in rows:
        if (not row.to_date or str(row.to_date) >= frappe.utils.today()) and may_see_community(row.community):
            return row.community
    frappe.throw(_("Please first enter the unit this person lives in or owns."), InputRefused)


def _name(doc: frappe.model.document.Document) -> str:
    return frappe.bold(frappe.utils.escape_html(doc.resident_name))
