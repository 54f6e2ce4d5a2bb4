"""A call about something broken becomes a repair request in the same save (hook property_service_contact_follow_up)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.repairs.desk_intake import DOCTYPE, take_call

TAKEN = ("category", "description", "priority", "wished_from", "wished_to", "is_public", "incident", "entrance")
PLACE = {"unit": "unit", "building": "building", "public_place": "place"}
PERSON = {"resident": "resident", "reporter_name": "caller_name", "reporter_phone": "caller_phone"}
# The two DocTypes write this channel differently.
CHANNELS = {"E-mail": "Email"}


def make(contact: Document, order: dict[str, Any]) -> Document:
    """Make a request of a contact: place, person and channel are the contact's, the rest comes with `order` ({category} at least).

    Returns the request, accepted unless `accept` is 0; `flags.told` is what the desk tells the caller (`desk_intake.take_call`).
    RuleError without a category and for keys nobody knows; InputRefused and PermissionError as for every request.
    """
    unknown = sorted(set(order) - {*TAKEN, "accept"})
    if unknown:
        raise RuleError(_("This is not asked for in a repair: {0}."), ", ".join(map(str, unknown)))
    if not order.get("category"):
        raise RuleError(_("Choose what is to be repaired."))
    for key, value in order.items():
        if value is not None and not isinstance(value, (str, int)):
            raise RuleError(_("{0} was not understood. Please check it and send it again."), key)
    values = {key: order.get(key) or None for key in TAKEN}
    values["description"] = values["description"] or contact.details or contact.subject
    values["community"] = contact.community
    values |= {field: contact.get(source) for field, source in PLACE.items()}
    values["channel"] = CHANNELS.get(contact.channel, contact.channel)
    values["anonymous"] = cint(contact.is_anonymous)
    values |= {field: contact.get(source) for field, source in PERSON.items()}
    told = take_call(values, accept_now=bool(cint(order.get("accept", 1))))
    doc = frappe.get_doc(DOCTYPE, told["name"])
    doc.flags.told = told
    return doc
