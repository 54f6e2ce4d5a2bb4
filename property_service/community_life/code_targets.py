"""Who is led to the check-in page by scanning the code of an event or of a resident's sign-up; residents are led by the portal."""

from __future__ import annotations

from urllib.parse import quote

import frappe

from property_service.community_life.codes import KIND
from property_service.community_life.event_reading import may_check_in


def code_target(code: frappe._dict, user: str) -> str | None:
    """Hook `property_service_code_target`: guards, the front desk and the manager to the page at the door; None for others.

    The token goes along, so that nobody opens somebody's party by its name.
    """
    if code.kind != KIND or user == "Guest" or not may_check_in(code.community, user):
        return None
    return f"/event-check-in?code={quote(str(frappe.form_dict.get('token') or ''))}"
