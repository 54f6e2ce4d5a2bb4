"""What is shown of the people, rooms and cars found: who lives where, and how to call him, as far as the user may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.utils import today

from property_service.property_service import estate_search
from property_service.property_service.identity import shown_phone
from property_service.property_service.scope import allowed_communities, check_roles

ROLES = (
    "Property Front Desk",
    "Property Technician",
    "Property Team Leader",
    "Property Cashier",
    "Property Patroller",
    "Property Gate Guard",
    "Property Manager",
    "System Manager",
)
KINDS = ("Property Unit", "Resident", "Resident Vehicle")


def find(text: str, limit: int = 20) -> list[dict]:
    """Rooms, people and cars that fit, each {kind, name, title, detail, phone, community, unit, resident, matched}.

    `detail` names the rooms of a person or the people of a room; phones are masked for those who need not see them.
    Takes at most `limit` of each kind. Raises PermissionError for anybody who is not staff.
    """
    check_roles(ROLES)
    limit = max(1, min(limit, estate_search.MOST))
    text = estate_search.clean(text)
    rooms = unit_hits(estate_search.unit_names(text, limit))
    people = resident_hits(estate_search.resident_names(text, limit))
    return [*rooms, *people, *vehicle_hits(estate_search.vehicle_names(text, limit))]


def resident_hits(matched: dict[str, str]) -> list[dict]:
    """Hits of residents, in the order given; two queries."""
    if not matched:
        return []
    people = _by_name("Resident", matched, ["name", "resident_name", "resident_type", "primary_phone"])
    rooms = current_stays(residents=matched)
    hits = []
    for name, kind in matched.items():
        stays = rooms.get(name, [])
        hits.append(
            {
                "kind": "Resident",
                "name": name,
                "title": people[name].resident_name,
                "detail": ", ".join(f"{stay.short_label} {_(stay.relation)}" for stay in stays),
                "phone": shown_phone(people[name].primary_phone),
                "community": stays[0].community if stays else None,
                "unit": stays[0].unit if stays else None,
                "resident": name,
                "matched": kind,
            }
        )
    return hits


def unit_hits(names: list[str]) -> list[dict]:
    """Hits of rooms, in the order given; two queries."""
    if not names:
        return []
    rooms = _by_name("Property Unit", names, ["name", "short_label", "community", "occupancy_status"])
    people = current_stays(units=names)
    hits = []
    for name in names:
        stays = people.get(name, [])
        hits.append(
            {
                "kind": "Property Unit",
                "name": name,
                "title": rooms[name].short_label,
                "detail": ", ".join(f"{stay.resident_name} {_(stay.relation)}" for stay in stays)
                or _(rooms[name].occupancy_status),
                "phone": shown_phone(stays[0].primary_phone) if stays else "",
                "community": rooms[name].community,
                "unit": name,
                "resident": stays[0].resident if stays else None,
                "matched": "address",
            }
        )
    return hits


def vehicle_hits(names: list[str]) -> list[dict]:
    """Hits of vehicles, in the order given; one query."""
    if not names:
        return []
    car, unit, person = (frappe.qb.DocType(name) for name in ("Resident Vehicle", "Property Unit", "Resident"))
    rows = (
        frappe.qb.from_(car)
        .join(unit)
        .on(unit.name == car.unit)
        .left_join(person)
        .on(person.name == car.resident)
        .select(car.name, car.plate, car.community, car.unit, car.resident)
        .select(unit.short_label, person.resident_name, person.primary_phone)
        .where(car.name.isin(names))
        .orderby(car.plate)
        .run(as_dict=True)
    )
    by_name = {row.name: row for row in rows}
    return [
        {
            "kind": "Resident Vehicle",
            "name": row.name,
            "title": row.plate,
            "detail": " ".join(filter(None, (row.short_label, row.resident_name))),
            "phone": shown_phone(row.primary_phone),
            "community": row.community,
            "unit": row.unit,
            "resident": row.resident,
            "matched": "plate",
        }
        for row in (by_name[name] for name in names if name in by_name)
    ]


def current_stays(residents: Iterable[str] = (), units: Iterable[str] = ()) -> dict[str, list[Any]]:
    """Resident → his rooms of today, or room → its people of today; one query, primary contact and payer first.

    Rows {unit, short_label, resident, resident_name, primary_phone, relation, community, is_debtor, is_primary}; only of the
    communities the user works for.
    """
    by_resident, chosen = bool(residents), list(residents) or list(units)
    if not chosen:
        return {}
    stay, unit, person = (frappe.qb.DocType(name) for name in ("Unit Occupancy", "Property Unit", "Resident"))
    key = stay.resident if by_resident else stay.unit
    query = (
        frappe.qb.from_(stay)
        .join(unit)
        .on(unit.name == stay.unit)
        .join(person)
        .on(person.name == stay.resident)
        .select(stay.unit, stay.resident, stay.relation, stay.community, stay.is_debtor, stay.is_primary)
        .select(unit.short_label, person.resident_name, person.primary_phone)
        .where(key.isin(chosen))
        .where(stay.from_date <= today())
        .where(stay.to_date.isnull() | (stay.to_date >= today()))
        .orderby(stay.is_primary, order=frappe.qb.desc)
        .orderby(stay.is_debtor, order=frappe.qb.desc)
        .orderby(stay.from_date)
        .orderby(stay.name)
    )
    allowed = allowed_communities()
    if allowed is not None:
        query = query.where(stay.community.isin(allowed or ("",)))
    found: dict[str, list[Any]] = defaultdict(list)
    for row in query.run(as_dict=True):
        found[row.resident if by_resident else row.unit].append(row)
    return found


def _by_name(doctype: str, names: Iterable[str], fields: list[str]) -> dict[str, Any]:
    rows = frappe.get_all(doctype, {"name": ["in", list(names)]}, fields, order_by="name asc")
    return {row.name: row for row in rows}
