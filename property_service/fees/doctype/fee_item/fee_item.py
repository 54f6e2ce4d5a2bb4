import re
import unicodedata

import frappe
from frappe import _

from property_service.fees.fee_items import check_item
from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.scoped_document import ScopedDocument

CODE = re.compile(r"[A-Z0-9]{2,12}")


class FeeItem(ScopedDocument):
    """What a community charges for, at which price, how often, and for whom it is collected."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.fees.doctype.fee_item_price.fee_item_price import FeeItemPrice

        account_code: DF.Data | None
        collected_for: DF.Literal["Own", "Utility", "Developer"]
        community: DF.Link
        cycle_start: DF.Date | None
        enabled: DF.Check
        every_months: DF.Int
        extra_quota_above: DF.Int
        extra_quota_per_person: DF.Float
        formula: DF.SmallText | None
        grace_days: DF.Int
        item_code: DF.Data
        item_name: DF.Data
        kind: DF.Literal["Fixed", "Area", "Inner Area", "Metered", "Formula", "Shared Meter"]
        late_fee_cap: DF.Percent
        late_fee_rate: DF.Float
        one_off: DF.Check
        pay_by_day: DF.Int
        prices: DF.Table[FeeItemPrice]
        principal: DF.Link | None
        share_method: DF.Literal["By Area", "Equally", "By Own Consumption"]
        tier_period: DF.Literal["Month", "Year"]
        timing: DF.Literal["In Advance", "In Arrears"]
    # end: auto-generated types

    def autoname(self) -> None:
        self.item_code = unicodedata.normalize("NFKC", self.item_code or "").strip().upper()
        if not CODE.fullmatch(self.item_code):
            frappe.throw(
                _("{0} is no code. Use two to twelve letters A-Z or digits, for example WATER.").format(
                    frappe.utils.escape_html(self.item_code)
                ),
                InputRefused,
            )
        self.name = f"{self.community}-{self.item_code}"

    def validate(self) -> None:
        with rules_speak():
            check_item(self)
        if self.collected_for == "Own":
            self.principal = None
