from typing import Any

import frappe
from frappe import _

from property_service.decoration.door_permit import door_permit
from property_service.portal.viewer import dress

no_cache = 1


def get_context(context: Any) -> None:
    """The door permit as the staff at the door reads it after a scan. Whatever does not lead there looks as a code that does not hold."""
    context.permit = door_permit(frappe.form_dict.get("code"), frappe.session.user)
    dress(context, _("Door Permit") if context.permit else _("Code", context="Portal"))
    if not context.permit:
        context.http_status_code = 404
