"""What a resident is told about his repair, in his language; each message once."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_fullname

from property_service.property_service.messages import language_of, tell_resident
from property_service.property_service.money import money
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local

# Event → subject and text. {name} number, {what} category, {who} technician, {reason}, {amount}, {by} promised time.
LETTERS: dict[str, tuple[str, str]] = {
    "received": (
        _("We have received your repair request {name}"),
        _("{what}: we have received your request {name}. We will look at it and tell you who is coming."),
    ),
    "emergency": (
        _("Emergency {name} has been passed on"),
        _("{what}: your emergency {name} is already with the repair team. Please keep your phone at hand."),
    ),
    "joined": (
        _("We are aware of the fault {name}"),
        _(
            "{what}: we have received your request {name}. Neighbours have reported the same fault, and it is being worked on."
        ),
    ),
    "accepted": (
        _("Your repair request {name} has been accepted"),
        _("{what}: your request {name} has been accepted. We will come by {by}."),
    ),
    "accepted_open": (
        _("Your repair request {name} has been accepted"),
        _("{what}: your request {name} has been accepted. We will tell you who is coming and when."),
    ),
    "rejected": (
        _("Your repair request {name} cannot be accepted"),
        _("{what}: we cannot accept your request {name}. Reason: {reason}"),
    ),
    "referred": (
        _("Your repair request {name} has been passed on"),
        _("{what}: your request {name} has been passed on to {reason}. We will follow it up."),
    ),
    "cancelled": (
        _("Your repair request {name} has been cancelled"),
        _("{what}: your request {name} has been cancelled. Reason: {reason}"),
    ),
    "quoted": (
        _("Please approve the quote for {name}"),
        _("{what}: the work costs {amount} yuan. {reason} Please agree or decline; work begins once you agree."),
    ),
    "taken": (
        _("{who} will come for your repair {name}"),
        _("{what}: {who} has taken your repair {name} and will come to you."),
    ),
    "contractor": (
        _("Your repair {name} has an appointment"),
        _("{what}: {who} will come for your repair {name}. {reason}"),
    ),
    "on_hold": (
        _("Your repair {name} is on hold"),
        _("{what}: the work on {name} is on hold. Reason: {reason}"),
    ),
    "completed": (
        _("Your repair {name} is finished"),
        _("{what}: the work on {name} is finished. {reason} Please rate it, or send it back if it is not right."),
    ),
    "reopened": (
        _("Your repair {name} has been reopened"),
        _("{what}: we are working on {name} again. {reason}"),
    ),
    "closed": (
        _("Your repair {name} is closed"),
        _("{what}: {name} is closed. Thank you. If the fault comes back, please tell us."),
    ),
    "warranty": (
        _("Update on your warranty repair {name}"),
        _("{what}: {name} in warranty: {who}. {reason}"),
    ),
    "incident_closed": (
        _("The fault {name} has been repaired"),
        _("{reason}"),
    ),
}


def write(doc: Document, event: str, key: str = "", reason: str = "", who: str = "") -> list[str]:
    """Tell the reporter of a request of an event; the same event, round and `key` only once. Returns message names.

    `reason` is put into the text as it is, or translated where it is a word of the app. Anonymous reports tell nobody.
    """
    if not doc.resident or doc.flags.historic_state:
        return []
    language = language_of(doc.resident)
    subject, text = LETTERS[event]
    amount = money(doc.quote_amount)
    values = {
        "name": doc.name,
        "what": frappe._(doc.category, lang=language),
        "who": frappe._(who, lang=language) if who else "",
        "reason": frappe._(reason, lang=language) if reason else "",
        "amount": f"{amount:,.2f}",
        "by": f"{local(doc.community, doc.respond_by):%m-%d %H:%M}" if doc.respond_by else "",
    }
    return tell_resident(
        doc.resident,
        doc.community,
        frappe._(subject, lang=language).format(**values).strip(),
        frappe._(text, lang=language).format(**values).strip(),
        reference=(doc.doctype, doc.name),
        unit=doc.unit,
        dedupe_key=f"{doc.name}|{event}|{cint(doc.reopened_count)}|{key}"[:100],
    )


def technician_name(doc: Document) -> str:
    """Whom the resident may expect: the technician, or the contractor by the name of its team."""
    return get_fullname(doc.assigned_to) if doc.assigned_to else (doc.contractor or doc.team or "")
