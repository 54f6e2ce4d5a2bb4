"""Messages to residents: one row per channel in the outbox, sent by the scheduler, each delivered once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from property_service.property_service.languages import language_for
from property_service.property_service.service_clock import in_the_past, site_now

LEASE_MINUTES = 10
MOST_ATTEMPTS = 5
SWEEP = 200


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
        message = frappe.get_doc(
            {
                "doctype": "Service Message",
                "community": community,
                "resident": resident,
                "unit": unit,
                "channel": channel,
                "subject": subject[:140],
                "text": text,
                "reference_doctype": reference[0] if reference else None,
                "reference_name": reference[1] if reference else None,
                "recipient": addresses[channel],
                "status": "Sent" if channel == "Portal" else "Queued",
                "sent_at": site_now() if channel == "Portal" else None,
                "dedupe_key": key,
            }
        )
        # Nobody may write messages by hand; the callers decide who is told what.
        message.flags.ignore_links = True
        stored.append(message.insert(ignore_permissions=True).name)
    return stored


def sms_is_set_up() -> bool:
    """True where the platform's SMS Settings name a gateway."""
    return bool(frappe.get_cached_doc("SMS Settings").sms_gateway_url)


def language_of(resident: str) -> str:
    """The language in which a resident is written to."""
    return language_for(_person(resident).language)


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


def sweep() -> int:
    """Scheduler: send what is due. A message is leased first, so two sweeps never send it twice. Returns how many."""
    table = frappe.qb.DocType("Service Message")
    moment = now_datetime()
    due = (
        frappe.qb.from_(table)
        .select(table.name)
        .where(
            ((table.status == "Queued") & (table.send_after.isnull() | (table.send_after <= moment)))
            | ((table.status == "Sending") & (table.lease_until < moment))
        )
        .where(table.channel != "Portal")
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
        (table.status == "Queued") | ((table.status == "Sending") & (table.lease_until < moment))
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
        from frappe.core.doctype.sms_settings.sms_settings import send_sms

        send_sms([message.recipient], message.text, success_msg=False)
    elif message.channel == "Email":
        frappe.sendmail(recipients=[message.recipient], subject=message.subject, message=_as_html(message.text))
    else:
        frappe.throw(_("Messages cannot be sent by {0}.").format(_(message.channel)))


def _as_html(text: str) -> str:
    return frappe.utils.escape_html(text).replace("\n", "<br>")
