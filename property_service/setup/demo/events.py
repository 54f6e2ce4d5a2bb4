"""Events of the demo estate: entered and published as the desk does, sign-ups in blocks, counted by the rules themselves."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

import frappe
from frappe.model.document import Document

from property_service.community_life import attendance, codes, events, registrations
from property_service.community_life.event_book import (
    ATTENDED,
    CANCELLED,
    HELD,
    NO_SHOW,
    OPEN,
    REGISTERED,
    REGISTRATION,
    WAITING,
    keep,
    live_key,
    locked,
    recount,
)
from property_service.property_service.access_codes import USED
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.service_clock import as_of, from_local, local, local_day, site_now
from property_service.setup.demo.cast import staff
from property_service.setup.demo.event_plan import EVENTS, EventPlan
from property_service.setup.demo.fee_books import insert
from property_service.setup.demo.portal_people import LANDLORD, PAYER, TENANT, resident_of

SEED = 20160932
MOST_PERSONS = 4
# Of a hundred who came, so many say how it was.
ANSWERED = 55
REMARKS = {5: "组织得很好，孩子很开心。", 4: "不错，希望常办。", 3: "一般，场地有点挤。", 2: "开始晚了二十分钟。"}
# Hours in which somebody might be at a door.
DAY_BEGINS, DAY_ENDS = 8, 17
Row = dict[str, Any]


def make() -> None:
    """All events with their sign-ups; the guests of the demo are among them."""
    neighbours = {community: _people(community) for community in dict.fromkeys(plan.community for plan in EVENTS)}
    for plan in EVENTS:
        make_event(plan, neighbours[plan.community])
    _sign_guests_up()


def make_event(plan: EventPlan, people: list[Row]) -> Document:
    """An event as the desk entered it two weeks before, with who signed up since."""
    random = Random(f"{SEED}|{plan.title}")  # noqa: S311  not a secret: the same people every time
    starts_at = _begin(plan)
    entered = min(starts_at - timedelta(days=14), site_now() - timedelta(days=2))
    with as_of(entered):
        doc = insert(
            "Community Event",
            user=staff(plan.organiser),
            title=plan.title,
            kind=plan.kind,
            community=plan.community,
            place=plan.place,
            organiser=staff(plan.organiser),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=plan.hours),
            capacity=plan.capacity,
            most_persons=MOST_PERSONS,
            has_waiting_list=1,
            description=f"<p>{plan.text}</p>",
            what_to_bring=plan.bring or None,
            costs=[{"item": item, "budget": budget, "actual": actual} for item, budget, actual in plan.costs],
        )
        if plan.state == "Draft":
            return doc
        doc = events.publish(doc.name)
    sign_up_block(doc, plan, random.sample(people, min(plan.parties, len(people))), entered, random)
    return settle(doc, plan)


def sign_up_block(doc: Document, plan: EventPlan, people: list[Row], entered: datetime, random: Random) -> None:
    """The sign-ups of an event in one block, as `registrations.sign_up` would have written them one after the other."""
    last = min(frappe.utils.get_datetime(doc.starts_at), site_now())
    span = (last - entered) / (len(people) + 1)
    left, waits, rows = plan.capacity, False, []
    for number, (person, name) in enumerate(zip(people, hash_names(len(people)), strict=True), 1):
        persons = random.choice((1, 1, 2, 2, 3))
        waits = waits or persons > left
        status = WAITING if waits else REGISTERED
        left -= 0 if waits else persons
        at = (entered + span * number).replace(microsecond=0)
        came = status == REGISTERED and random.randrange(100) < plan.came
        rows.append(
            {
                "name": name,
                "creation": at,
                "modified": at,
                "event": doc.name,
                "community": doc.community,
                "resident": person["resident"],
                "unit": person["unit"],
                "persons": persons,
                "registered_at": at,
                "registered_by": person["user"] or staff(plan.organiser),
                "position": number,
                "live_key": live_key(doc.name, person["resident"]),
                **_outcome(plan, doc, status, came, persons, random),
            }
        )
    insert_block(REGISTRATION, rows)
    doc.db_set("last_position", len(rows), update_modified=False)


def settle(doc: Document, plan: EventPlan) -> Document:
    """What became of the event: held with a report, called off, or still to come."""
    doc = locked(doc.name)
    if plan.state == CANCELLED:
        with as_of(site_now() - timedelta(hours=5)):
            recount(doc)
            return events.cancel(doc.name, plan.because)
    if plan.state == HELD:
        with as_of(frappe.utils.get_datetime(doc.ends_at)):
            keep(doc, status=HELD, report=plan.report)
            # Those after older ones have been made long ago.
            if plan.days > -5:
                attendance.plan_visits(doc)
        rated = frappe.get_all(
            REGISTRATION, {"event": doc.name, "rating": [">", 0]}, pluck="rating", order_by="position asc"
        )
        average = round(sum(rated) / len(rated), 2) if rated else 0
        doc.db_set({"feedback_count": len(rated), "feedback_average": average}, update_modified=False)
    recount(doc)
    return doc


def _outcome(plan: EventPlan, doc: Document, status: str, came: bool, persons: int, random: Random) -> Row:
    """What became of one party."""
    going_on = plan.state == OPEN and plan.days == 0 and frappe.utils.get_datetime(doc.starts_at) <= site_now()
    if status == WAITING or not (plan.state == HELD or going_on):
        return {"status": status}
    if not came or (going_on and random.randrange(2)):
        return {"status": NO_SHOW if plan.state == HELD else REGISTERED}
    at = frappe.utils.get_datetime(doc.starts_at) + timedelta(minutes=random.randrange(-20, 15))
    stars = random.choice(plan.stars) if plan.state == HELD and random.randrange(100) < ANSWERED else 0
    return {
        "status": ATTENDED,
        "came": persons,
        "checked_in_at": min(at, site_now()),
        "checked_in_by": staff(plan.organiser),
        "rating": stars or None,
        "feedback": REMARKS.get(stars) if stars and random.randrange(3) == 0 else None,
    }


def _begin(plan: EventPlan) -> datetime:
    """When it starts. That of today is going on now, so that somebody can be checked in; at night it is tomorrow's."""
    day, at = local_day(plan.community), time.fromisoformat(plan.begins)
    if plan.days == 0:
        now = local(plan.community, site_now())
        if DAY_BEGINS <= now.hour < DAY_ENDS:
            at = (now - timedelta(minutes=30)).time().replace(minute=0, second=0, microsecond=0)
        elif now.hour >= DAY_ENDS:
            day += timedelta(days=1)
    return from_local(plan.community, datetime.combine(day + timedelta(days=plan.days), at))


def _people(community: str) -> list[Row]:
    """Residents of a community who might come, each with a room of his: {resident, unit, user}; the guests are left for later."""
    stay, person = frappe.qb.DocType("Unit Occupancy"), frappe.qb.DocType("Resident")
    day = local_day(community)
    rows = (
        frappe.qb.from_(stay)
        .join(person)
        .on(person.name == stay.resident)
        .select(stay.resident, stay.unit, person.user)
        .where((stay.community == community) & stay.relation.isin(["Owner", "Tenant", "Family"]))
        .where((person.resident_type == "Person") & (person.is_active == 1))
        .where((stay.from_date <= day) & (stay.to_date.isnull() | (stay.to_date >= day)))
        .orderby(stay.unit)
        .orderby(stay.resident)
        .run(as_dict=True)
    )
    guests = {resident_of(guest) for guest in (LANDLORD, TENANT, PAYER)}
    found = {row.resident: row for row in reversed(rows) if row.resident not in guests}
    return [found[name] for name in sorted(found, key=lambda name: found[name].unit)]


def _sign_guests_up() -> None:
    """The guests sign up by themselves: one has a place, one waits where all is full, one came and has not said how it was."""
    landlord, tenant, payer = (resident_of(guest) for guest in (LANDLORD, TENANT, PAYER))
    for resident, title, persons in ((landlord, "银发手机课堂", 2), (tenant, "冬至包饺子", 3)):
        event = _named(title)
        if resident and event:
            registrations.sign_up(event, resident, "", persons, frappe.db.get_value("Resident", resident, "user"))
    event = _named("亲子手工：剪纸")
    if payer and event:
        doc = locked(event)
        with as_of(frappe.utils.get_datetime(doc.starts_at)):
            row = registrations.enter(doc, payer, "", 2, staff("steward.lake"), REGISTERED)
            keep(row, status=ATTENDED, came=2, checked_in_at=site_now(), checked_in_by=staff("steward.lake"))
            codes.revoke(row, USED)
            recount(doc)


def _named(title: str) -> str | None:
    return frappe.db.get_value("Community Event", {"title": title, "community": "LH"}, order_by="name asc")
