"""What a quality check looks at: criteria with their points; nothing for a decisive one fails the whole check."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from property_service.property_service.errors import InputRefused
from property_service.property_service.plain_text import plain_text

MOST_CRITERIA = 20


class ServiceScorecard(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.front_desk.doctype.service_scorecard_item.service_scorecard_item import (
            ServiceScorecardItem,
        )

        criteria: DF.Table[ServiceScorecardItem]
        enabled: DF.Check
        pass_percent: DF.Percent
        scorecard_name: DF.Data
    # end: auto-generated types

    def validate(self) -> None:
        self.scorecard_name = plain_text(self.scorecard_name, _("Name"), 140, required=True)
        if not 0 < flt(self.pass_percent) <= 100:
            frappe.throw(_("Passed from: enter a percentage above 0 and up to 100."), InputRefused)
        if not 1 <= len(self.criteria) <= MOST_CRITERIA:
            frappe.throw(_("A scorecard has 1 to {0} criteria.").format(MOST_CRITERIA), InputRefused)
        seen = set()
        for row in self.criteria:
            row.criterion = plain_text(row.criterion, _("Criterion"), 140, required=True)
            if row.criterion in seen:
                frappe.throw(_("{0} stands there twice.").format(frappe.utils.escape_html(row.criterion)), InputRefused)
            seen.add(row.criterion)
            if not 0 < cint(row.most) <= 100:
                frappe.throw(
                    _("{0}: give 1 to 100 points at most.").format(frappe.utils.escape_html(row.criterion)),
                    InputRefused,
                )
