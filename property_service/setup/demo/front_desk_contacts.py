"""Two months of calls at the front desk of the demo estate and the promises made in them, in blocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import frappe
from frappe.utils import get_datetime, today
from frappe.utils import getdate as day_of

from property_service.front_desk.callback_promises import BROKEN, CANCELLED, CONTACT, KEPT, OPEN, PROMISE
from property_service.front_desk.contacts import ANSWERED, PASSED_ON, PROMISED
from property_service.property_service.blocks import hash_names, insert_block, next_names
from property_service.property_service.phone_numbers import last4
from property_service.property_service.service_clock import due_in, from_local, site_now
from property_service.setup.demo import front_desk_words as words
from property_service.setup.demo.cast import STEWARDS, staff
from property_service.setup.demo.staff import BOTH

SEED = 20160932
DAYS = 60
A_DAY = (4, 9)  # calls of a community without those about repairs
SERIES = {CONTACT: "SC-.YYYY.-.#####", PROMISE: "CP-.YYYY.-.#####"}
# Of a hundred calls: those that end in a promise, those of somebody who lives nowhere here, those without a name.
PROMISES, STRANGERS, ANONYMOUS = 26, 7, 2
# Of a hundred promises: answered late, never answered, called off, put off.
LATE, NEVER, CALLED_OFF, PUT_OFF = 6, 1, 3, 5
CHANNELS = ("Phone",) * 12 + ("WeChat",) * 4 + ("Counter",) * 5
OPEN_TODAY = 4
Row = dict[str, Any]


def make() -> None:
    """Contacts with their promises up to now, of both communities; in each a few promises that are open."""
    contacts: list[Row] = []
    promises: list[Row] = []
    for community in BOTH:
        random = Random(f"{SEED}|{community}")  # noqa: S311  not a secret: the same calls every time
        people = _people(community)
        for at in _times(community, random):
            contact = _contact(community, at, people, random)
            contacts.append(contact)
            if contact.pop("promised"):
                promises.append(_promise(contact, random))
        for number in range(OPEN_TODAY):
            contact, promise = _open_one(community, people, number, random)
            contacts.append(contact)
            promises.append(promise)
        contacts += _repair_calls(community, random)
    contacts.sort(key=lambda row: (row["contacted_at"], row["community"], row["subject"]))
    _store(contacts, promises)


def _people(community: str) -> list[frappe._dict]:
    """Who calls: persons who live or own here, with unit, building and phone."""
    stay, unit, person = (frappe.qb.DocType(name) for name in ("Unit Occupancy", "Property Unit", "Resident"))
    return (
        frappe.qb.from_(stay)
        .join(unit)
        .on(unit.name == stay.unit)
        .join(person)
        .on(person.name == stay.resident)
        .select(stay.unit, unit.building, person.name.as_("resident"), person.resident_name, person.primary_phone)
        .where(stay.community == community)
        .where(person.resident_type == "Person")
        .where(unit.usage == "Residence")
        .where(stay.to_date.isnull() | (stay.to_date >= today()))
        .where(person.primary_phone.isnotnull())
        .orderby(stay.unit)
        .orderby(person.name)
        .run(as_dict=True)
    )


def _times(community: str, random: Random) -> Iterator[datetime]:
    """When somebody calls, in site time: by day, more in the morning; none that is still to come."""
    first, now = day_of(today()) - timedelta(days=DAYS), site_now()
    for number in range(DAYS + 1):
        day = first + timedelta(days=number)
        for _call in range(random.randint(*A_DAY)):
            at = _at(community, day, random)
            if at < now - timedelta(hours=2):
                yield at


def _at(community: str, day: date, random: Random) -> datetime:
    minute = round(random.triangular(8 * 60 + 30, 18 * 60, 10 * 60))
    wall = datetime.combine(day, time()) + timedelta(minutes=minute, seconds=random.randrange(60))
    return from_local(community, wall)


def _contact(community: str, at: datetime, people: list[frappe._dict], random: Random) -> Row:
    draw = random.randrange(100)
    row: Row = {"community": community, "contacted_at": at, "channel": random.choice(CHANNELS), "promised": False}
    row["handled_by"] = staff(random.choice(("front.desk", "front.desk2", *STEWARDS[community])))
    if draw < STRANGERS:
        name, subject, answer = random.choice(words.STRANGERS)
        phone = f"1990000{random.randrange(9000, 9999)}"
        return {**row, "kind": "Consultation", "subject": subject, "answer": answer, **_caller(name, phone)}
    if draw < STRANGERS + ANONYMOUS:
        kind, subject, answer = random.choice(words.ASKED)
        return {**row, "kind": kind, "subject": subject, "answer": answer, "is_anonymous": 1, "place": "小区东门"}
    who = random.choice(people)
    row |= {"unit": who.unit, "building": who.building, "resident": who.resident}
    row |= _caller(who.resident_name, who.primary_phone)
    if random.randrange(100) < PROMISES:
        subject, about, answer = random.choice(words.PROMISED)
        return {**row, "kind": "Consultation", "subject": subject, "promised": True, "about": about, "told": answer}
    kind, subject, answer = random.choice(words.ASKED)
    return {**row, "kind": kind, "subject": subject, "answer": answer}


def _caller(name: str, phone: str) -> Row:
    return {"caller_name": name, "caller_phone": phone, "phone_key": phone, "last_four": last4(phone)}


def _promise(contact: Row, random: Random) -> Row:
    """What became of a promise of the past."""
    community, at = contact["community"], contact["contacted_at"]
    due = due_in(community, at, random.choice((60, 120, 120, 240)))
    row = _promised(contact, due)
    draw = random.randrange(100)
    if draw < PUT_OFF:
        row |= {"put_off_count": 1, "put_off_because": random.choice(words.PUT_OFF)}
        row["due_at"] = due = due_in(community, due, 480)
    elif draw < PUT_OFF + CALLED_OFF and due < site_now():
        return {**row, "status": CANCELLED, "cancelled_because": words.CALLED_OFF}
    late = PUT_OFF + CALLED_OFF <= draw < PUT_OFF + CALLED_OFF + LATE
    never = draw >= 100 - NEVER
    begun = row["promised_at"]
    answered = (
        due + timedelta(minutes=random.randint(8, 90)) if late else begun + (due - begun) * random.uniform(0.2, 0.95)
    )
    answered = answered.replace(microsecond=0)
    if never or answered > site_now():
        status = OPEN if due > site_now() else BROKEN
        return {**row, "status": status, "alert_level": 0 if status == OPEN else 2}
    attempts = [_attempt(begun + (answered - begun) / 2, row["responsible"], random.choice(words.NOT_REACHED))]
    attempts = attempts if random.randrange(5) == 0 else []
    attempts.append({**_attempt(answered, row["responsible"], None), "reached": 1})
    return {
        **row,
        "status": BROKEN if late else KEPT,
        "alert_level": 2 if late else 0,
        "answered_at": answered,
        "answered_by": row["responsible"],
        "answer": row["told"],
        "attempts": attempts,
        "attempt_count": len(attempts),
    }


def _open_one(community: str, people: list[frappe._dict], number: int, random: Random) -> tuple[Row, Row]:
    """A call of the last hours whose promise is open: due today or on the next day of work."""
    who = random.choice(people)
    at = site_now() - timedelta(minutes=25 * (number + 1))
    subject, about, told = words.PROMISED[number + OPEN_TODAY * BOTH.index(community)]
    contact: Row = {
        "community": community,
        "contacted_at": at,
        "channel": "Phone",
        "kind": "Consultation",
        "subject": subject,
        "handled_by": staff(("front.desk", "front.desk2")[number % 2]),
        "unit": who.unit,
        "building": who.building,
        "resident": who.resident,
        **_caller(who.resident_name, who.primary_phone),
        "about": about,
        "told": told,
    }
    # The first comes due while somebody looks at it.
    return contact, {**_promised(contact, due_in(community, site_now(), 12 + 70 * number)), "status": OPEN}


def _promised(contact: Row, due: datetime) -> Row:
    return {
        "contact": contact,
        "about": contact["about"],
        "told": contact["told"],
        "community": contact["community"],
        "unit": contact["unit"],
        "resident": contact["resident"],
        "contact_name": contact["caller_name"],
        "contact_phone": contact["caller_phone"],
        "due_at": due,
        "original_due_at": due,
        "responsible": contact["handled_by"],
        "promised_by": contact["handled_by"],
        "promised_at": contact["contacted_at"],
    }


def _attempt(at: datetime, user: str, note: str | None) -> Row:
    return {"attempted_at": at.replace(microsecond=0), "channel": "Phone", "by_user": user, "note": note}


def _repair_calls(community: str, random: Random) -> list[Row]:
    """The call behind each repair that was reported at the desk."""
    fields = ["name", "description", "channel", "reported_at", "unit", "building", "public_place", "resident"]
    rows = frappe.get_all(
        "Repair Request",
        {"community": community, "channel": ["in", ["Phone", "Counter", "WeChat"]], "anonymous": 0},
        [*fields, "reporter_name", "reporter_phone", "owner"],
        order_by="reported_at asc, name asc",
    )
    return [
        {
            "community": community,
            "contacted_at": get_datetime(row.reported_at),
            "channel": row.channel,
            "kind": "Repair",
            "subject": (row.description or "")[:60],
            "handled_by": staff(random.choice(("front.desk", "front.desk2"))),
            "unit": row.unit,
            "building": row.building,
            "place": row.public_place,
            "resident": row.resident,
            **_caller(row.reporter_name, row.reporter_phone),
            "reference_doctype": "Repair Request",
            "reference_name": row.name,
        }
        for row in rows
        if row.reporter_name and row.reporter_phone
    ]


def _store(contacts: list[Row], promises: list[Row]) -> None:
    """Contacts, promises and attempts, each in blocks, with the names of one another."""
    for row, name in zip(contacts, next_names(SERIES[CONTACT], len(contacts)), strict=True):
        row["name"] = name
    promises.sort(key=lambda row: (row["promised_at"], row["contact"]["name"]))
    attempts: list[Row] = []
    for row, name in zip(promises, next_names(SERIES[PROMISE], len(promises)), strict=True):
        contact = row.pop("contact")
        row |= {"name": name, "service_contact": contact["name"]}
        contact["callback_promise"] = name
        contact["status"] = ANSWERED if row.get("answered_at") or row["status"] == CANCELLED else PROMISED
        attempts += [
            {**one, "parent": name, "parenttype": PROMISE, "parentfield": "attempts", "idx": number}
            for number, one in enumerate(row.pop("attempts", ()), 1)
        ]
    for row in contacts:
        row.setdefault("status", PASSED_ON if row.get("reference_name") else ANSWERED)
    insert_block(CONTACT, (_written(row, row["contacted_at"], row["handled_by"]) for row in contacts))
    insert_block(PROMISE, (_written(row, row["promised_at"], row["promised_by"]) for row in promises))
    named = zip(hash_names(len(attempts)), attempts, strict=True)
    insert_block("Callback Attempt", ({**row, "name": name} for name, row in named))


def _written(row: Row, at: datetime, by: str) -> Row:
    known = {key: value for key, value in row.items() if key not in ("about", "told")} if "subject" in row else row
    return {
        **{key: value for key, value in known.items() if key != "told"},
        "creation": at,
        "modified": at,
        "owner": by,
    }
