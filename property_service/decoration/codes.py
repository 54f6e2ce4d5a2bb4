"""The codes of door permits (装修许可证) and worker passes: valid within the permit's days, printed as often as needed.

The database finds a code by its hash; the token itself is kept encrypted, so that a lost paper can be printed again.
"""

from __future__ import annotations

from datetime import date, timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import getdate
from frappe.utils.password import get_decrypted_password, set_encrypted_password

from property_service.property_service import access_codes
from property_service.property_service.service_clock import start_of_local_day

DOOR, PASS = "Door Permit", "Worker Pass"
TOKEN_FIELD = "code_token"  # noqa: S105 the name of a field


def issue_door_code(permit: Document) -> str:
    """Make the code of a permit anew; earlier papers lead nowhere from now on. Returns the token."""
    revoke_door_codes(permit, access_codes.NEW_CODE)
    last = getdate(permit.extended_to or permit.to_date)
    return issue(DOOR, permit, permit.community, getdate(permit.from_date), last)


def revoke_door_codes(permit: Document, because: str) -> int:
    """Papers of this permit lead nowhere any more; returns how many codes there were."""
    return access_codes.revoke_all(DOOR, permit.doctype, permit.name, because)


def issue(kind: str, doc: Document, community: str, first: date, last: date) -> str:
    """Make a code for a document that holds from the beginning of its first to the end of its last day."""
    token = access_codes.issue(
        kind,
        doc.doctype,
        doc.name,
        community,
        valid_from=start_of_local_day(community, first),
        valid_to=_end_of(community, last),
    )
    set_encrypted_password(doc.doctype, doc.name, token, TOKEN_FIELD)
    return token


def prolong(kind: str, doctype: str, names: list[str], community: str, last: date) -> None:
    """Codes that are not revoked hold until the end of a later day: the papers stay as they are."""
    table = frappe.qb.DocType(access_codes.DOCTYPE)
    frappe.qb.update(table).set(table.valid_to, _end_of(community, last)).where(table.kind == kind).where(
        table.reference_doctype == doctype
    ).where(table.reference_name.isin(names or [""])).where(table.revoked == 0).run()


def svg_of(doctype: str, name: str, label: str | None = None) -> str:
    """The QR code of a document as SVG, "" where it has none that holds. The caller has judged the right to print it."""
    token = get_decrypted_password(doctype, name, TOKEN_FIELD, raise_exception=False)
    if not token or not access_codes.find(token):
        return ""
    return access_codes.qr_svg(access_codes.address(token), label)


def _end_of(community: str, day: date) -> object:
    return start_of_local_day(community, day + timedelta(days=1)) - timedelta(seconds=1)
