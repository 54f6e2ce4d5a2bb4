from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from property_service.portal import fee_statement
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """What was charged and paid in a year, and the balance."""
    open_page(context, _("Statement"), "bills")
    context.update(fee_statement.statement(cint(frappe.form_dict.get("year")) or None))
