"""Two records of one person become one: in this room one live sign-up, one receipt and one greeting are left of two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import frappe
from frappe.utils import getdate

from property_service.community_life import greeting_rules
from property_service.community_life.event_book import (
    ATTENDED,
    EVENT,
    NO_SHOW,
    REGISTERED,
    REGISTRATION,
    WAITING,
    live_key,
    recount,
)
from property_service.community_life.notice_places import RECEIPT
from property_service.community_life.notice_receipts import receipt_key
from property_service.community_life.registrations import let_go, move_up
from property_service.property_service.blocks import update_each
from property_service.property_service.locks import run_locked
from property_service.property_service.rule_error import mark as _

GREETING, SENT = "Resident Greeting", "Sent"
# Of two sign-ups of one person the one that is furthest stays.
FURTHEST = (ATTENDED, REGISTERED, WAITING, NO_SHOW)


def on_residents_merged(keep: str, duplicate: str) -> None:
    """Write what is unique of `duplicate` with the name that is kept (extension point); his rows name him still."""
    _join_sign_ups(keep, duplicate)
    _join_receipts(keep, duplicate)
    _join_greetings(keep, duplicate)


def _join_sign_ups(keep: str, duplicate: str) -> None:
    event, row = frappe.qb.DocType(EVENT), frappe.qb.DocType(REGISTRATION)
    live = row.live_key.isnotnull()
    mine = frappe.qb.from_(row).select(row.event).distinct().where((row.resident == duplicate) & live)
    events = mine.orderby(row.event).run(pluck=True)
    if not events:
        return
    # The events first, as whoever signs up does.
    run_locked(frappe.qb.from_(event).select(event.name).where(event.name.isin(events)).orderby(event.name))
    query = frappe.qb.from_(row).select(row.name, row.event, row.resident, row.status)
    query = query.where(row.event.isin(events) & row.resident.isin([keep, duplicate]) & live)
    keys = {}
    for name, rows in groupby(
        run_locked(query.orderby(row.event).orderby(row.name), as_dict=True), itemgetter("event")
    ):
        first, *others = sorted(rows, key=lambda one: (FURTHEST.index(one.status), one.resident != keep))
        if others:
            _leave(name, others)
        keys[first.name] = {"live_key": live_key(name, keep)}
    update_each(REGISTRATION, keys, ["live_key"])


def _leave(event: str, rows: Iterable[Any]) -> None:
    """Cancel sign-ups of a locked event in favour of another one of the same person; whoever waits moves up."""
    for row in rows:
        if row.status == ATTENDED:
            # Both parties were counted at the door: that stays, though only one of them is the person's own.
            frappe.db.set_value(REGISTRATION, row.name, "live_key", None, update_modified=False)
        else:
            let_go(frappe.get_doc(REGISTRATION, row.name, for_update=True), _("Merged"))
    doc = frappe.get_doc(EVENT, event, for_update=True)
    recount(doc)
    move_up(doc)


def _join_receipts(keep: str, duplicate: str) -> None:
    """Who read under both names has read once: at the first time, confirmed at the first time."""
    kept, dropped = {}, []
    for first, *others in _about_the_same(RECEIPT, ("notice",), ("read_at", "confirmed_at"), keep, duplicate):
        times = {
            field: min((row[field] for row in (first, *others) if row[field]), default=None)
            for field in ("read_at", "confirmed_at")
        }
        kept[first.name] = {"receipt_key": receipt_key(first.notice, keep), **times}
        dropped += [row.name for row in others]
    _leave_only(RECEIPT, kept, dropped)


def _join_greetings(keep: str, duplicate: str) -> None:
    """Who was greeted under both names is on record once: a greeting sent before one left out."""
    kept, dropped = {}, []
    for rows in _about_the_same(GREETING, ("occasion", "on_date"), ("status",), keep, duplicate):
        first, *others = sorted(rows, key=lambda row: row.status != SENT)
        key = greeting_rules.greeting_key(keep, first.occasion, getdate(first.on_date))
        kept[first.name] = {"greeting_key": key}
        dropped += [row.name for row in others]
    _leave_only(GREETING, kept, dropped)


def _about_the_same(
    doctype: str, same: tuple[str, ...], fields: tuple[str, ...], keep: str, duplicate: str
) -> list[list[Any]]:
    """Rows of both people that are the same in these fields, those of `keep` first; only where the duplicate has one."""
    found: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    columns = ["name", "resident", *same, *fields]
    rows = frappe.get_all(doctype, {"resident": ["in", [keep, duplicate]]}, columns, order_by="name asc")
    for row in sorted(rows, key=lambda row: row.resident != keep):
        found[tuple(row[field] for field in same)].append(row)
    return [rows for rows in found.values() if rows[-1].resident == duplicate]


def _leave_only(doctype: str, kept: dict[str, dict[str, Any]], dropped: list[str]) -> None:
    if dropped:
        frappe.db.delete(doctype, {"name": ["in", dropped]})
    update_each(doctype, kept, next(iter(kept.values()), ()))
