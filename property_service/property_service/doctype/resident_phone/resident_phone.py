from __future__ import annotations

import frappe
from frappe.model.document import Document


class ResidentPhone(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        is_primary: DF.Check
        last_four: DF.Data | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        phone: DF.Data
        phone_label: DF.Literal["Mobile", "Home", "Work", "Other"]
    # end: auto-generated types

    pass


def on_doctype_update() -> None:
    """Whoever calls is found by the beginning of his number; with both columns in the index the rows themselves are not read."""
    frappe.db.add_index("Resident Phone", ["phone", "parent"])
