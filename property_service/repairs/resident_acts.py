"""What a resident does with a repair. The portal has judged that he may act for the room; here are the limits and effects."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce
from frappe.utils import cint, get_datetime

from property_service.property_service.errors import InputRefused, NotAllowedNow, TooMany
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rule_error import mark
from property_service.property_service.service_clock import local, local_day, site_now, start_of_local_day
from property_service.property_service.staff_notices import staff_with_role, tell_staff
from property_service.property_service.stages import DONE, VOID
from property_service.repairs import closing, dispatching, intake, staff_acts, timeline
from property_service.repairs.categories import check_leaf
from property_service.repairs.lifecycle import CANCELLED, NEW, REOPENED
from property_service.repairs.roles import FRONT_DESK

DOCTYPE = "Repair Request"
MOST_STARS = 5
RATEABLE = ("Completed", "Awaiting Visit", "Closed")


def report_fault(
    resident: str,
    unit: str | None,
    public_place: str | None,
    community: str,
    category: str,
    description: str,
    wished_from: datetime | None = None,
    wished_to: datetime | None = None,
    client_key: str = "",
) -> Document:
    """Take a new request of a resident; the times are site time. Returns it, an emergency dispatched already.

    Raises TooMany above the daily limits, InputRefused for anything that cannot be, QueryDeadlockError where the same
    `client_key` arrives at the same moment: begun again, `reported_by` finds the first one.
    """
    leaf = check_leaf(category)
    if not leaf.in_portal:
        frappe.throw(_("Please choose a category from the list."), InputRefused)
    category = leaf.name
    description = plain_text(description, _("What Is Wrong"), intake.MOST_DESCRIPTION, required=True)
    place = plain_text(public_place, _("Public Place"), intake.MOST_LINE)
    person = _check_limits(resident, community, unit, place, category, description, client_key)
    doc = frappe.get_doc(
        {
            "doctype": DOCTYPE,
            "community": community,
            "unit": unit,
            "public_place": None if unit else place,
            "category": category,
            "description": description,
            "resident": resident,
            "reporter_name": person.resident_name,
            "reporter_phone": person.primary_phone,
            "channel": "Portal",
            "wished_from": wished_from,
            "wished_to": wished_to,
            "client_key": client_key or None,
        }
    )
    # Room, community and resident are the portal's, the category was checked above.
    doc.flags.from_resident = doc.flags.ignore_links = True
    doc.flags.ignore_version = True  # of a new document there is no version before
    # Residents hold read permission only; the portal has judged that this one may report for the room.
    return doc.insert(ignore_permissions=True)


def reported_by(client_key: str) -> Document | None:
    """The request that was made by this key of a form, None if there is none."""
    name = frappe.db.get_value(DOCTYPE, {"client_key": client_key}) if client_key else None
    return frappe.get_doc(DOCTYPE, name) if name else None


def urge(doc: Document, resident: str) -> Document:
    """Ask the desk to hurry: told to whoever has the job, counted, at most once in the set time. Raises TooMany."""
    doc = _locked(doc)
    if doc.stage in (DONE, VOID):
        frappe.throw(_("{0} is already {1}.").format(doc.name, _(doc.status, context="Repair Request")), NotAllowedNow)
    wait = timedelta(minutes=cint(frappe.get_cached_doc("Property Service Settings").urge_interval_minutes))
    now = site_now()
    if doc.last_urged_at and now < get_datetime(doc.last_urged_at) + wait:
        frappe.throw(
            _("You have already urged this repair. Please give us until {0}.").format(
                f"{local(doc.community, get_datetime(doc.last_urged_at) + wait):%H:%M}"
            ),
            TooMany,
        )
    doc.urge_count = cint(doc.urge_count) + 1
    doc.last_urged_at = now
    closing.save_by_rules(doc)
    timeline.log_step(doc, timeline.URGED, actor_kind=timeline.RESIDENT)
    tell_staff(
        [doc.assigned_to, dispatching.leader_of(doc), *staff_with_role(FRONT_DESK, doc.community)],
        (mark("Urged {1}×: {0}"), doc.name, doc.urge_count),
        doc.doctype,
        doc.name,
    )
    return doc


def cancel(doc: Document, reason: str) -> Document:
    """Withdraw a request nobody has accepted yet."""
    doc = _locked(doc)
    if doc.status != NEW:
        frappe.throw(
            _("{0} is already {1}. Please call the front desk to cancel it.").format(
                doc.name, _(doc.status, context="Repair Request")
            ),
            NotAllowedNow,
        )
    doc.closing_reason = plain_text(reason, _("Reason"), 1000) or _("Cancelled by the resident")
    closing.move(doc, CANCELLED, "cancelled by the resident", actor_kind=timeline.RESIDENT)
    return doc


def rate(doc: Document, stars: int, text: str = "", speed: int | None = None, manner: int | None = None) -> Document:
    """Rate finished work once, 1 to 5 stars. One or two stars are called back within hours.

    `speed` and `manner` are scores of their own that may be left out; they force no visit.
    """
    doc = _locked(doc)
    if not all(1 <= score <= MOST_STARS for score in (stars, speed, manner) if score is not None):
        frappe.throw(_("Please give 1 to {0} stars.").format(MOST_STARS), InputRefused)
    if doc.status not in RATEABLE:
        frappe.throw(_("You can rate the repair once it is finished."), NotAllowedNow)
    if doc.rated_at:
        frappe.throw(_("You have already rated this repair. Thank you."), NotAllowedNow)
    if doc.status == "Closed" and not closing.may_send_back(doc):
        frappe.throw(_("This repair was closed some time ago. Please report the fault again."), NotAllowedNow)
    doc.rating, doc.rating_text = stars, plain_text(text, _("Comment"), 1000) or None
    doc.rating_speed, doc.rating_manner = cint(speed), cint(manner)
    doc.rated_at = site_now()
    timeline.log_step(doc, timeline.RATED, reason=str(stars), note=doc.rating_text, actor_kind=timeline.RESIDENT)
    closing.rated(doc)
    return doc


def send_back(doc: Document, reason: str) -> Document:
    """Say that finished work is not right: the request is open again, with a deadline of its own."""
    doc = _locked(doc)
    reason = plain_text(reason, _("What is not right?"), 1000, required=True)
    if not closing.may_send_back(doc):
        frappe.throw(_("This repair can no longer be sent back. Please report the fault again."), NotAllowedNow)
    doc.closing_reason = reason
    closing.move(doc, REOPENED, "sent back by the resident", actor_kind=timeline.RESIDENT)
    return doc


def answer_quote(doc: Document, agreed: bool, amount: float, note: str = "") -> Document:
    """Agree to the price, or decline it; `amount` (yuan) is the one he saw. NotAllowedNow where he would agree to another."""
    doc = _locked(doc)
    note = plain_text(note, _("Note"), 1000)
    return staff_acts.answer(doc, "Portal", note, agreed, amount, actor_kind=timeline.RESIDENT)


def possible_acts(doc: Document) -> list[str]:
    """What the resident may do with the request now: cancel, answer_quote, urge, rate, send_back."""
    acts = {
        "cancel": doc.status == NEW,
        "answer_quote": doc.status == "Quoted" and doc.quote_status == "Waiting",
        "urge": doc.stage not in (DONE, VOID),
        "rate": doc.status in RATEABLE and not doc.rated_at and closing.may_send_back(doc),
        "send_back": closing.may_send_back(doc),
    }
    return [name for name, possible in acts.items() if possible]


def _locked(doc: Document) -> Document:
    return frappe.get_doc(DOCTYPE, doc.name, for_update=True)


def _check_limits(
    resident: str, community: str, unit: str | None, place: str, category: str, description: str, client_key: str
) -> frappe._dict:
    """New requests a day and resident, and identical ones (same place, category and words), by the community's date.

    Returns {resident_name, primary_phone}. A form that is sent twice is no second request: QueryDeadlockError.
    """
    settings = frappe.get_cached_doc("Property Service Settings")
    most, most_identical = cint(settings.requests_per_day), cint(settings.identical_per_day)
    # The row of the resident makes two reports at the same moment wait for each other.
    person = frappe.db.get_value(
        "Resident", resident, ["resident_name", "primary_phone"], as_dict=True, for_update=True
    )
    table = frappe.qb.DocType(DOCTYPE)
    rows = (
        frappe.qb.from_(table)
        .select(table.category, Coalesce(table.unit, ""), Coalesce(table.public_place, ""), table.description)
        .select(table.client_key)
        .where(table.resident == resident)
        .where(table.channel == "Portal")
        .where(table.reported_at >= start_of_local_day(community, local_day(community)))
        .orderby(table.reported_at)
        .for_update()
        .run()
    )
    if client_key and any(row[4] == client_key for row in rows):
        # Committed while this one waited for the row of the resident.
        raise frappe.QueryDeadlockError(client_key)
    if most and len(rows) >= most:
        frappe.throw(
            _("You have sent {0} requests today. Please call the front desk if something is urgent.").format(len(rows)),
            TooMany,
        )
    wanted = (category, unit or "", "" if unit else place, _words(description))
    identical = sum((row[0], row[1], row[2], _words(row[3])) == wanted for row in rows)
    if most_identical and identical >= most_identical:
        frappe.throw(
            _("You have already reported this {0} times today. Please open the request and urge us there.").format(
                identical
            ),
            TooMany,
        )
    return person


def _words(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()
