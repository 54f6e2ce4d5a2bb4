"""Service areas: which steward looks after which building, and the mark of it on every room."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.errors import InputRefused


def area_of_building(building: str) -> str | None:
    """The service area that lists this building; None where no steward looks after it."""
    return areas_of_buildings((building,)).get(building)


def areas_of_buildings(buildings: Iterable[str]) -> dict[str, str]:
    """Building → service area, for those that have one, in one query."""
    rows = frappe.get_all(
        "Service Area Building",
        filters={"building": ["in", list(buildings)], "parenttype": "Service Area"},
        fields=["building", "parent"],
        order_by="building asc",
    )
    return {row.building: row.parent for row in rows}


def check_area(area: Document) -> None:
    """Refuse a building of another community or area, one listed twice, and a steward who cannot sign in at the desk."""
    buildings = [row.building for row in area.buildings]
    for building in buildings:
        if buildings.count(building) > 1:
            frappe.throw(_("Building {0} is listed twice. Remove one of the rows.").format(building), InputRefused)
    communities = dict(
        frappe.get_all(
            "Building",
            filters={"name": ["in", buildings]},
            fields=["name", "community"],
            order_by="name asc",
            as_list=True,
        )
    )
    for building in buildings:
        if communities.get(building) != area.community:
            frappe.throw(
                _("Building {0} is not in {1}. Choose a building of this community.").format(building, area.community),
                InputRefused,
            )
    for building, other in areas_of_buildings(buildings).items():
        if other != area.name:
            name = frappe.db.get_value("Service Area", other, "area_name")
            frappe.throw(
                _("Building {0} belongs to the service area {1}. Remove it there first.").format(
                    building, frappe.utils.escape_html(name)
                ),
                InputRefused,
            )
    _check_people(area)


def mark_units(area: str, buildings: Iterable[str]) -> None:
    """Write the service area on every room of these buildings and take it off all others: two statements."""
    unit = frappe.qb.DocType("Property Unit")
    buildings = list(buildings)
    gone = frappe.qb.update(unit).set(unit.service_area, None).where(unit.service_area == area)
    (gone.where(unit.building.notin(buildings)) if buildings else gone).run()
    if buildings:
        frappe.qb.update(unit).set(unit.service_area, area).where(unit.building.isin(buildings)).run()


def _check_people(area: Document) -> None:
    if area.steward and area.steward == area.deputy:
        frappe.throw(_("The deputy cannot be the steward. Choose another person."), InputRefused)
    for user in filter(None, (area.steward, area.deputy)):
        person = frappe.db.get_value("User", user, ["enabled", "user_type"], as_dict=True)
        if not person or not person.enabled or person.user_type != "System User":
            frappe.throw(_("{0} cannot sign in at the desk. Choose a member of staff.").format(user), InputRefused)
