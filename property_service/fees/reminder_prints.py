"""The reminder letter (催缴通知单): what is open by charge, the late fee so far, how to pay, and a slip as proof of service."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate, get_url

from property_service.fees.ledger import today_of
from property_service.fees.months import month_text
from property_service.fees.receipt_prints import amount_text
from property_service.fees.reminder_sheet import open_by_household
from property_service.property_service.papers import paper_of


@paper_of("Fee Reminder")
def fee_reminder_paper(doc: Document) -> dict[str, Any]:
    """Everything the reminder's print format shows, as plain texts; the template escapes them.

    Keys: number, community, place, debtor, day, rows [{item, month, due, open, late_fee}], open, late_fee, total, with_late_fee,
    how_to_pay, sender. The figures are those of today, not of the day it was made. The caller holds print permission on `doc`.
    """
    day = today_of(doc.community)
    owed = open_by_household([(doc.unit, doc.debtor)], day)[doc.unit, doc.debtor]
    community = frappe.get_cached_value("Community", doc.community, "community_name") or doc.community
    settings = frappe.get_cached_doc("Property Service Settings")
    return {
        "number": doc.name,
        "community": community,
        "place": frappe.get_cached_value("Property Unit", doc.unit, "short_label") or doc.unit,
        "debtor": frappe.db.get_value("Resident", doc.debtor, "resident_name") or doc.debtor,
        "day": formatdate(day),
        "rows": [
            {
                "item": row["item_name"],
                "month": month_text(row["service_month"]),
                "due": formatdate(row["due_date"]),
                "open": amount_text(row["open"]),
                "late_fee": amount_text(row["late_fee"]),
            }
            for row in owed["charges"]
        ],
        "open": amount_text(owed["open"]),
        "late_fee": amount_text(owed["late_fee"]),
        "total": amount_text(owed["total"]),
        "with_late_fee": bool(owed["late_fee"]),
        "how_to_pay": settings.how_to_pay
        or _("At the front desk of {0}, or in the residents' portal: {1}").format(community, get_url("/resident")),
        "sender": _("Property Service Centre of {0}").format(community),
    }
