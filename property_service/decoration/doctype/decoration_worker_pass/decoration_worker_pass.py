from __future__ import annotations

import frappe
from frappe import _

from property_service.decoration import worker_passes
from property_service.property_service.errors import NotAllowedNow, rules_speak
from property_service.property_service.field_changes import changed_fields
from property_service.property_service.scoped_document import ScopedDocument

BY_HAND = frozenset({"worker_name", "trade", "worker_phone", "id_last_four", "photo"})


class DecorationWorkerPass(ScopedDocument):
    """A pass of somebody who works under a decoration permit; made, revoked and handed in by decoration/worker_passes.py."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        charge: DF.Link | None
        client_key: DF.Data | None
        community: DF.Link
        deposit: DF.Link | None
        id_last_four: DF.Data
        permit: DF.Link
        photo: DF.AttachImage | None
        revoked_because: DF.Data | None
        status: DF.Literal["Valid", "Revoked", "Expired", "Returned"]
        trade: DF.Data | None
        unit: DF.Link | None
        valid_from: DF.Date | None
        valid_to: DF.Date | None
        worker_name: DF.Data
        worker_phone: DF.Data | None
    # end: auto-generated types

    community_from = ("permit",)

    def before_insert(self) -> None:
        worker_passes.prepare(self)

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before is not None and changed_fields(self, before) - BY_HAND:
            frappe.throw(
                _("A pass is changed by its buttons. Only what is known of the worker is entered."), NotAllowedNow
            )
        worker_passes.check(self)

    def after_insert(self) -> None:
        with rules_speak():
            worker_passes.after_insert(self)

    def on_trash(self) -> None:
        frappe.throw(_("A pass is kept. Revoke it instead."), NotAllowedNow)


def on_doctype_update() -> None:
    """The passes of a permit."""
    frappe.db.add_index("Decoration Worker Pass", ["permit", "status"])
