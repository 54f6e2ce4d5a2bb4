"""Where somebody belongs who scans the label of a checkpoint."""

from __future__ import annotations

from urllib.parse import quote

import frappe

from property_service.patrol.patrollers import LEADING, PATROLLER


def code_target(code: frappe._dict, user: str) -> str | None:
    """Hook `property_service_code_target`: patrollers to the point of their round; all others are left to the general rule.

    The token stands behind a # so that it is not sent again: the page keeps it as the proof that somebody was there.
    """
    if code.kind != "Checkpoint" or not {PATROLLER, *LEADING} & set(frappe.get_roles(user)):
        return None
    return f"/patrol#scan/{quote(str(frappe.form_dict.get('token') or ''))}"
