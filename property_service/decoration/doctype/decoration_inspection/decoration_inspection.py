from __future__ import annotations

import frappe

from property_service.fees.recorded_document import RecordedDocument


class DecorationInspection(RecordedDocument):
    """The look at a site that is due on a day; made by the scheduler, recorded by decoration/inspections.py."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        client_key: DF.Data | None
        community: DF.Link
        due_on: DF.Date
        finding_count: DF.Int
        hours_kept: DF.Check
        inspected_at: DF.Datetime | None
        inspection_key: DF.Data | None
        inspector: DF.Link | None
        note: DF.SmallText | None
        passes_worn: DF.Check
        permit: DF.Link
        photo: DF.AttachImage | None
        status: DF.Literal["Due", "Done", "Missed"]
        unit: DF.Link | None
    # end: auto-generated types

    community_from = ("permit",)


def on_doctype_update() -> None:
    """What is due today, and what was missed."""
    frappe.db.add_index("Decoration Inspection", ["status", "due_on"])
    frappe.db.add_index("Decoration Inspection", ["community", "due_on"])
