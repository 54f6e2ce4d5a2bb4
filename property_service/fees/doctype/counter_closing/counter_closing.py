from property_service.fees.recorded_document import RecordedDocument


class CounterClosing(RecordedDocument):
    """What a cashier took and gave back in a shift, counted and closed by `closings.close_counter` (收费日结)."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.fees.doctype.counter_closing_mode.counter_closing_mode import CounterClosingMode

        amended_from: DF.Link | None
        cashier: DF.Link
        community: DF.Link
        counted_total: DF.Currency
        deposit_amount: DF.Currency
        difference: DF.Currency
        difference_reason: DF.SmallText | None
        first_number: DF.Data | None
        from_time: DF.Datetime | None
        last_number: DF.Data | None
        late_fee_amount: DF.Currency
        modes: DF.Table[CounterClosingMode]
        others_amount: DF.Currency
        own_amount: DF.Currency
        prepaid_amount: DF.Currency
        receipt_count: DF.Int
        refund_amount: DF.Currency
        shift: DF.Data | None
        to_time: DF.Datetime | None
        total: DF.Currency
        void_amount: DF.Currency
        void_count: DF.Int
    # end: auto-generated types
