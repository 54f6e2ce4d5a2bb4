"""A community's month on one page: figures of every room, words of the manager. Once final it is kept as it is."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import get_first_day, getdate

from property_service.front_desk import monthly_report
from property_service.property_service.errors import NotAllowedNow
from property_service.property_service.plain_text import plain_text
from property_service.property_service.scoped_document import ScopedDocument

OF_THE_RULES = ("status", "figures", "made_at", "finalised_by", "month_key")
WORDS = ("highlights", "problems", "plans")


class MonthlyServiceReport(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        figures: DF.Code | None
        finalised_by: DF.Link | None
        highlights: DF.SmallText | None
        made_at: DF.Datetime | None
        month: DF.Date
        month_key: DF.Data | None
        naming_series: DF.Literal["MR-.YYYY.-.####"]
        plans: DF.SmallText | None
        problems: DF.SmallText | None
        status: DF.Literal["Draft", "Final"]
    # end: auto-generated types

    def before_insert(self) -> None:
        """A new one is a draft with the figures as they are now."""
        self.status, self.finalised_by = monthly_report.DRAFT, None
        self.month = getdate(get_first_day(self.month))
        self.month_key = monthly_report.key_of(self.community, self.month)
        monthly_report.check_month(self)
        monthly_report.take_figures(self)

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before and before.status == monthly_report.FINAL:
            frappe.throw(_("This report is final and kept as it is."), NotAllowedNow)
        if before and not self.flags.by_rules:
            # Figures are not written by hand, whatever a form sends along.
            if self.status != before.status:
                frappe.throw(_("A report is made final with the button, not by hand."), frappe.PermissionError)
            self.update({field: before.get(field) for field in OF_THE_RULES})
        for field in WORDS:
            self.set(field, plain_text(self.get(field), _(self.meta.get_label(field)), 1000) or None)

    def on_trash(self) -> None:
        if self.status == monthly_report.FINAL:
            frappe.throw(_("This report is final and kept as it is."), NotAllowedNow)
