import frappe

from property_service.property_service.scoped_document import ScopedDocument


class NoticeReceipt(ScopedDocument):
    """That a resident has read a notice; written by `community_life/notice_receipts.py` alone."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        confirmed_at: DF.Datetime | None
        notice: DF.Link
        read_at: DF.Datetime | None
        receipt_key: DF.Data | None
        resident: DF.Link
        unit: DF.Link | None
    # end: auto-generated types

    community_from = ("unit",)


def on_doctype_update() -> None:
    """Counted by notice; the sweep asks for the latest."""
    frappe.db.add_index("Notice Receipt", ["notice", "resident"])
    frappe.db.add_index("Notice Receipt", ["read_at"])
    frappe.db.add_index("Notice Receipt", ["confirmed_at"])
