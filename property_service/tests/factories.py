"""Factories of test data. Each returns a saved document; names are unique, so tests never meet each other's rows."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from itertools import count
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, get_datetime, today

from property_service.fees.one_off import charge_once
from property_service.property_service.blocks import insert_block
from property_service.property_service.service_clock import as_of, site_now

_numbers = count(1)
# With a picture the framework does not ask a server on the network for one.
PHOTO_WORDS = "Water comes through the ceiling of the bathroom"


def unique(prefix: str = "") -> str:
    """A short text nobody else has: letters and digits only."""
    return f"{prefix}{next(_numbers)}{frappe.generate_hash(length=4)}".upper()


def insert(doctype: str, **values: Any) -> Document:
    """Insert a document as the system, past permissions but not past validation."""
    return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def make_calendar(
    windows: tuple[tuple[str, str], ...] = (("08:30", "12:00"), ("14:00", "18:00")), **values: Any
) -> Document:
    """A Service Calendar open at these times on all seven days."""
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    rows = [{"weekday": day, "from_time": begin, "to_time": end} for day in days for begin, end in windows]
    calendar = frappe.get_doc(
        {"doctype": "Service Calendar", "calendar_name": unique("CAL"), "windows": rows, **values}
    )
    # Almost every test begins with fourteen of them: judged one by one, but stored by one statement.
    for row in calendar.windows:
        row.db_insert = lambda *_args, **_options: None
    calendar.insert(ignore_permissions=True)
    for row in calendar.windows:
        del row.db_insert
        row.set("__islocal", False)
    insert_block("Service Calendar Window", [row.as_dict() for row in calendar.windows])
    return calendar


def make_community(**values: Any) -> Document:
    """A community in Asia/Shanghai with a calendar of its own."""
    code = unique("T")[:8]
    values.setdefault("service_calendar", make_calendar().name)
    return insert(
        "Community",
        **{"community_code": code, "community_name": f"Estate {code}", "time_zone": "Asia/Shanghai", **values},
    )


def make_building(community: Document | None = None, **values: Any) -> Document:
    """A building; makes a community where none is given."""
    community = community or make_community()
    return insert(
        "Building",
        **{
            "community": community.name,
            "building_no": unique("B"),
            "floors": 18,
            "completed_on": "2016-06-30",
            **values,
        },
    )


def make_entrance(building: Document, **values: Any) -> Document:
    """An entrance of a building."""
    return insert("Entrance", **{"building": building.name, "entrance_no": unique("E"), **values})


def make_unit(building: Document | None = None, **values: Any) -> Document:
    """A delivered flat of 89.35 m²."""
    building = building or make_building()
    return insert(
        "Property Unit",
        **{
            "building": building.name,
            "room_no": f"R{unique()[-7:]}",  # the search knows numbers of up to eight signs
            "floor": 12,
            "billable_area": 89.35,
            "inner_area": 69.69,
            "delivery_status": "Delivered",
            "occupancy_status": "Owner Occupied",
            "deemed_handover_date": "2016-09-01",
            **values,
        },
    )


def make_resident(unit: Document | None = None, relation: str = "Owner", **values: Any) -> Document:
    """A person with one mobile number; lives in `unit` if one is given."""
    phone = values.pop("phone", None) or f"139{secrets.randbelow(10**8):08d}"
    resident = insert(
        "Resident", **{"resident_name": f"Resident {unique()}", "phones": [{"phone": phone, "is_primary": 1}], **values}
    )
    if unit:
        make_occupancy(unit, resident, relation)
    return resident


def make_occupancy(unit: Document, resident: Document, relation: str = "Owner", **values: Any) -> Document:
    """An occupancy that began a year ago and goes on."""
    return insert(
        "Unit Occupancy",
        **{
            "unit": unit.name,
            "resident": resident.name,
            "relation": relation,
            "from_date": add_days(today(), -365),
            **values,
        },
    )


def make_portal_user(resident: Document) -> str:
    """Give a resident portal access; returns the name of the user."""
    user = f"r-{frappe.generate_hash(length=16)}@residents.invalid"
    _store_user(user, resident.resident_name, "Website User", ("Resident",))
    resident.reload()
    resident.db_set({"user": user, "portal_enabled": 1})
    return user


def make_customer() -> str:
    """Somebody with an account of the website who is no resident, as other apps make them; returns the name of the user."""
    user = f"{unique('customer').lower()}@example.com"
    _store_user(user, unique("Customer"), "Website User", ())
    return user


def make_staff(*roles: str, community: Document | None = None, **values: Any) -> str:
    """A member of staff with these roles, limited to `community` if one is given; returns the name of the user."""
    user = f"{unique('staff').lower()}@example.com"
    _store_user(user, unique("Staff"), "System User", roles, **values)
    if community:
        insert("User Permission", user=user, allow="Community", for_value=community.name, apply_to_all_doctypes=1)
    return user


def set_sms_gateway(url: str = "http://127.0.0.1:9/") -> None:
    """Enter a gateway in the platform's SMS Settings, or none. What is cached of them outlives a rollback."""
    frappe.db.set_single_value("SMS Settings", "sms_gateway_url", url)
    frappe.clear_document_cache("SMS Settings", "SMS Settings")


def _store_user(user: str, first_name: str, user_type: str, roles: tuple[str, ...], **values: Any) -> None:
    """The rows an account leaves. Its own `insert` empties all caches of the site, which takes a second each time."""
    doc = frappe.get_doc(
        {
            "doctype": "User",
            "name": user,
            "email": user,
            "username": user,
            "first_name": first_name,
            "full_name": first_name,
            "enabled": 1,
            "language": "en",
            "user_type": user_type,
            "roles": [{"role": role} for role in roles],
            **values,
        }
    )
    doc.name, doc.flags.name_set = user, True
    doc.db_insert()
    for number, row in enumerate(doc.roles, 1):
        row.update({"parent": user, "parenttype": "User", "parentfield": "roles", "idx": number})
        row.db_insert()
    # The desk does not open without them.
    settings = frappe.new_doc("Notification Settings")
    settings.name = user
    settings.db_insert()


def managers_of_everything() -> set[str]:
    """Managers whom no permission keeps to some communities: a site may have such besides those of a test."""
    holders = frappe.get_all(
        "Has Role", {"role": "Property Manager", "parenttype": "User"}, pluck="parent", order_by="name asc"
    )
    kept = frappe.get_all(
        "User Permission", {"allow": "Community", "user": ["in", [*holders, ""]]}, pluck="user", order_by="name asc"
    )
    free = ["in", [*(set(holders) - set(kept) - {"Administrator"}), ""]]
    return set(frappe.get_all("User", {"name": free, "enabled": 1}, pluck="name", order_by="name asc"))


def remove_users(users: Sequence[str]) -> None:
    """Take away the rows of accounts. The platform's own deletion asks for a System Manager besides the Administrator."""
    for doctype, column in (
        ("User Permission", "user"),
        ("Has Role", "parent"),
        ("Sessions", "user"),
        ("Notification Settings", "name"),
        ("Notification Log", "for_user"),
        ("__Auth", "name"),
        ("User", "name"),
    ):
        frappe.db.delete(doctype, {column: ["in", list(users) or [""]]})


def make_category(**values: Any) -> Document:
    """A leaf category: arrive in 60 and finish in 480 working minutes, visited if not rated."""
    targets = [
        {"priority": p, "arrive_minutes": 60, "finish_minutes": 480} for p in ("Emergency", "High", "Normal", "Low")
    ]
    return insert(
        "Repair Category",
        **{
            "category_name": f"Category {unique()}",
            "trade": "Plumbing",
            "clock": "Service Hours",
            "targets": targets,
            "visit_rule": "Always",
            "visit_within_hours": 48,
            **values,
        },
    )


def make_team(
    community: Document,
    members: Sequence[str | dict] = (),
    categories: tuple[str, ...] = (),
    leader: str | None = None,
    **values: Any,
) -> Document:
    """A team serving a community; mode Assign unless given. Members are users, or rows {user, skills …}."""
    return insert(
        "Work Team",
        **{
            "team_name": f"Team {unique()}",
            "leader": leader,
            "dispatch_mode": "Assign",
            "places": [{"community": community.name}],
            "members": [
                {"on_duty": 1, "max_open_jobs": 10, **(member if isinstance(member, dict) else {"user": member})}
                for member in members
            ],
            "categories": [{"category": name} for name in categories],
            **values,
        },
    )


def make_repair(
    unit: Document, resident: Document | None = None, category: Document | None = None, **values: Any
) -> Document:
    """A new repair request of a room, reported now or at the site time `reported_at`."""
    with as_of(get_datetime(values.pop("reported_at", None) or site_now())):
        return insert(
            "Repair Request",
            **{
                "unit": unit.name,
                "resident": resident.name if resident else None,
                "category": (category or make_category()).name,
                "description": PHOTO_WORDS,
                "channel": "Phone",
                **values,
            },
        )


def make_fee_item(community: Document, **values: Any) -> Document:
    """A fee of 2.40 yuan per m² and month from 2020 on, billed monthly in advance, to pay by the 15th, without late fee."""
    values.setdefault("prices", [{"from_date": "2020-01-01", "price": 2.4}])
    return insert(
        "Fee Item",
        **{
            "community": community if isinstance(community, str) else community.name,
            "item_code": unique("F")[:12],
            "item_name": f"Fee {unique()}",
            "kind": "Area",
            "every_months": 1,
            "timing": "In Advance",
            "pay_by_day": 15,
            "collected_for": "Own",
            "enabled": 1,
            "late_fee_cap": 100,
            **values,
        },
    )


def make_unit_fee(unit: Document, fee_item: Document, **values: Any) -> Document:
    """A unit pays a fee item from the beginning of 2026 on, at the item's price."""
    return insert(
        "Unit Fee",
        **{
            "unit": unit.name,
            "fee_item": fee_item.name,
            "from_date": "2026-01-01",
            "price_rule": "Item Price",
            **values,
        },
    )


def make_charge(unit: Document, amount: float = 100, fee_item: Document | None = None, **values: Any) -> str:
    """A one-off charge of a unit that has an owner; returns its name."""
    item = fee_item or make_fee_item(unit.community, one_off=1, kind="Fixed", prices=[])
    source = ("Property Unit", unique(unit.name))
    return charge_once(unit.name, item.name, amount, source, **values)


def make_meter(fee_item: Document, unit: Document | None = None, **values: Any) -> Document:
    """A meter that showed 100 when it was installed on 25 December 2025; shared by all where no unit is given."""
    return insert(
        "Property Meter",
        **{
            "meter_no": unique("M"),
            "fee_item": fee_item.name,
            "unit": unit.name if unit else None,
            "installed_on": "2025-12-25",
            "initial_reading": 100,
            "multiplier": 1,
            **values,
        },
    )


def make_reading(meter: Document, month: str, value: float, **values: Any) -> Document:
    """A reading for a month such as 2026-01, of its 25th unless `read_on` is given."""
    return insert(
        "Property Meter Reading",
        **{
            "meter": meter.name,
            "service_month": f"{month}-01",
            "read_on": f"{month}-25",
            "value": value,
            **values,
        },
    )
