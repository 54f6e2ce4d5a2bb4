"""A contractor's month: measured, scored, what is deducted and paid for it. Confirmed by a manager, it is kept as it is."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import get_first_day, getdate

from property_service.patrol import assessments
from property_service.property_service.errors import InputRefused, NotAllowedNow, rules_speak
from property_service.property_service.money import money
from property_service.property_service.plain_text import plain_text
from property_service.property_service.scoped_document import ScopedDocument

MOST_LINES = 20
OF_CONFIRMING = ("status", "confirmed_by", "confirmed_at")


class ContractorAssessment(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.patrol.doctype.contractor_assessment_line.contractor_assessment_line import (
            ContractorAssessmentLine,
        )

        assessment_key: DF.Data | None
        community: DF.Link
        confirmed_at: DF.Datetime | None
        confirmed_by: DF.Link | None
        contractor: DF.Link
        deduction: DF.Currency
        deduction_reason: DF.SmallText | None
        lines: DF.Table[ContractorAssessmentLine]
        month: DF.Date
        monthly_fee: DF.Currency
        payable: DF.Currency
        remark: DF.SmallText | None
        score: DF.Float
        status: DF.Literal["Draft", "Confirmed"]
    # end: auto-generated types

    def before_insert(self) -> None:
        """A new one is a draft, with the measured lines unless it brings its own."""
        if any(self.get(field) not in (None, "", assessments.DRAFT) for field in OF_CONFIRMING):
            self._refuse_by_hand()
        self.month = getdate(get_first_day(self.month))
        assessments.check_contractor(self)
        self.assessment_key = assessments.key_of(self.contractor, self.community, self.month)
        known = frappe.db.get_value(self.doctype, {"assessment_key": self.assessment_key})
        if known:
            frappe.throw(_("This contractor's month was assessed already: {0}.").format(known), InputRefused)
        if self.monthly_fee in (None, 0):
            self.monthly_fee = assessments.last_fee(self.contractor, self.community)
        if not self.lines:
            with rules_speak():
                assessments.propose(self)

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before and before.status == assessments.CONFIRMED:
            frappe.throw(_("This assessment is confirmed and kept as it is."), NotAllowedNow)
        if before and not self.flags.by_rules:
            if any((self.get(field) or None) != (before.get(field) or None) for field in OF_CONFIRMING):
                self._refuse_by_hand()
            self.assessment_key = before.assessment_key
            self._keep_measured(before)
        self._clean()
        with rules_speak():
            # A fee entered later brings its proposal along, unless somebody has said what is deducted.
            untouched = before and money(before.deduction) == self.deduction
            if untouched and money(before.monthly_fee) != self.monthly_fee:
                assessments.settle_score(self)
                assessments.propose_deduction(self)
            assessments.settle(self)

    def on_trash(self) -> None:
        if self.status == assessments.CONFIRMED:
            frappe.throw(_("This assessment is confirmed and kept as it is."), NotAllowedNow)

    def _keep_measured(self, before: ScopedDocument) -> None:
        """What was measured and proposed is not written by hand; lines added by hand have none."""
        stored = {row.name: row for row in before.lines}
        for row in self.lines:
            known = stored.get(row.name)
            row.measured, row.proposed = (known.measured, known.proposed) if known else (None, 0)

    def _clean(self) -> None:
        if len(self.lines) > MOST_LINES:
            frappe.throw(_("An assessment has at most {0} criteria.").format(MOST_LINES), InputRefused)
        self.remark = plain_text(self.remark, _("Remark"), 1000) or None
        self.deduction_reason = plain_text(self.deduction_reason, _("Deducted Because"), 1000) or None
        self.monthly_fee, self.deduction = money(self.monthly_fee), money(self.deduction)
        for row in self.lines:
            row.criterion = plain_text(row.criterion, _("Criterion"), 140, required=True)
            row.note = plain_text(row.note, _("Note"), 140) or None

    def _refuse_by_hand(self) -> None:
        frappe.throw(_("An assessment is confirmed by the button of the manager, not by hand."), frappe.PermissionError)
