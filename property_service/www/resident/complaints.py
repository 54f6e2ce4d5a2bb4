from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from property_service.portal import complaint_pages
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """What I have told them, newest first."""
    viewer = open_page(context, _("Complaints and Suggestions"), "home")
    context.update(complaint_pages.complaint_rows(viewer, cint(frappe.form_dict.get("page")) or 1))
