import frappe

from property_service.fees import ledger
from property_service.fees.charging import ledger_row
from property_service.fees.recorded_document import RecordedDocument
from property_service.property_service.blocks import hash_names


class FeeCharge(RecordedDocument):
    """What a unit owes for one fee item and month of service. Written by fees/charging.py, its balances by fees/charges.py."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        adjusted: DF.Currency
        amount: DF.Currency
        billing_key: DF.Data | None
        building: DF.Link | None
        collected_for: DF.Literal["Own", "Utility", "Developer"]
        community: DF.Link
        debtor: DF.Link
        description: DF.Data | None
        due_date: DF.Date | None
        fee_bill: DF.Link | None
        fee_item: DF.Link
        fee_run: DF.Link | None
        first_day: DF.Date | None
        grace_days: DF.Int
        item_kind: DF.Literal["Fixed", "Area", "Inner Area", "Metered", "Formula", "Shared Meter"]
        last_day: DF.Date | None
        late_fee_assessed: DF.Currency
        late_fee_cap: DF.Percent
        late_fee_paid: DF.Currency
        late_fee_rate: DF.Float
        late_fee_waived: DF.Currency
        lines: DF.Code | None
        outstanding: DF.Currency
        paid: DF.Currency
        service_area: DF.Link | None
        service_month: DF.Date
        source_doctype: DF.Link | None
        source_name: DF.DynamicLink | None
        status: DF.Literal["Unpaid", "Partly Paid", "Paid", "Void"]
        steward: DF.Link | None
        unit: DF.Link
        usage: DF.Literal["Residence", "Shop", "Office", "Storage", "Parking Space"]
        void_reason: DF.SmallText | None
    # end: auto-generated types

    def after_insert(self) -> None:
        name = hash_names(1, ledger.NAME_LENGTH)[0]
        ledger.post([ledger_row(self.as_dict(), name, ledger.today_of(self.community), ledger.site_now())])


def on_doctype_update() -> None:
    """Looked up by unit and debtor at the counter, by due date for reminders, by item and month for the next run."""
    for columns in (
        ["unit", "fee_item", "service_month"],
        ["community", "status", "due_date"],
        ["debtor", "status", "due_date"],
        ["unit", "status", "due_date"],
        ["source_doctype", "source_name"],
    ):
        frappe.db.add_index("Fee Charge", columns)
