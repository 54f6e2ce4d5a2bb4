from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from property_service.portal import fee_pages
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """My receipts, newest first."""
    open_page(context, _("My Receipts"), "bills")
    context.update(fee_pages.receipt_rows(cint(frappe.form_dict.get("page")) or 1))
