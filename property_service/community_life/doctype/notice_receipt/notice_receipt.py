import frappe

from property_service.property_service.scoped_document import ScopedDocument


class NoticeReceipt(ScopedDocument):
    """That a resident has read a notice; written by `community_life/notice_receipts.py` alone."""

    community_from = ("unit",)


def on_doctype_update() -> None:
    """Counted by notice; the sweep asks for the latest."""
    frappe.db.add_index("Notice Receipt", ["notice", "resident"])
    frappe.db.add_index("Notice Receipt", ["read_at"])
    frappe.db.add_index("Notice Receipt", ["confirmed_at"])
