import frappe
from frappe import _
from frappe.utils import getdate

from property_service.fees import ledger
from property_service.fees.months import add_months, month_of, month_text
from property_service.property_service.errors import InputRefused
from property_service.property_service.scoped_document import ScopedDocument


class FeePeriodLock(ScopedDocument):
    """Closes a month and all before it (月结): nothing can be dated there any more. It is never opened again."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        lock_key: DF.Data | None
        month: DF.Date
        note: DF.SmallText | None
    # end: auto-generated types

    def before_insert(self) -> None:
        self.month = month_of(getdate(self.month))
        self.lock_key = f"{self.community}|{month_text(self.month)}"

    def validate(self) -> None:
        if not self.is_new():
            return
        closed = ledger.closed_until(self.community)
        if closed and self.month <= closed:
            self.refuse(_("{0} is closed already.").format(month_text(self.month)))
        if add_months(self.month, 1) > ledger.today_of(self.community):
            self.refuse(
                _("{0} is not over yet. Close it from the first of the next month on.").format(month_text(self.month))
            )

    def on_trash(self) -> None:
        self.refuse(_("A closed month stays closed. Enter what is still missing with a later date."))

    def refuse(self, sentence: str) -> None:
        """Refuse, with a sentence for the manager."""
        frappe.throw(sentence, InputRefused)


def on_doctype_update() -> None:
    """The last closed month is asked for with every posting."""
    frappe.db.add_index("Fee Period Lock", ["community", "month"])
