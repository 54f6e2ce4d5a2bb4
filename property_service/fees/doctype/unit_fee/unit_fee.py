from property_service.property_service.scoped_document import ScopedDocument


class UnitFee(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        discount_percent: DF.Percent
        fee_item: DF.Link
        from_date: DF.Date
        own_price: DF.Float
        price_rule: DF.Literal["Item Price", "Own Price", "Discount"]
        reason: DF.SmallText | None
        to_date: DF.Date | None
        unit: DF.Link
    # end: auto-generated types

    pass
