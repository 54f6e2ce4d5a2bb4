import frappe
from frappe import _
from frappe.utils import add_days, getdate

from property_service.fees import ledger
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.scoped_document import ScopedDocument

SCOPE = ("bill_until", "building", "fee_item")
MOST_DAYS_AHEAD = 366


class FeeRun(ScopedDocument):
    """Bills everything of a place that is due by a day: looked at first, then done in the queue (fee_run_work.py)."""

    community_from = ("building", "fee_item")

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        batches_done: DF.Int
        batches_total: DF.Int
        bill_count: DF.Int
        bill_until: DF.Date
        building: DF.Link | None
        charge_count: DF.Int
        community: DF.Link
        fee_item: DF.Link | None
        finished_at: DF.Datetime | None
        prepaid_amount: DF.Currency
        preview: DF.Code | None
        skipped_count: DF.Int
        started_at: DF.Datetime | None
        status: DF.Literal["Draft", "Previewing", "Previewed", "Running", "Done", "Failed", "Voiding", "Voided"]
        total_amount: DF.Currency
        units_total: DF.Int
    # end: auto-generated types

    def validate(self) -> None:
        if not self.is_new() and any(self.has_value_changed(field) for field in SCOPE):
            self.forget_preview()
        if getdate(self.bill_until) > getdate(add_days(ledger.today_of(self.community), MOST_DAYS_AHEAD)):
            frappe.throw(_("A run cannot bill more than a year ahead. Choose an earlier day."), InputRefused)

    def forget_preview(self) -> None:
        """A preview holds for what was entered then; a run that has begun keeps its place and day."""
        if self.status not in ("Draft", "Previewed", "Previewing"):
            frappe.throw(_("This run has begun. Make a new one for another place or day."), NotAllowedNow)
        self.status, self.preview = "Draft", None

    def on_trash(self) -> None:
        if self.status not in ("Draft", "Previewed"):
            frappe.throw(_("A run that has begun is kept. Void it instead."), NotAllowedNow)
