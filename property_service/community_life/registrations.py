"""Signing up for events: places counted in persons, a waiting list in order of time, one live sign-up for each resident.

Nothing here commits; the caller has judged who may. Places that become free go to the waiting list strictly in order: a party
that waits for more persons than are free keeps its turn, so that no small party overtakes a family for ever. While somebody
waits, nobody new gets a place either.
"""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Avg, Count
from frappe.utils import cint, flt, get_datetime, getdate

from property_service.community_life import codes, event_letters
from property_service.community_life import event_rules as rules
from property_service.community_life.event_book import (
    ATTENDED,
    CANCELLED,
    EVENT,
    HELD,
    OPEN,
    REGISTERED,
    REGISTRATION,
    WAITING,
    has_begun,
    has_ended,
    keep,
    live_key,
    locked,
    locked_registration,
    recount,
    rows_of,
)
from property_service.property_service.errors import NotAllowedNow
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local_day, site_now

LONGEST_REMARK, LONGEST_NOTE = 1000, 140
FEEDBACK_WITHIN = timedelta(days=30)


def sign_up(event: str, resident: str, unit: str, persons: int, by: str, note: str = "") -> Document:
    """Sign a resident up with a number of persons, himself included; returns the sign-up, Registered or Waiting.

    `unit` is one he lives in or owns in the event's community, "" for his first one there. Raises NotAllowedNow outside the time
    of sign-up, RuleError for everything else that cannot be.
    """
    doc = locked(event)
    why_not = why_not_now(doc)
    if why_not:
        frappe.throw(frappe._(why_not), NotAllowedNow)
    rules.check_party(persons, cint(doc.most_persons), cint(doc.capacity))
    free = cint(doc.capacity) - cint(doc.taken_count)
    has_place = persons <= free and not cint(doc.waiting_count)
    if not has_place and not cint(doc.has_waiting_list):
        frappe.throw(frappe._(_("All places are taken, and there is no waiting list.")), NotAllowedNow)
    row = enter(doc, resident, unit, persons, by, REGISTERED if has_place else WAITING, note)
    event_letters.tell(doc, [row], "registered" if has_place else "waiting")
    return row


def enter(doc: Document, resident: str, unit: str, persons: int, by: str, status: str, note: str = "") -> Document:
    """Write a sign-up of a locked event and count anew; returns it. RuleError for a resident who is signed up or not of here."""
    position = cint(doc.last_position) + 1
    row = frappe.new_doc(REGISTRATION)
    row.update(
        {
            "event": doc.name,
            "community": doc.community,
            "resident": resident,
            "unit": unit_of(resident, unit, doc.community),
            "persons": persons,
            "note": plain_text(note, frappe._("Note"), LONGEST_NOTE) or None,
            "status": status,
            "registered_at": site_now(),
            "registered_by": by,
            "position": position,
            "live_key": live_key(doc.name, resident),
        }
    )
    row.flags.by_rules = True
    try:
        # The caller has judged who may; no role writes sign-ups by hand.
        row.insert(ignore_permissions=True)
    except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
        frappe.clear_last_message()
        raise RuleError(_("This resident is signed up already. Open the sign-up instead.")) from None
    row.flags.by_rules = row.flags.ignore_permissions = False
    if status != WAITING:
        codes.issue(doc, row)
    doc.db_set("last_position", position, update_modified=False)
    recount(doc)
    return row


def cancel(name: str, by: str) -> Document:
    """Cancel a sign-up until the event starts; returns it. Whoever waits first moves up. NotAllowedNow where it cannot be."""
    doc, row = locked_registration(name)
    if row.status == CANCELLED:
        frappe.throw(frappe._(_("This sign-up is cancelled already.")), NotAllowedNow)
    if row.status not in (REGISTERED, WAITING) or has_begun(doc):
        frappe.throw(frappe._(_("The event has begun; the sign-up can no longer be cancelled.")), NotAllowedNow)
    let_go(row)
    if by != frappe.db.get_value("Resident", row.resident, "user", cache=True):
        event_letters.tell(doc, [row], "cancelled")
    recount(doc)
    move_up(doc)
    return row


def let_go(row: Document, because: str = _("The sign-up was cancelled")) -> None:
    """Cancel a sign-up whose event is locked; the caller tells and counts."""
    codes.revoke(row, because)
    keep(row, status=CANCELLED, cancelled_at=site_now(), live_key=None)


def cancel_all(doc: Document, because: str) -> int:
    """Cancel every sign-up of a locked event that does not take place, and tell all; returns how many there were."""
    rows = rows_of(doc.name, REGISTERED, WAITING)
    event_letters.tell(doc, rows, "event_cancelled", reason=because)
    for row in rows:
        let_go(frappe.get_doc(REGISTRATION, row.name))
    recount(doc)
    return len(rows)


def move_up(doc: Document) -> list[str]:
    """Give the free places of a locked event to whoever waits, in order; returns the sign-ups that moved up.

    Until the event starts, also after the last day of sign-up.
    """
    if doc.status != OPEN or has_begun(doc) or not cint(doc.waiting_count):
        return []
    waiting = rows_of(doc.name, WAITING)
    free = cint(doc.capacity) - cint(doc.taken_count)
    names = rules.moves_up(free, [(row.name, cint(row.persons)) for row in waiting])
    for name in names:
        row = keep(frappe.get_doc(REGISTRATION, name), status=REGISTERED, moved_up_at=site_now())
        codes.issue(doc, row)
    if names:
        event_letters.tell(doc, [row for row in waiting if row.name in names], "moved_up")
        recount(doc)
    return names


def give_feedback(name: str, stars: int, text: str = "") -> Document:
    """Keep how somebody who came liked the event, once, within 30 days; returns the sign-up."""
    doc, row = locked_registration(name)
    rules.check_stars(stars)
    if not may_give_feedback(doc, row):
        frappe.throw(frappe._(_("Feedback is given once, by those who came, within 30 days.")), NotAllowedNow)
    keep(row, rating=stars, feedback=plain_text(text, frappe._("Remark"), LONGEST_REMARK) or None)
    table = frappe.qb.DocType(REGISTRATION)
    count, average = (
        frappe.qb.from_(table)
        .select(Count("*"), Avg(table.rating))
        .where((table.event == doc.name) & (table.rating > 0))
        .run()[0]
    )
    doc.db_set({"feedback_count": cint(count), "feedback_average": flt(average, 2)}, update_modified=False)
    return row


def may_give_feedback(doc: Document, row: Document) -> bool:
    """Whether the resident of this sign-up may still say how he liked it."""
    late = get_datetime(doc.ends_at) + FEEDBACK_WITHIN < site_now()
    over = doc.status == HELD or (doc.status == OPEN and has_ended(doc))
    return row.status == ATTENDED and over and not late and not cint(row.rating)


def why_not_now(doc: Document) -> str:
    """The sentence, in English, why nobody can sign up for this event now; "" where one can."""
    now = site_now()
    if doc.status == CANCELLED:
        return _("This event does not take place.")
    if doc.status != OPEN:
        return _("Sign-up for this event is not open.")
    if has_begun(doc):
        return _("This event has begun. Ask at the door whether there is room.")
    if doc.sign_up_from and get_datetime(doc.sign_up_from) > now:
        return _("Sign-up has not begun yet.")
    if doc.sign_up_until and get_datetime(doc.sign_up_until) <= now:
        return _("Sign-up is over. Please ask the front desk.")
    return ""


def unit_of(resident: str, unit: str, community: str) -> str:
    """The room of a resident in a community on this day, checked where one is named. Raises RuleError where he has none."""
    day = local_day(community)
    stays = frappe.get_all(
        "Unit Occupancy",
        {"resident": resident, "community": community, "from_date": ["<=", day]},
        ["unit", "to_date"],
        order_by="is_primary desc, from_date asc, name asc",
    )
    own = [stay.unit for stay in stays if not stay.to_date or getdate(stay.to_date) >= day]
    if not own:
        raise RuleError(_("This person has no unit in the community of the event."))
    if unit and unit not in own:
        raise RuleError(_("This unit is not one of the resident's. Choose one he lives in or owns."))
    return unit or own[0]


def waiting_place(row: Document) -> int:
    """How many parties of the waiting list have their turn up to this one, itself included; 0 where it does not wait."""
    if row.status != WAITING:
        return 0
    return frappe.db.count(REGISTRATION, {"event": row.event, "status": WAITING, "position": ["<=", row.position]})


def coming_of(residents: tuple[str, ...], communities: tuple[str, ...] | None = None) -> list[dict]:
    """Live sign-ups of these residents for events that are not over, soonest first; one query.

    Rows {name, event, title, place, community, starts_at, ends_at, persons, status, resident, unit}.
    """
    event, row = frappe.qb.DocType(EVENT), frappe.qb.DocType(REGISTRATION)
    query = (
        frappe.qb.from_(row)
        .join(event)
        .on(event.name == row.event)
        .select(row.name, row.event, row.persons, row.status, row.resident, row.unit)
        .select(event.title, event.place, event.community, event.starts_at, event.ends_at)
        .where(row.resident.isin(list(residents) or [""]))
        .where(row.status.isin([REGISTERED, WAITING, ATTENDED]))
        .where((event.status == OPEN) & (event.ends_at > site_now()))
        .orderby(event.starts_at)
        .orderby(row.name)
    )
    if communities is not None:
        query = query.where(event.community.isin(list(communities) or [""]))
    return query.run(as_dict=True)
