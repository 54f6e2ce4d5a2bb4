"""What a resident may see: read only, of the rooms he lives in or owns, for as long as he does.

Every rule has two forms that must agree: a condition for lists and a judgement of one document. Rules of the documents
are called through `property_service.property_service.scope.has_permission`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, today

NOBODY = "(1=0)"
EVERYTHING = ""
READING = ("read", "select")


def is_portal_user(user: str | None = None) -> bool:
    """True for a resident (and for a guest), false for staff."""
    user = user or frappe.session.user
    return user == "Guest" or frappe.get_cached_value("User", user, "user_type") != "System User"


def spans_of(user: str, on: date | str | None = None) -> tuple[dict, ...]:
    """Rows {resident, unit, community, relation, from_date} of the occupancies of this user that are open on `on`.

    `on` is a date of the site, today if left out. Kept for the length of a web request.
    """
    day = str(getdate(on or today()))
    return _once_a_request((user, day), _read_spans)


def _once_a_request(key: tuple[str, ...], read: Callable[..., tuple]) -> tuple:
    """Return read(*key), read once in a web request; outside of one always anew."""
    if not getattr(frappe.local, "request", None):
        return read(*key)
    if not hasattr(frappe.local, "property_service_access"):
        frappe.local.property_service_access = {}
    cache = frappe.local.property_service_access
    if key not in cache:
        cache[key] = read(*key)
    return cache[key]


def _read_spans(user: str, day: str) -> tuple[dict, ...]:
    resident, occupancy = frappe.qb.DocType("Resident"), frappe.qb.DocType("Unit Occupancy")
    return tuple(
        frappe.qb.from_(resident)
        .join(occupancy)
        .on(occupancy.resident == resident.name)
        .select(resident.name.as_("resident"), occupancy.unit, occupancy.community)
        .select(occupancy.relation, occupancy.from_date)
        .where(resident.user == user)
        .where(resident.portal_enabled == 1)
        .where(resident.is_active == 1)
        .where(occupancy.from_date <= day)
        .where(occupancy.to_date.isnull() | (occupancy.to_date >= day))
        .orderby(occupancy.unit)
        .orderby(occupancy.from_date)
        .run(as_dict=True)
    )


def units_of(user: str, on: date | str | None = None) -> tuple[str, ...]:
    """Rooms this user may act for on a day; the one function all access of residents rests on."""
    return tuple(sorted({row.unit for row in spans_of(user, on)}))


def residents_of(user: str) -> tuple[str, ...]:
    """The resident records of a portal user (in practice one), whether he still lives here or not, but none whose access was revoked. Kept for the length of a web request."""
    return _once_a_request((user,), _read_residents)


def _read_residents(user: str) -> tuple[str, ...]:
    return tuple(frappe.get_all("Resident", {"user": user, "portal_enabled": 1}, pluck="name", order_by="name asc"))


def forget_cached_access(doc: Document | None = None, method: str | None = None) -> None:
    """After an occupancy or an account changed within this request (document event of both)."""
    if hasattr(frappe.local, "property_service_access"):
        del frappe.local.property_service_access


def _list(values: set[str]) -> str:
    return ", ".join(frappe.db.escape(value) for value in sorted(values))


def _condition(user: str | None, build: Callable[[tuple[dict, ...]], str]) -> str:
    """One parenthesised condition: nothing for staff, nobody's rows for whoever has no room."""
    user = user or frappe.session.user
    if user == "Administrator" or not is_portal_user(user):
        return EVERYTHING
    spans = spans_of(user)
    return build(spans) if spans else NOBODY


def _judge(user: str | None, ptype: str, allowed: Callable[[tuple[dict, ...]], bool]) -> bool:
    user = user or frappe.session.user
    if user == "Administrator" or not is_portal_user(user):
        return True
    return ptype in READING and bool(allowed(spans_of(user)))


# Property Unit


def property_unit_query(user: str | None = None, doctype: str | None = None) -> str:
    """Residents list their own rooms."""
    return _condition(user, lambda spans: f"(`tabProperty Unit`.name in ({_list({row.unit for row in spans})}))")


def property_unit_has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """Residents open their own rooms."""
    return _judge(user, ptype, lambda spans: doc.name in {row.unit for row in spans})


# Unit Occupancy


def unit_occupancy_query(user: str | None = None, doctype: str | None = None) -> str:
    """Residents list their own occupancies that have not ended."""

    def build(spans: tuple[dict, ...]) -> str:
        table = "`tabUnit Occupancy`"
        pairs = " or ".join(
            f"({table}.resident = {frappe.db.escape(resident)} and {table}.unit = {frappe.db.escape(unit)})"
            for resident, unit in sorted({(row.resident, row.unit) for row in spans})
        )
        return f"(({pairs}) and ({table}.to_date is null or {table}.to_date >= {frappe.db.escape(today())}))"

    return _condition(user, build)


def unit_occupancy_has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """Residents open their own occupancies that have not ended."""
    going_on = not doc.to_date or getdate(doc.to_date) >= getdate(today())
    return _judge(
        user, ptype, lambda spans: going_on and (doc.resident, doc.unit) in {(row.resident, row.unit) for row in spans}
    )


# Service Message


def service_message_query(user: str | None = None, doctype: str | None = None) -> str:
    """Residents list the portal messages sent to them about the places they still live in."""

    def build(spans: tuple[dict, ...]) -> str:
        table = "`tabService Message`"
        return (
            f"({table}.channel = 'Portal' and {table}.resident in ({_list({row.resident for row in spans})})"
            f" and {table}.community in ({_list({row.community for row in spans})})"
            f" and (coalesce({table}.unit, '') = '' or {table}.unit in ({_list({row.unit for row in spans})})))"
        )

    return _condition(user, build)


def service_message_has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """Residents open the portal messages sent to them about the places they still live in."""

    def allowed(spans: tuple[dict, ...]) -> bool:
        here = any(row.resident == doc.resident and row.community == doc.community for row in spans)
        return doc.channel == "Portal" and here and (not doc.unit or doc.unit in {row.unit for row in spans})

    return _judge(user, ptype, allowed)


# Repair Request


def repair_request_query(user: str | None = None, doctype: str | None = None) -> str:
    """Residents list the requests of their rooms since they moved in, and their own of public places."""

    def build(spans: tuple[dict, ...]) -> str:
        table = "`tabRepair Request`"
        since: dict[str, date] = {}
        for row in spans:
            since[row.unit] = min(row.from_date, since.get(row.unit, row.from_date))
        rooms = " or ".join(
            f"({table}.unit = {frappe.db.escape(unit)} and {table}.reported_at >= {frappe.db.escape(str(day))})"
            for unit, day in sorted(since.items())
        )
        # Pairs, not two lists: a resident record may live in one community and another of the user's in a second.
        own = " or ".join(
            f"({table}.resident = {frappe.db.escape(resident)} and {table}.community = {frappe.db.escape(community)})"
            for resident, community in sorted({(row.resident, row.community) for row in spans})
        )
        return f"({rooms} or (coalesce({table}.unit, '') = '' and ({own})))"

    return _condition(user, build)


def repair_request_has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """The same rule as the list, for one document."""

    def allowed(spans: tuple[dict, ...]) -> bool:
        if doc.unit:
            return any(row.unit == doc.unit and getdate(doc.reported_at) >= row.from_date for row in spans)
        return any(row.resident == doc.resident and row.community == doc.community for row in spans)

    return _judge(user, ptype, allowed)
