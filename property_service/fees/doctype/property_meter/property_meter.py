from property_service.property_service.scoped_document import ScopedDocument


class PropertyMeter(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        building: DF.Link | None
        community: DF.Link
        digits: DF.Int
        fee_item: DF.Link
        final_reading: DF.Float
        initial_reading: DF.Float
        installed_on: DF.Date
        meter_no: DF.Data
        most_per_day: DF.Float
        multiplier: DF.Float
        removed_on: DF.Date | None
        replaces: DF.Link | None
        unit: DF.Link | None
    # end: auto-generated types

    pass
