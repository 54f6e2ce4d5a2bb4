"""A notice made of a finding: an advice by word of mouth, a paper with a number, a report to the authority."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


class FindingNotice(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        count: DF.Int
        level: DF.Literal["Advised", "Notice", "Stop-Work", "Reported"]
        made_at: DF.Datetime | None
        made_by: DF.Link | None
        notice_no: DF.Data | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        put_right_by: DF.Datetime | None
        reported_to: DF.Data | None
        series: DF.Data | None
    # end: auto-generated types

    pass


def on_doctype_update() -> None:
    """Each count of a series once, whoever asks at the same moment."""
    frappe.db.add_unique("Finding Notice", ["series", "count"], "finding_notice_count")
