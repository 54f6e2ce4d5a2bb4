"""What the desk sees while somebody calls: who it may be, and everything about him and his units in one answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from property_service.front_desk.callback_promises import CONTACT
from property_service.front_desk.promise_access import not_kept_reference
from property_service.property_service import estate_hits, estate_search
from property_service.property_service.estate_hits import current_stays
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.identity import shown_phone
from property_service.property_service.languages import language_for
from property_service.property_service.phone_numbers import normalise
from property_service.property_service.rule_error import RuleError
from property_service.property_service.scope import allowed_communities, check_roles, has_role
from property_service.property_service.service_clock import local_day

ROLES = ("Property Front Desk", "Property Team Leader", "Property Cashier", "Property Manager", "System Manager")
CARE_ROLES = ("Property Front Desk", "Property Team Leader", "Property Manager", "System Manager")
MOST_HITS = 12
MOST_UNITS, MOST_CHOICES = 20, 12
BIRTHDAY_DAYS = 7
UNIT_FIELDS = (
    "community",
    "building",
    "entrance",
    "floor",
    "usage",
    "short_label",
    "occupancy_status",
    "delivery_status",
)


# Finding


def find(text: str, limit: int = MOST_HITS) -> dict[str, Any]:
    """Return whom and what the words of a caller may mean, the surest first: {hits, hint}.

    Hits are those of `estate_hits.find`, and callers not linked to a resident yet ({kind: "Service Contact", resident: None …}) by their phone.
    `hint` is a sentence where the text is too short for an estate of this size, else "".
    """
    check_roles(ROLES)
    text = estate_search.clean(text)
    hits = [*estate_hits.find(text, limit), *unlinked_hits(text, limit)]
    ranked = sorted(enumerate(hits), key=lambda pair: (_rank(pair[1], text), pair[0]))
    hint = _("Type more: a beginning this short fits too many.") if estate_search.is_too_short(text) else ""
    return {"hits": [hit for _number, hit in ranked][: 2 * limit], "hint": hint}


def unlinked_hits(text: str, limit: int, every: bool = False) -> list[dict[str, Any]]:
    """Return callers without a resident whose phone is the number, or ends in its four digits; one query.

    The last contact of each, or `every` one of them.
    """
    number = estate_search.phone_begun(estate_search.clean(text))
    if len(number) < 4:
        return []
    table = frappe.qb.DocType(CONTACT)
    by_last_four = len(number) == 4
    condition = table.last_four == number if by_last_four else table.phone_key == number
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.subject, table.caller_name, table.phone_key, table.community, table.unit)
        .select(table.contacted_at)
        .where(condition)
        .where(table.resident.isnull() | (table.resident == ""))
        .orderby(table.contacted_at, order=frappe.qb.desc)
        .orderby(table.name)
        .limit(5 * limit)
    )
    allowed = allowed_communities()
    if allowed is not None:
        query = query.where(table.community.isin(allowed or ("",)))
    found: dict[str, dict[str, Any]] = {}
    for row in not_kept_reference(query, table).run(as_dict=True):
        phone = shown_phone(row.phone_key)
        hit = {
            "kind": CONTACT,
            "name": row.name,
            "title": row.caller_name or phone,
            "detail": f"{row.contacted_at:%Y-%m-%d} {row.subject}",
            "phone": phone,
            "community": row.community,
            "unit": row.unit,
            "resident": None,
            "matched": "last4" if by_last_four else "phone",
        }
        found.setdefault(row.name if every else row.phone_key, hit)
    return list(found.values())[:limit]


def _rank(hit: dict[str, Any], text: str) -> int:
    """Whole matches before beginnings; of four digits the phone before the room."""
    matched, title = hit["matched"], str(hit["title"] or "")
    if matched == "last4":
        return 1
    if matched == "phone":
        return 0 if len(re.sub(r"\D", "", text)) >= 7 else 3
    if matched == "name":
        return 0 if title == text else 2
    if matched == "address":
        return 1 if re.search(r"[^0-9]", text) else 2
    if matched == "plate":
        return 0 if re.sub(r"[\s\-·•.。]+", "", text).upper() == title else 3
    return 2


def _phone_key(text: str) -> str:
    try:
        return normalise(text)
    except RuleError:
        return re.sub(r"\D", "", text)


# The picture


def picture(resident: str = "", unit: str = "", phone: str = "") -> dict[str, Any]:
    """Return everything about a caller: {resident, unit, phone, caller_name, person, units, choices, parts, banners, figures}.

    `person` (None while nobody is known): {name, title, type, phones, language, tags, care_tags, birthday, tier, notes}; `units`: [{unit, label, community,
    community_name, relation, is_debtor, is_primary, status, usage, building, entrance, people}]; `choices`: those who share a phone, hits as in `find`; `parts`: what
    each room tells (`property_service_picture`), in order. Raises PermissionError for a person or unit the user does not see.
    """
    check_roles(ROLES)
    choices: list[dict[str, Any]] = []
    phone = _phone_key(phone) if phone else ""
    if phone and not (resident or unit):
        choices = _who_has(phone)
        resident = choices[0]["name"] if len(choices) == 1 else ""
    doc = _person_doc(resident)
    units = _units(resident, unit)
    names = tuple(row["unit"] for row in units)
    parts = call_extensions("property_service_picture", resident=resident, units=names) if resident or names else []
    told = sorted((part for part in parts if part), key=lambda part: (part["order"], part["key"]))
    unknown = unlinked_hits(phone, MOST_HITS, every=True) if phone and not resident else []
    if unknown:
        told.append(_unknown_part(unknown))
    figures: dict[str, Any] = {}
    for part in told:
        figures.update(part.get("figures") or {})
    return {
        "resident": resident or None,
        "unit": unit or (names[0] if len(names) == 1 else None),
        "phone": phone or (shown_phone(doc.primary_phone) if doc else ""),
        "caller_name": unknown[0]["title"] if unknown and unknown[0]["title"] != unknown[0]["phone"] else "",
        "person": _person(doc, units) if doc else None,
        "units": units,
        "choices": choices if len(choices) > 1 else [],
        "parts": told,
        "banners": [*_own_banners(doc, units), *(banner for part in told for banner in part.get("banners") or ())],
        "figures": figures,
    }


def _person_doc(resident: str) -> Any:
    if not resident:
        return None
    doc = frappe.get_doc("Resident", resident)
    doc.check_permission("read")
    return doc


def _who_has(phone: str) -> list[dict[str, Any]]:
    """Residents who have exactly this number, as hits."""
    return estate_hits.resident_hits(estate_search.residents_with_phone(phone, MOST_CHOICES))


def _units(resident: str, unit: str) -> list[dict[str, Any]]:
    """The units of a person, or the one asked for first, each with its people; three queries."""
    own = {stay.unit: stay for stay in current_stays(residents=[resident]).get(resident, [])} if resident else {}
    names = list(dict.fromkeys([*([unit] if unit else []), *own]))[:MOST_UNITS]
    if not names:
        return []
    if unit and unit not in own:
        frappe.get_doc("Property Unit", unit).check_permission("read")
    places = {
        row.name: row
        for row in frappe.get_all("Property Unit", {"name": ["in", names]}, ["name", *UNIT_FIELDS], order_by="name asc")
    }
    people = current_stays(units=names)
    found = []
    for name in names:
        place, stay = places[name], own.get(name)
        found.append(
            {
                "unit": name,
                "label": place.short_label,
                "community": place.community,
                "community_name": frappe.get_cached_value("Community", place.community, "community_name"),
                "building": place.building,
                "entrance": place.entrance,
                "usage": _(place.usage),
                "status": _(place.occupancy_status),
                "relation": _(stay.relation) if stay else "",
                "is_debtor": bool(stay and stay.is_debtor),
                "is_primary": bool(stay and stay.is_primary),
                "people": _people(people.get(name, ())),
            }
        )
    return found


def _people(stays: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "resident": stay.resident,
            "title": stay.resident_name,
            "relation": _(stay.relation),
            "phone": shown_phone(stay.primary_phone),
        }
        for stay in stays
    ]


def _person(doc: Any, units: Sequence[dict[str, Any]]) -> dict[str, Any]:
    cares = has_role(*CARE_ROLES)
    return {
        "name": doc.name,
        "title": doc.resident_name,
        "type": _(doc.resident_type),
        "gender": _(doc.gender) if doc.gender else "",
        "phones": [shown_phone(row.phone) for row in sorted(doc.phones, key=lambda row: -int(row.is_primary or 0))],
        "language": language_for(doc.language),
        "tags": _words(doc.tags),
        "care_tags": _words(doc.care_tags) if cares else [],
        "tier": _(doc.service_tier) if doc.service_tier else "",
        "birthday": _birthday(doc, units),
        "has_portal": bool(doc.portal_enabled),
        "is_active": bool(doc.is_active),
        "notes": doc.notes or "",
    }


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in re.split(r"[,，、\n]", text or "") if word.strip()]


def _birthday(doc: Any, units: Sequence[dict[str, Any]]) -> str:
    """The birthday as MM-DD where it comes within a week, today included; else ""."""
    if not doc.birthday:
        return ""
    today = local_day(units[0]["community"]) if units else getdate()
    return f"{doc.birthday:%m-%d}" if days_to_birthday(getdate(doc.birthday), today) < BIRTHDAY_DAYS else ""


def days_to_birthday(birthday: date, today: date) -> int:
    """Return the days until the next birthday, 0 on the day; that of 29 February is 28 February in common years."""
    for year in (today.year, today.year + 1):
        try:
            day = birthday.replace(year=year)
        except ValueError:
            day = date(year, 2, 28)
        if day >= today:
            return (day - today).days
    raise AssertionError("a birthday comes every year")


def _own_banners(doc: Any, units: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    banners = []
    if doc and not doc.is_active:
        banners.append({"text": _("This record is not active any more."), "tone": "grey"})
    if doc and has_role(*CARE_ROLES) and _words(doc.care_tags):
        banners.append({"text": _("Take care: {0}").format(", ".join(_words(doc.care_tags))), "tone": "orange"})
    birthday = _birthday(doc, list(units)) if doc else ""
    if birthday:
        banners.append({"text": _("Birthday this week: {0}").format(birthday), "tone": "green"})
    return banners


def _unknown_part(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Contacts of a number that belongs to nobody yet, from where they are linked."""
    return {
        "key": "unlinked",
        "title": _("Earlier Contacts of This Number"),
        "order": 0,
        "rows": [
            {
                "text": row["detail"],
                "detail": row["title"],
                "status": _("Not linked to a resident"),
                "tone": "orange",
                "doctype": CONTACT,
                "name": row["name"],
            }
            for row in rows
        ],
        "banners": [],
        "figures": {},
        "more": 0,
    }
