from property_service.property_service.scoped_document import ScopedDocument


class PropertyMeterReading(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        charged: DF.Check
        community: DF.Link
        confirmed: DF.Check
        fee_item: DF.Link | None
        flag: DF.Literal["", "Unusually High", "Nothing Used"]
        meter: DF.Link
        note: DF.Data | None
        previous_on: DF.Date | None
        previous_value: DF.Float
        quantity: DF.Float
        read_on: DF.Date
        rollover: DF.Check
        service_month: DF.Date
        unit: DF.Link | None
        value: DF.Float
    # end: auto-generated types

    pass
