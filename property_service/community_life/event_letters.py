"""What residents are told about their sign-ups, each in his language, each message once."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

import frappe
from frappe.model.document import Document

from property_service.community_life.event_book import EVENT
from property_service.property_service.languages import language_for
from property_service.property_service.messages import Note, tell_all
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local

# Event → subject and text. {title}, {when}, {place}, {persons}, {reason}.
LETTERS: dict[str, tuple[str, str]] = {
    "registered": (
        _("You are signed up: {title}"),
        _("You are signed up for {title} with {persons} persons: {when}, {place}. Please cancel if you cannot come."),
    ),
    "waiting": (
        _("You are on the waiting list: {title}"),
        _("All places of {title} are taken. You are on the waiting list and will be told as soon as places are free."),
    ),
    "moved_up": (
        _("You have a place: {title}"),
        _("Places became free: you now have {persons} for {title}, {when}, {place}. Please cancel if you cannot come."),
    ),
    "cancelled": (
        _("Your sign-up is cancelled: {title}"),
        _("Your sign-up for {title}, {when}, was cancelled by the front desk. Please call us if this is a mistake."),
    ),
    "event_cancelled": (
        _("Event cancelled: {title}"),
        _("We are sorry: {title}, {when}, does not take place. {reason}"),
    ),
    "changed": (
        _("Event changed: {title}"),
        _("{title} now takes place at {when}, {place}. Please cancel if you cannot come."),
    ),
    "reminder": (
        _("Reminder: {title}"),
        _("You are signed up for {title}: {when}, {place}. {bring}Please cancel if you cannot come."),
    ),
    "asked": (
        _("How was it? {title}"),
        _("Thank you for coming to {title}. Please tell us in the portal how you liked it."),
    ),
}
BREAKS = re.compile(r"</p>|</li>|</h\d>|<br\s*/?>", re.IGNORECASE)
MANY_LINES = re.compile(r"\n\s*\n+")
BRING = _("Please bring: {what}. ")


def tell(event: Document, rows: Iterable[Any], letter: str, occasion: str = "", reason: str = "") -> int:
    """Tell the residents of these sign-ups {name, resident, unit, persons}; returns how many were told now.

    The same letter reaches a sign-up once for each `occasion`. Three queries, whatever their number.
    """
    rows = list(rows)
    if not rows:
        return 0
    languages = {
        row.name: language_for(row.language)
        for row in frappe.get_all(
            "Resident",
            {"name": ["in", sorted({row.resident for row in rows})]},
            ["name", "language"],
            order_by="name asc",
        )
    }
    told = tell_all([_note(event, row, letter, occasion, reason, languages.get(row.resident)) for row in rows])
    return len({key for key, _channel in told})


def when_of(event: Document) -> str:
    """When an event takes place, on the clock of its community: 2026-12-05 14:00–16:00."""
    begins, ends = local(event.community, event.starts_at), local(event.community, event.ends_at)
    end = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{ends:%Y-%m-%d %H:%M}"
    return f"{begins:%Y-%m-%d %H:%M}–{end}"


def event_text(description: str | None) -> str:
    """The description of an event without its markup, a line for each paragraph."""
    text = frappe.utils.strip_html(BREAKS.sub("\n", description or ""))
    return MANY_LINES.sub("\n\n", html.unescape(text)).strip()


def _note(event: Document, row: Any, letter: str, occasion: str, reason: str, language: str | None) -> Note:
    subject, text = (frappe._(part, lang=language) for part in LETTERS[letter])
    bring = frappe._(BRING, lang=language).format(what=event.what_to_bring) if event.what_to_bring else ""
    values = {
        "title": event.title,
        "when": when_of(event),
        "place": event.place,
        "persons": row.persons,
        "reason": reason,
        "bring": bring,
    }
    return Note(
        resident=row.resident,
        community=event.community,
        subject=subject.format(**values),
        text=text.format(**values).strip(),
        reference=(EVENT, event.name),
        unit=row.unit or None,
        key=f"{letter}|{row.name}|{occasion}",
    )
