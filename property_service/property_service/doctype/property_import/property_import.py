import frappe
from frappe import _

from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.property_imports import COUNTS, attached_file, check_idle
from property_service.property_service.scoped_document import ScopedDocument


class PropertyImport(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.property_service.doctype.property_import_refusal.property_import_refusal import (
            PropertyImportRefusal,
        )

        community: DF.Link
        file: DF.Attach
        kind: DF.Literal["Estate", "Repair Requests", "Meter Readings"]
        refused: DF.Table[PropertyImportRefusal]
        rows_joined: DF.Int
        rows_known: DF.Int
        rows_refused: DF.Int
        rows_taken: DF.Int
        rows_total: DF.Int
        spread_days: DF.Int
        status: DF.Literal["Draft", "Queued", "Running", "Done", "Failed"]
    # end: auto-generated types

    community_from = ()

    def validate(self) -> None:
        self.keep_result()
        check_idle(self)
        if not str(self.file).startswith(("/private/files/", "/files/")):
            frappe.throw(_("Attach the file here; it cannot be fetched from elsewhere."), InputRefused)
        # Judged before the platform makes a copy of the File for this document, which the user could read.
        if self.has_value_changed("file"):
            with rules_speak():
                attached_file(self.file)

    def keep_result(self) -> None:
        """Status, counts and refused rows are written by the run alone, whatever a client sends."""
        before = self.get_doc_before_save()
        self.status = before.status if before else "Draft"
        for field in COUNTS:
            self.set(field, before.get(field) if before else 0)
        self.refused = before.refused if before else []

    def on_trash(self) -> None:
        check_idle(self)
