"""A demo community for a file of another town's requests, with teams that have no logins."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.model.document import Document

from property_service.setup.demo.making import refuse_real_communities
from property_service.setup.demo.staff import DOMAIN
from property_service.setup.importers.request_maps import load_map, map_for

# Team → trades; the last takes what nobody else does.
TEAMS = (
    ("Heating and Plumbing", ("Heating and Cooling", "Plumbing", "Sanitary", "Drains")),
    ("Electrical", ("Wiring", "Lamps", "Intercom", "Lifts")),
    ("Building Fabric", ("Structure", "Finishes", "Doors and Windows", "Waterproofing")),
    ("General", ()),
)
WHO_SEES_IT = ("manager", "front.desk", "leader")


def make_outside_community(code: str, headers: Iterable[str], map_name: str | None = None) -> None:
    """Make the community and its teams. Refuses on a site that holds real communities."""
    refuse_real_communities()
    described = (load_map(map_name) if map_name else map_for(headers)).community
    _insert(
        "Community",
        community_code=code,
        community_name=described.get("community_name", code),
        time_zone=described.get("time_zone", "Asia/Shanghai"),
        is_demo=1,
    )
    people = [user for login in WHO_SEES_IT if frappe.db.exists("User", user := f"{login}@{DOMAIN}")]
    for user in people:
        _insert("User Permission", user=user, allow="Community", for_value=code, apply_to_all_doctypes=1)
    categories = frappe.get_all("Repair Category", {"is_group": 0}, ["name", "trade"], order_by="name asc")
    for name, trades in TEAMS:
        _insert(
            "Work Team",
            team_name=f"{code} {name}",
            leader=people[-1] if people else None,
            dispatch_mode="Assign",
            auto_dispatch=1,
            is_contractor=1,
            places=[{"community": code}],
            categories=[{"category": row.name} for row in categories if row.trade in trades],
        )


def _insert(doctype: str, **values: object) -> Document:
    # The demo is made by the system, for nobody in particular.
    return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
