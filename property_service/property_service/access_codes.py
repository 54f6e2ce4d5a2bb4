"""Access codes: a random secret behind a QR code that leads each scanner to where he belongs. Scanning changes nothing."""

from __future__ import annotations

import io
from datetime import datetime
from urllib.parse import quote

import frappe
import qrcode
import qrcode.image.svg
from frappe import _
from frappe.utils import get_url, now_datetime

from property_service.property_service.access_tokens import is_token, new_token, token_hash
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.rule_error import mark

DOCTYPE = "Access Code"
# Low: the codes are printed large and read from a phone's screen; fewer dots are read faster.
# Why codes end, stored in English and read in the reader's language.
USED, NEW_CODE, ACCESS_REVOKED = mark("Used"), mark("A new code was issued"), mark("Access revoked")
ERROR_CORRECTION = qrcode.constants.ERROR_CORRECT_M


def issue(
    kind: str,
    reference_doctype: str,
    reference_name: str,
    community: str,
    valid_to: datetime | None = None,
    valid_from: datetime | None = None,
) -> str:
    """Make a code for a document and return its token, which is stored nowhere: 22 characters for an address.

    Times are those of the site; without them the code holds until it is revoked (labels on walls). The caller has judged
    that the session's user may hand out such a code.
    """
    token = new_token()
    frappe.get_doc(
        {
            "doctype": DOCTYPE,
            "community": community,
            "kind": kind,
            "reference_doctype": reference_doctype,
            "reference_name": reference_name,
            "token_hash": token_hash(token),
            "valid_from": valid_from,
            "valid_to": valid_to,
        }
        # Nobody may write codes by hand.
    ).insert(ignore_permissions=True)
    return token


def find(token: object) -> frappe._dict | None:
    """The code behind a token: {name, kind, community, reference_doctype, reference_name}.

    None for a guessed, revoked or expired one and for one that is not valid yet: the caller cannot tell them apart.
    """
    if not is_token(token):
        return None
    row = frappe.db.get_value(
        DOCTYPE,
        {"token_hash": token_hash(str(token)), "revoked": 0},
        ["name", "kind", "community", "reference_doctype", "reference_name", "valid_from", "valid_to"],
        as_dict=True,
    )
    moment = now_datetime()
    if not row or (row.valid_from and row.valid_from > moment) or (row.valid_to and row.valid_to < moment):
        return None
    return row


def use_up(name: str, because: str) -> bool:
    """Revoke a code that serves once. Of two at the same moment exactly one gets True."""
    table = frappe.qb.DocType(DOCTYPE)
    frappe.qb.update(table).set(table.revoked, 1).set(table.revoked_because, because[:140]).set(
        table.modified, now_datetime()
    ).where(table.name == name).where(table.revoked == 0).run()
    return frappe.db._cursor.rowcount == 1


def revoke_all(kind: str, reference_doctype: str, reference_name: str, because: str) -> int:
    """Revoke every code of this kind for a document. Returns how many there were."""
    names = frappe.get_all(
        DOCTYPE,
        {"kind": kind, "reference_doctype": reference_doctype, "reference_name": reference_name, "revoked": 0},
        pluck="name",
        order_by="name asc",
    )
    return sum(use_up(name, because) for name in names)


def address(token: str) -> str:
    """What a QR code holds: the full address of the page that leads on."""
    return get_url(f"/q/{quote(token)}")


def qr_svg(text: str, label: str | None = None) -> str:
    """The QR code of a text as a piece of SVG to put into a page: black on white, with a quiet zone.

    `label` is read out by screen readers; the standard one says that it is a QR code.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECTION, border=4, image_factory=qrcode.image.svg.SvgPathFillImage)
    code.add_data(text)
    code.make(fit=True)
    target = io.BytesIO()
    code.make_image().save(target)
    svg = target.getvalue().decode()
    svg = svg[svg.index("<svg") :]
    return svg.replace("<svg", f'<svg role="img" aria-label="{frappe.utils.escape_html(label or _("QR code"))}"', 1)


def target(code: frappe._dict, user: str) -> str | None:
    """Where a scanner belongs: the first address a room gives for this code and user.

    Rooms register in the hook `property_service_code_target` functions of (code, user) that return a path or None.
    """
    return next((path for path in call_extensions("property_service_code_target", code=code, user=user) if path), None)
