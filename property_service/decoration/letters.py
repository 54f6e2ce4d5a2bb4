"""What the applicant is told about his permit, in his language; each message once."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import formatdate

from property_service.property_service.messages import language_of, tell_resident
from property_service.property_service.money import money
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local

# Event → subject and text. {name} number, {unit}, {reason}, {by} promised day, {amount} of both deposits, {from_day}, {to_day}.
LETTERS: dict[str, tuple[str, str]] = {
    "Under Review": (
        _("We have received your decoration application {name}"),
        _("Your application {name} for {unit} is being reviewed. You will have an answer by {by}."),
    ),
    "asked": (
        _("Documents are missing for {name}"),
        _("Please supply for your decoration application {name}: {reason}"),
    ),
    "Approved": (
        _("Your decoration {name} is approved"),
        _(
            "Your decoration {name} is approved for {from_day} to {to_day}. Work may begin once the deposits of {amount} yuan are paid. {reason}"
        ),
    ),
    "Rejected": (
        _("Your decoration application {name} is not approved"),
        _("Your decoration application {name} is not approved. Reason: {reason}"),
    ),
    "In Progress": (
        _("Decoration work may go on: {name}"),
        _("Work may go on in {unit} until {to_day}, within the hours on the permit {name}."),
    ),
    "Suspended": (
        _("Decoration work is stopped: {name}"),
        _("All work in {unit} under {name} must stop now. Reason: {reason}"),
    ),
    "Acceptance Requested": (
        _("Acceptance of {name} is requested"),
        _("We have received your request to accept the works of {name}. We will agree on a time with you."),
    ),
    "refused": (
        _("The works of {name} are not accepted yet"),
        _("The works of {name} are not accepted yet: {reason} Have it put right and request the acceptance again."),
    ),
    "Accepted": (
        _("The works of {name} are accepted"),
        _("The works of {name} are accepted. After the observation the deposits are given back by {by}."),
    ),
    "Deposit Settled": (
        _("The deposits of {name} are settled"),
        _("The deposits of {name} are settled. Thank you."),
    ),
    "extended": (
        _("Your decoration {name} is extended"),
        _("Your decoration {name} is extended until {to_day}. The passes are valid until then."),
    ),
    "Expired": (
        _("Your decoration permit {name} has expired"),
        _("Work did not begin in time, so {name} has expired. Please apply anew."),
    ),
}


def write(doc: Document, event: str, key: str = "", reason: str = "") -> list[str]:
    """Tell the applicant of an event; the same event and `key` only once. Returns message names."""
    language = language_of(doc.applicant)
    subject, text = LETTERS[event]
    by = doc.settle_by if event == "Accepted" else doc.review_by and local(doc.community, doc.review_by).date()
    values = {
        "name": doc.name,
        "unit": frappe.get_cached_value("Property Unit", doc.unit, "short_label") or doc.unit,
        "reason": reason,
        "by": formatdate(by, "yyyy-MM-dd") if by else "",
        "amount": f"{money(doc.owner_deposit_due) + money(doc.contractor_deposit_due):,.2f}",
        "from_day": formatdate(doc.from_date, "yyyy-MM-dd"),
        "to_day": formatdate(doc.extended_to or doc.to_date, "yyyy-MM-dd"),
    }
    return tell_resident(
        doc.applicant,
        doc.community,
        frappe._(subject, lang=language).format(**values).strip(),
        frappe._(text, lang=language).format(**values).strip(),
        reference=(doc.doctype, doc.name),
        unit=doc.unit,
        dedupe_key=f"{doc.name}|{event}|{key}"[:100],
    )
