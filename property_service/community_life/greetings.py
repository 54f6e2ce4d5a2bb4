"""Greetings on birthdays, festivals and the day of moving in (节日生日问候): by consent, at the set time, once each.

A day is planned once for each community, in batches of the queue. What keeps anybody from being greeted twice is the unique key
of Resident Greeting: greeting, message and "done" of a batch are committed together, so a batch that dies leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Min
from frappe.utils import cint, get_time, getdate
from pypika.terms import Function

from property_service.community_life import greeting_rules as rules
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.languages import CHINESE, language_for
from property_service.property_service.locks import run_locked
from property_service.property_service.messages import Note, tell_all
from property_service.property_service.plain_text import plain_text
from property_service.property_service.service_clock import local, local_day, site_now, start_of_local_day
from property_service.property_service.work_batches import add_batches, payload_of

OCCASION, GREETING = "Greeting Occasion", "Resident Greeting"
SENT, LEFT_OUT = "Sent", "Left Out"
JOB = "property_service.community_life.greetings.greet"
BATCH = 200
# Nobody is greeted at night, however late the queue is.
NOT_AFTER = time(21, 0)
USUAL_TIME = time(9, 0)
LONGEST_NAME = 60


def switched_on() -> bool:
    """Whether greetings are sent at all, read anew: whoever switches them off stops a run that goes on."""
    return bool(cint(frappe.db.get_single_value("Property Service Settings", "greetings_enabled", cache=False)))


# Planning


def sweep() -> int:
    """Scheduler: plan the day of each community whose greeting time has come. Returns how many people are to be greeted."""
    if not switched_on():
        return 0
    at = get_time(frappe.get_cached_doc("Property Service Settings").greeting_time or USUAL_TIME)
    planned = 0
    for community in frappe.get_all("Community", pluck="name", order_by="name asc"):
        now = local(community, site_now())
        if at <= now.time() < NOT_AFTER and not _planned_today(community) and not _planned_meanwhile(community):
            planned += plan(community, now.date())
    return planned


def plan(community: str, day: date) -> int:
    """Put into batches whom the day is for; returns how many. A second time only those who were not greeted yet."""
    payloads = []
    people = 0
    for occasion in _occasions(day):
        due = people_for(occasion, community, day)
        people += len(due)
        payloads += [
            {"community": community, "day": day.isoformat(), "occasion": occasion.name, "people": due[at : at + BATCH]}
            for at in range(0, len(due), BATCH)
        ]
    # Without anybody an empty batch notes that the day is done.
    add_batches(
        JOB, payloads or [{"community": community, "day": day.isoformat(), "people": []}], "Community", community
    )
    return people


def people_for(occasion: Document, community: str, day: date) -> list[str]:
    """Residents of a community to be greeted for an occasion on a day who were not yet, by name; one query."""
    person, greeting = frappe.qb.DocType("Resident"), frappe.qb.DocType(GREETING)
    query, stay = _living_here(community, day)
    greeted = (
        frappe.qb.from_(greeting)
        .select(greeting.resident)
        .where((greeting.occasion == occasion.name) & (greeting.on_date == day))
    )
    query = (
        query.select(person.name)
        .distinct()
        .where(person.greeting_consent == 1)
        .where(person.name.notin(greeted))
        .orderby(person.name)
    )
    return _of_the_day(query, person, stay, occasion.kind, day).run(pluck=True)


def _of_the_day(query: Any, person: Any, stay: Any, kind: str, day: date) -> Any:
    if kind == rules.BIRTHDAY:
        born = None
        for month, number in rules.birthdays_kept_on(day):
            one = (Function("MONTH", person.birthday) == month) & (Function("DAY", person.birthday) == number)
            born = one if born is None else born | one
        return query.where(born)
    # The day he moves in, not its anniversaries.
    return query.where(stay.from_date == day) if kind == rules.MOVING_IN else query


def _living_here(community: str, day: date) -> tuple[Any, Any]:
    """Active persons with a unit of the community on a day; organisations have no birthday."""
    person, stay = frappe.qb.DocType("Resident"), frappe.qb.DocType("Unit Occupancy")
    query = (
        frappe.qb.from_(person)
        .join(stay)
        .on(stay.resident == person.name)
        .where(person.is_active == 1)
        .where(person.resident_type == "Person")
        .where(stay.community == community)
        .where(stay.from_date <= day)
        .where(stay.to_date.isnull() | (stay.to_date >= day))
    )
    return query, stay


def _occasions(day: date) -> list[Document]:
    names = frappe.get_all(OCCASION, {"enabled": 1}, pluck="name", order_by="name asc")
    found = [frappe.get_cached_doc(OCCASION, name) for name in names]
    return [one for one in found if rules.is_kept_on(one.kind, day, (getdate(row.on_date) for row in one.dates))]


def _planned_today(community: str) -> bool:
    since = start_of_local_day(community)
    planned = {"job": JOB, "reference_doctype": "Community", "reference_name": community, "creation": [">=", since]}
    return bool(frappe.db.exists("Work Batch", planned))


def _planned_meanwhile(community: str) -> bool:
    """Whether another sweep has planned the day since this one began to read; from now on none can."""
    frappe.db.get_value("Community", community, "name", for_update=True)
    table = frappe.qb.DocType("Work Batch")
    planned = frappe.qb.from_(table).select(table.name).where(table.job == JOB)
    planned = planned.where((table.reference_doctype == "Community") & (table.reference_name == community))
    return bool(run_locked(planned.where(table.creation >= start_of_local_day(community)).limit(1)))


# A batch


def greet(batch: Any) -> dict[str, int]:
    """Worker: greet the people of a batch who still want it and still live there. Returns {sent, left_out}.

    Nothing is sent once greetings or the occasion were switched off, or the day is over.
    """
    payload = payload_of(batch)
    community, day = payload["community"], getdate(payload["day"])
    late = local_day(community) != day or local(community, site_now()).time() >= NOT_AFTER
    occasion = payload.get("occasion") and frappe.get_doc(OCCASION, payload["occasion"])
    if not occasion or not occasion.enabled or late or not switched_on():
        return {"sent": 0, "left_out": 0}
    return send(occasion, community, day, payload["people"])


def send(occasion: Document, community: str, day: date, people: Iterable[str]) -> dict[str, int]:
    keys = {resident: rules.greeting_key(resident, occasion.name, day) for resident in sorted(set(people))}
    known = {"greeting_key": ["in", [*keys.values(), ""]]}
    greeted = set(frappe.get_all(GREETING, known, pluck="greeting_key", order_by="name asc"))
    new = [resident for resident, key in keys.items() if key not in greeted]
    here = _who_still_lives_here(community, day, new)
    name_of_community = frappe.get_cached_value("Community", community, "community_name") or community
    rows, notes = [], []
    for resident, name in zip(new, hash_names(len(new)), strict=True):
        row = {"name": name, "community": community, "occasion": occasion.name, "resident": resident, "on_date": day}
        row["greeting_key"] = keys[resident]
        person = here.get(resident)
        if not person or not person.greeting_consent:
            reason = _("Does not live here any more") if not person else _("Does not want greetings any more")
            rows.append({**row, "status": LEFT_OUT, "reason": reason})
            continue
        language = language_for(person.language)
        template = occasion.text_zh if language == CHINESE or not occasion.text_en else occasion.text_en
        text = rules.text_for(template, person.resident_name, name_of_community)
        rows.append({**row, "status": SENT, "unit": person.unit, "text": text})
        subject = _("Greetings from {0}", lang=language).format(name_of_community)
        # The name of the greeting, so that each of them is told of once.
        notes.append(Note(resident, community, subject, text, (GREETING, name), person.unit, f"greeting|{name}"))
    # First the rows: another worker with the same people is stopped by their key before anything is told.
    insert_block(GREETING, rows)
    tell_all(notes)
    _link_messages([name for _doctype, name in (note.reference for note in notes)])
    return {"sent": len(notes), "left_out": len(rows) - len(notes)}


def _who_still_lives_here(community: str, day: date, residents: list[str]) -> dict[str, Any]:
    """Resident → {resident_name, language, greeting_consent, unit}, as it is now: consent may have been taken back."""
    person = frappe.qb.DocType("Resident")
    query, stay = _living_here(community, day)
    rows = (
        query.select(person.name, person.resident_name, person.language, person.greeting_consent)
        .select(Min(stay.unit).as_("unit"))
        .where(person.name.isin(residents or [""]))
        .groupby(person.name)
        .orderby(person.name)
        .run(as_dict=True)
    )
    return {row.name: row for row in rows}


def _link_messages(greetings: list[str]) -> None:
    """Note on each greeting the message in the portal; one statement."""
    greeting, message = frappe.qb.DocType(GREETING), frappe.qb.DocType("Service Message")
    if greetings:
        frappe.qb.update(greeting).join(message).on(
            (message.reference_doctype == GREETING)
            & (message.reference_name == greeting.name)
            & (message.channel == "Portal")
        ).set(greeting.service_message, message.name).where(greeting.name.isin(greetings)).run()


# What an occasion itself watches over


def check_occasion(doc: Document) -> None:
    """Texts, and days of a festival, fit. Raises InputRefused."""
    doc.occasion_name = plain_text(doc.occasion_name, _("Name"), LONGEST_NAME, required=True)
    doc.text_zh = plain_text(doc.text_zh, _("Text in Chinese"), rules.LONGEST_TEXT, required=True)
    doc.text_en = plain_text(doc.text_en, _("Text in English"), rules.LONGEST_TEXT)
    with rules_speak():
        rules.check_text(doc.text_zh)
        rules.check_text(doc.text_en)
    if doc.kind != rules.FESTIVAL:
        doc.set("dates", [])
        return
    days = [getdate(row.on_date) for row in doc.dates]
    if not days:
        frappe.throw(_("Add the days of the festival, for each year one."), InputRefused)
    if len(set(days)) < len(days):
        frappe.throw(_("A day stands in the list twice. Remove one of the two."), InputRefused)
