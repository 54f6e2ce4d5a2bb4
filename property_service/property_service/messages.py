"""Messages to residents: one row per channel in the outbox, sent by the scheduler, each delivered once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.languages import language_for
from property_service.property_service.leases import run_out
from property_service.property_service.service_clock import in_the_past, site_now

LEASE_MINUTES = 10
MOST_ATTEMPTS = 5
SWEEP = 200


@dataclass(frozen=True, slots=True)
class Note:
    """A message to a resident: finished sentences in his language; `reference` (DocType, name); `key` keeps it from being told twice."""

    resident: str
    community: str
    subject: str
    text: str
    reference: tuple[str, str] | None = None
    unit: str | None = None
    key: str = ""


def tell_resident(
    resident: str | None,
    community: str,
    subject: str,
    text: str,
    reference: tuple[str, str] | None = None,
    unit: str | None = None,
    dedupe_key: str | None = None,
    channels: tuple[str, ...] = ("Portal", "SMS"),
) -> list[str]:
    """Put a message into the outbox. `subject` and `text` are finished sentences in the resident's language.

    With `dedupe_key` the same message is stored once, however often this is called. Returns the names stored.
    A missing resident (anonymous report) is told nothing. What is recorded of the past stays in the portal.
    """
    if not resident:
        return []
    addresses = _addresses(resident)
    keys = {channel: f"{dedupe_key}|{resident}|{channel}" for channel in channels if dedupe_key}
    known = _known(keys.values())
    stored = []
    for channel in channels:
        if not addresses[channel] or (channel == "SMS" and not sms_is_set_up()):
            continue
        key = keys.get(channel)
        if key in known or (channel != "Portal" and in_the_past()):
            continue
        note = Note(resident, community, subject, text, reference, unit)
        message = frappe.get_doc({"doctype": "Service Message", **_row(note, channel, addresses[channel], key)})
        # Nobody may write messages by hand; the callers decide who is told what.
        message.flags.ignore_links = True
        stored.append(message.insert(ignore_permissions=True).name)
    return stored


def tell_all(notes: Sequence[Note], channels: tuple[str, ...] = ("Portal", "SMS")) -> set[tuple[str, str]]:
    """Put many messages into the outbox, as `tell_resident` does with each; a few queries, whatever the number.

    Returns (key, channel) of those stored now; every note needs a key.
    """
    people = {
        row.name: row
        for row in frappe.get_all(
            "Resident",
            {"name": ["in", sorted({note.resident for note in notes}) or [""]]},
            ["name", "primary_phone", "email"],
            order_by="name asc",
        )
    }
    if "SMS" in channels and (in_the_past() or not sms_is_set_up()):
        channels = tuple(channel for channel in channels if channel != "SMS")
    rows = {}
    for note in notes:
        person = people.get(note.resident) or frappe._dict()
        addresses = {"Portal": note.resident, "SMS": person.primary_phone, "Email": person.email}
        for channel in channels:
            key = f"{note.key}|{note.resident}|{channel}"
            if addresses[channel]:
                rows[key] = (note.key, channel), _row(note, channel, addresses[channel], key)
    known = _known(rows)
    new = {key: row for key, row in rows.items() if key not in known}
    names = hash_names(len(new))
    insert_block(
        "Service Message", ({**row, "name": name} for name, (_told, row) in zip(names, new.values(), strict=True))
    )
    return {told for told, _message in new.values()}


def sms_is_set_up() -> bool:
    """True where the platform's SMS Settings name a gateway."""
    return bool(frappe.get_cached_doc("SMS Settings").sms_gateway_url)


def language_of(resident: str) -> str:
    """The language in which a resident is written to."""
    return language_for(_person(resident).language)


def _row(note: Note, channel: str, recipient: str | None, key: str | None) -> dict[str, Any]:
    return {
        "community": note.community,
        "resident": note.resident,
        "unit": note.unit,
        "channel": channel,
        "subject": note.subject[:140],
        "text": note.text,
        "reference_doctype": note.reference[0] if note.reference else None,
        "reference_name": note.reference[1] if note.reference else None,
        "recipient": recipient,
        "status": "Sent" if channel == "Portal" else "Queued",
        "sent_at": site_now() if channel == "Portal" else None,
        "dedupe_key": key,
    }


def _addresses(resident: str) -> dict[str, str | None]:
    person = _person(resident)
    return {"Portal": resident, "SMS": person.primary_phone, "Email": person.email}


def _person(resident: str) -> frappe._dict:
    fields = ("language", "primary_phone", "email")
    # Read once in a request: language and addresses are asked for one after the other.
    return frappe.db.get_value("Resident", resident, fields, as_dict=True, cache=True) or frappe._dict()


def _known(keys: Iterable[str]) -> set[str]:
    keys = list(keys)
    wanted = {"dedupe_key": ["in", keys]}
    return set(frappe.get_all("Service Message", wanted, pluck="dedupe_key", order_by="name asc")) if keys else set()


def waits_for_gateway(message: Document) -> bool:
    """True for an SMS that is not tried, since no gateway is set up any more."""
    return message.channel == "SMS" and message.status in ("Queued", "Sending") and not sms_is_set_up()


def sweep() -> int:
    """Scheduler: send what is due. A message is leased first, so two sweeps never send it twice. Returns how many.

    Without a gateway SMS wait for one, and no attempt is counted.
    """
    table = frappe.qb.DocType("Service Message")
    moment = now_datetime()
    channels = ("SMS", "Email") if sms_is_set_up() else ("Email",)
    due = (
        frappe.qb.from_(table)
        .select(table.name)
        .where(
            ((table.status == "Queued") & (table.send_after.isnull() | (table.send_after <= moment)))
            | ((table.status == "Sending") & run_out(table.lease_until, moment, LEASE_MINUTES))
        )
        .where(table.channel.isin(channels))
        .orderby(table.creation)
        .limit(SWEEP)
        .run(pluck=True)
    )
    return sum(_send_leased(name) for name in due)


def _send_leased(name: str) -> bool:
    table = frappe.qb.DocType("Service Message")
    moment = now_datetime()
    frappe.qb.update(table).set(table.status, "Sending").set(table.attempts, table.attempts + 1).set(
        table.lease_until, moment + timedelta(minutes=LEASE_MINUTES)
    ).where(table.name == name).where(
        (table.status == "Queued") | ((table.status == "Sending") & run_out(table.lease_until, moment, LEASE_MINUTES))
    ).run()
    if frappe.db._cursor.rowcount != 1:
        return False
    frappe.db.commit()  # nosemgrep: the lease must be seen by other sweeps before anything leaves the house
    message = frappe.get_doc("Service Message", name)
    try:
        _deliver(message)
        values = {"status": "Sent", "sent_at": now_datetime(), "error": None, "lease_until": None}
    except Exception as error:
        retry = message.attempts < MOST_ATTEMPTS
        values = {
            "status": "Queued" if retry else "Failed",
            "send_after": now_datetime() + timedelta(minutes=2**message.attempts),
            "error": str(error)[:500],
            "lease_until": None,
        }
    frappe.db.set_value("Service Message", name, values)
    frappe.db.commit()  # nosemgrep: one message, one outcome
    return values["status"] == "Sent"


def _deliver(message: Document) -> None:
    if message.channel == "SMS":
        # Read anew: without a gateway the platform only says so on a screen, and the message would count as sent.
        if not frappe.db.get_single_value("SMS Settings", "sms_gateway_url", cache=False):
            frappe.throw(_("No SMS gateway is set up. Enter it in SMS Settings."))
        from frappe.core.doctype.sms_settings.sms_settings import send_sms

        send_sms([message.recipient], message.text, success_msg=False)
    elif message.channel == "Email":
        frappe.sendmail(recipients=[message.recipient], subject=message.subject, message=_as_html(message.text))
    else:
        frappe.throw(_("Messages cannot be sent by {0}.").format(_(message.channel)))


def _as_html(text: str) -> str:
    return frappe.utils.escape_html(text).replace("\n", "<br>")
