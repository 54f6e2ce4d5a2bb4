"""The codes of events and of sign-ups: a poster leads residents to the event, a resident's own code leads the door to his party.

The database finds a code by its hash; the token itself is kept encrypted, so that it can be shown again.
"""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime
from frappe.utils.password import get_decrypted_password, set_encrypted_password

from property_service.community_life.event_book import REGISTRATION
from property_service.property_service import access_codes

KIND = "Event"
TOKEN_FIELD = "code_token"  # noqa: S105 the name of a field
HOLDS_AFTER = timedelta(hours=12)


def issue(event: Document, about: Document) -> None:
    """Make the code of an event, or of one of its sign-ups; one that is there already stays."""
    if token_of(about.doctype, about.name):
        return
    token = access_codes.issue(KIND, about.doctype, about.name, event.community, valid_to=_end(event))
    set_encrypted_password(about.doctype, about.name, token, TOKEN_FIELD)


def revoke(about: Document, because: str) -> None:
    """The code of an event or a sign-up leads nowhere any more."""
    access_codes.revoke_all(KIND, about.doctype, about.name, because)


def prolong(event: Document, registrations: list[str]) -> None:
    """After the times of an event have changed, its codes hold until its new end; two statements."""
    table = frappe.qb.DocType(access_codes.DOCTYPE)
    for doctype, names in ((event.doctype, [event.name]), (REGISTRATION, registrations)):
        frappe.qb.update(table).set(table.valid_to, _end(event)).where(table.kind == KIND).where(
            table.reference_doctype == doctype
        ).where(table.reference_name.isin(names or [""])).where(table.revoked == 0).run()


def token_of(doctype: str, name: str) -> str:
    """The token of a document's code that still holds, "" where there is none."""
    token = get_decrypted_password(doctype, name, TOKEN_FIELD, raise_exception=False)
    return token if token and access_codes.find(token) else ""


def svg_of(doctype: str, name: str, label: str | None = None) -> str:
    """The QR code of a document as SVG, "" where it has none that holds. The caller has judged the right to see it."""
    token = token_of(doctype, name)
    return access_codes.qr_svg(access_codes.address(token), label) if token else ""


def _end(event: Document) -> object:
    return get_datetime(event.ends_at) + HOLDS_AFTER
