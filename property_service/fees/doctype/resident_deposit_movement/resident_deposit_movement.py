import frappe

from property_service.fees.recorded_document import RecordedDocument


class ResidentDepositMovement(RecordedDocument):
    """A deposit received, deducted from or refunded; written by fees/deposit_book.py and never taken back."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        amended_from: DF.Link | None
        amount: DF.Currency
        cashier: DF.Link | None
        client_key: DF.Data | None
        community: DF.Link
        counter_closing: DF.Link | None
        deposit: DF.Link
        kind: DF.Literal["Held", "Deducted", "Refunded"]
        mode: DF.Literal["", "Cash", "WeChat", "Alipay", "POS", "Transfer", "Bank Collection", "Online"]
        original: DF.Literal["", "Given Back", "Declared Lost"]
        posting_date: DF.Date
        proof: DF.Attach | None
        reason: DF.SmallText | None
    # end: auto-generated types

    community_from = ()


def on_doctype_update() -> None:
    """What a cashier has to hand over, and the register of a period."""
    frappe.db.add_index("Resident Deposit Movement", ["cashier", "counter_closing"])
    frappe.db.add_index("Resident Deposit Movement", ["community", "posting_date"])
