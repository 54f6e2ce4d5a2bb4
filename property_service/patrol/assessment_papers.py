"""The sheet of a contractor's month: the assessment (外包考评) and the payment application (付款申请) that follows from it."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import get_fullname, getdate

from property_service.fees.amount_in_words import in_capitals
from property_service.fees.months import month_text
from property_service.fees.receipt_prints import amount_text
from property_service.patrol.assessments import CONFIRMED
from property_service.property_service.money import money
from property_service.property_service.papers import paper_of
from property_service.property_service.service_clock import local_day


@paper_of("Contractor Assessment")
def contractor_assessment_paper(doc: Document) -> dict[str, Any]:
    """Everything the print format shows, as plain texts; the template escapes them.

    Keys: community, contractor, month, draft, lines [{criterion, weight, measured, score, note}], score, fee, deduction, reason, payable,
    words, remark, confirmed_by, confirmed_on. The caller holds print permission on `doc`.
    """
    confirmed = doc.status == CONFIRMED
    return {
        "community": frappe.get_cached_value("Community", doc.community, "community_name") or doc.community,
        "contractor": doc.contractor,
        "month": month_text(getdate(doc.month)),
        "draft": not confirmed,
        "lines": [
            {
                "criterion": row.criterion,
                "weight": f"{row.weight or 0:g} %",
                "measured": row.measured or "",
                "score": f"{row.score or 0:g}",
                "note": row.note or "",
            }
            for row in doc.lines
        ],
        "score": f"{doc.score or 0:g}",
        "fee": amount_text(doc.monthly_fee),
        "deduction": amount_text(doc.deduction),
        "reason": doc.deduction_reason or "",
        "payable": amount_text(doc.payable),
        "words": in_capitals(money(doc.payable)),
        "remark": doc.remark or "",
        "confirmed_by": get_fullname(doc.confirmed_by) if confirmed else "",
        "confirmed_on": frappe.utils.formatdate(local_day(doc.community, doc.confirmed_at)) if confirmed else "",
    }
