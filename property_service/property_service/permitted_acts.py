"""A table of acts on a document with states: what the buttons show is what the endpoints allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.errors import NotAllowedNow
from property_service.property_service.scope import has_role


@dataclass(frozen=True, slots=True)
class Act:
    """`roles`: who may ever do it; `now`: whether the session's user may do it on this document as it stands."""

    roles: tuple[str, ...]
    now: Callable[[Document], bool]


def permitted(doc: Document, acts: Mapping[str, Act]) -> list[str]:
    """Return the names of the acts the session's user may do on a saved document now."""
    return [name for name, act in acts.items() if has_role(*act.roles) and act.now(doc)]


def readable(doctype: str, name: str) -> Document:
    """Return a document that buttons are asked for; PermissionError for those who may not read it, DoesNotExistError for none."""
    doc = frappe.get_doc(doctype, name)
    doc.check_permission("read")
    return doc


def require_role(act: Act) -> None:
    """Raise PermissionError where no role of the session's user ever may."""
    if not has_role(*act.roles):
        frappe.throw(_("This is done by: {0}.").format(", ".join(map(_, act.roles))), frappe.PermissionError)


def require(doc: Document, act: Act) -> None:
    """Refuse an act: PermissionError where the role never may, NotAllowedNow where the document does not stand so."""
    require_role(act)
    if not act.now(doc):
        frappe.throw(
            _("You cannot do this with {0} now: it is {1}.").format(
                doc.name, frappe.bold(_(doc.status, context=doc.doctype))
            ),
            NotAllowedNow,
        )
