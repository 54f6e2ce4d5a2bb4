import frappe

from property_service.fees.promises import OPEN, WITHDRAWN, check_promise, stamp
from property_service.property_service.errors import NotAllowedNow, rules_speak
from property_service.property_service.scoped_document import ScopedDocument

JUDGED = ("status", "paid_amount", "judged_on", "promised_on", "promised_at", "taken_by")


class PaymentPromise(ScopedDocument):
    """What a debtor said he would pay, and by when; judged by fees/promises.py."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        channel: DF.Literal["", "Phone", "Counter", "WeChat", "Door"]
        community: DF.Link
        debtor: DF.Link
        judged_on: DF.Date | None
        note: DF.SmallText | None
        paid_amount: DF.Currency
        pay_by: DF.Date
        promised_amount: DF.Currency
        promised_at: DF.Datetime | None
        promised_on: DF.Date | None
        status: DF.Literal["Open", "Kept", "Broken", "Withdrawn"]
        taken_by: DF.Link | None
        unit: DF.Link
    # end: auto-generated types

    def before_insert(self) -> None:
        stamp(self)

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before is None:
            with rules_speak():
                check_promise(self)
            return
        withdrawn = self.flags.withdrawn
        for field in JUDGED:
            self.set(field, before.get(field))
        if withdrawn:
            self.withdraw()

    def withdraw(self) -> None:
        """Only a promise that is open can be taken back."""
        if self.status != OPEN:
            frappe.throw(frappe._("This promise was judged already. Take a new one."), NotAllowedNow)
        self.status = WITHDRAWN


def on_doctype_update() -> None:
    """Judged every night, and looked up by household."""
    frappe.db.add_index("Payment Promise", ["status", "pay_by"])
    frappe.db.add_index("Payment Promise", ["unit", "debtor", "status"])
