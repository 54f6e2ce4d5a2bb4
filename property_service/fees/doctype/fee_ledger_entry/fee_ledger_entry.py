import frappe

from property_service.fees.recorded_document import RecordedDocument


class FeeLedgerEntry(RecordedDocument):
    """One movement of the ledger. Added in blocks by fees/ledger.py and by nothing else; never changed, never deleted."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        adjustment: DF.Link | None
        amount: DF.Currency
        building: DF.Link | None
        charge: DF.Link | None
        collected_for: DF.Data | None
        community: DF.Link
        debtor: DF.Link | None
        deposit: DF.Link | None
        effective_date: DF.Date
        entry_type: DF.Literal["Charge", "Adjustment", "Late Fee", "Payment", "Allocation", "Refund", "Deposit"]
        fee_item: DF.Link | None
        item_kind: DF.Data | None
        mode: DF.Data | None
        part: DF.Literal["Principal", "Late Fee"]
        receipt: DF.Link | None
        recorded_at: DF.Datetime
        remark: DF.Data | None
        reverses: DF.Link | None
        service_area: DF.Link | None
        service_month: DF.Date | None
        steward: DF.Data | None
        unit: DF.Link | None
        usage: DF.Data | None
    # end: auto-generated types

    def check_by_rules(self) -> None:
        self.refuse()


def on_doctype_update() -> None:
    """Rates are summed by month of service and building, balances by charge, statements by unit."""
    for columns in (
        ["community", "service_month", "recorded_at"],
        ["community", "recorded_at"],
        ["community", "effective_date"],
        ["charge", "entry_type"],
        ["unit", "recorded_at"],
        ["debtor", "recorded_at"],
    ):
        frappe.db.add_index("Fee Ledger Entry", columns)
