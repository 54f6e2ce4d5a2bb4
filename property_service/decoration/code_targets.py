"""Who is led to the door permit by scanning its code or that of a worker's pass; to all others it is nothing."""

from __future__ import annotations

from urllib.parse import quote

import frappe

from property_service.decoration.codes import DOOR, PASS
from property_service.decoration.permitted_acts import INSPECTORS
from property_service.property_service.scope import may_see_community

GUARD = "Property Gate Guard"
READERS = frozenset({*INSPECTORS, GUARD})


def may_read(community: str, user: str) -> bool:
    """Whether a scanner is a guard, a patroller, a leader or of the desk, and works for this community."""
    return bool(READERS.intersection(frappe.get_roles(user))) and may_see_community(community, user)


def code_target(code: frappe._dict, user: str) -> str | None:
    """Hook `property_service_code_target`: the staff at the door to the small page of the permit; None for everybody else.

    The token goes along: the page asks for it again, so that nobody opens it by the number of a permit.
    """
    if code.kind not in (DOOR, PASS) or not may_read(code.community, user):
        return None
    return f"/door-permit?code={quote(str(frappe.form_dict.get('token') or ''))}"
