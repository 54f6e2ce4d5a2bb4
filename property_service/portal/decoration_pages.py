"""What the pages about decoration show: the list, the application, one permit with what happens next."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate
from markupsafe import Markup

from property_service.decoration import codes, portal_view, states
from property_service.decoration.application_rules import AUTHORITY, FROM_TENANTS, IF_ANY, REFUSED, WITH_AUTHORITY
from property_service.decoration.terms import DOCTYPE as TERMS
from property_service.decoration.terms import terms_of
from property_service.portal.decoration_api import is_applicant, own_permit
from property_service.portal.repair_pages import money_text
from property_service.portal.viewer import Room, Viewer
from property_service.property_service.money import money
from property_service.property_service.occupancies import OWNING, STAFF
from property_service.property_service.service_clock import local_day
from property_service.property_service.stages import DONE, VOID

LIST_FIELDS = (
    *("name", "community", "unit", "works", "status", "stage", "from_date", "to_date", "extended_to", "asked_for"),
    *("open_findings", "owner_deposit", "owner_deposit_due", "contractor_deposit", "contractor_deposit_due"),
)
MOST_ROWS = 50
USUAL_DAYS = 30
PUT_RIGHT = ("Open", "Recheck Failed")


def permit_rows(viewer: Viewer, only_open: bool = False) -> list[Any]:
    """The permits the viewer may see, newest first; one query. `row.ask` says what he has to do, "" for nothing."""
    rows = frappe.get_list(
        states.DOCTYPE,
        filters={"stage": ["not in", (DONE, VOID)]} if only_open else {},
        fields=list(LIST_FIELDS),
        order_by="creation desc, name desc",
        limit_page_length=MOST_ROWS,
    )
    for row in rows:
        room = viewer.room(row.unit) if row.unit else None
        row.place = room.label if room else row.unit
        row.status_label = _(row.status, context=states.DOCTYPE)
        row.last_day = row.extended_to or row.to_date
        row.ask = ask_of(row)
    return rows


def ask_of(row: Any) -> str:
    """What waits for the resident, in a few words; "" where nothing does."""
    if row.status == states.DRAFT:
        return _("Finish and send it")
    if row.status == states.UNDER_REVIEW and row.asked_for:
        return _("Documents are asked for")
    if row.status == states.APPROVED:
        return _("Pay the deposits")
    if row.open_findings:
        return _("Findings to put right")
    return ""


def form_page(viewer: Viewer, unit: str | None) -> dict[str, Any]:
    """The application for a room: {room, rooms, other, terms, questions, documents, first, last, most_days}.

    `other`: the open permit the room has already; `terms` None where its community takes no applications yet.
    """
    rooms = [room for room in viewer.rooms if room.relation != STAFF]
    room = next((one for one in rooms if one.name == unit), rooms[0] if rooms else None)
    found: dict[str, Any] = {"room": room, "rooms": rooms, "other": "", "terms": None}
    if not room or not frappe.db.exists(TERMS, room.community, cache=True):
        return found
    terms, today = terms_of(room.community), local_day(room.community)
    other = frappe.db.get_value(states.DOCTYPE, {"open_key": room.name}, "name")
    return {
        **found,
        "other": other or "",
        "terms": terms,
        "questions": [
            {
                "text": row.question,
                "label": _(row.question),
                "refused": row.if_yes == REFUSED,
                "authority": row.if_yes == AUTHORITY,
            }
            for row in terms.questions
        ],
        "documents": [
            {"place": place, "label": _(row.document_name), "hint": hint_of(row.needed, room), "needed": row.needed}
            for place, row in enumerate(terms.documents)
            if row.needed != FROM_TENANTS or room.relation not in OWNING
        ],
        "first": today,
        "last": getdate(add_days(today, min(USUAL_DAYS, cint(terms.most_days) or USUAL_DAYS) - 1)),
        "most_days": cint(terms.most_days),
        "sums": [
            (label, money_text(amount))
            for label, amount in (
                (_("Deposit of the owner"), terms.owner_deposit),
                (_("Deposit of the contractor"), terms.contractor_deposit),
                (_("Rubbish removal, for each m²"), terms.rubbish_rate if terms.rubbish_fee_item else 0),
                (_("Pass of a worker: fee"), terms.pass_fee if terms.pass_fee_item else 0),
                (_("Pass of a worker: deposit"), terms.pass_deposit),
            )
            if money(amount)
        ],
    }


def hint_of(needed: str, room: Room) -> str:
    """When a document is needed, in words."""
    return {
        FROM_TENANTS: _("Needed: you rent this unit"),
        WITH_AUTHORITY: _("Needed if you answered Yes to work that an authority approves"),
        IF_ANY: _("If there is one"),
    }.get(needed, _("Needed"))


def permit_page(viewer: Viewer, name: str) -> dict[str, Any]:
    """One permit: {row: the view, doc, hint, steps, told, acts, qr, unpaid, to_put_right, money}. PermissionError where it is not his."""
    doc = own_permit(name)
    view = frappe._dict(portal_view.permit_view(doc.name))
    for place, paper in enumerate(view.documents):
        paper["place"] = place
    mine = is_applicant(doc)
    room = viewer.room(doc.unit)
    view.unit_label = room.label if room else view.unit_label
    return {
        "row": view,
        "mine": mine,
        "hint": next_hint(view),
        "acts": view.acts if mine else [],
        # The draft is before the way begins for those who read.
        "progress": [] if doc.status in (states.DRAFT, states.REJECTED, states.EXPIRED) else _progress(view.steps[1:]),
        "told": _told(doc),
        "asked": (view.asked_for or "").split("\n") if view.asked_for else [],
        # Drawn here from a random code: nothing anybody wrote is in it.
        "qr": Markup(codes.svg_of(doc.doctype, doc.name, _("QR code of the door permit")) or "") if mine else "",  # noqa: S704
        "unpaid": [one for one in view.money["deposits"] if one["due"] and not one["name"]],
        "to_put_right": [one for one in view.findings if one["status"] != "Closed" and one["status"] != "Withdrawn"],
        "put_right": PUT_RIGHT,
        "water": cint(doc.water_test_hours),
        "hours": {kind: _by_weekday(view.hours[kind]) for kind in ("work", "quiet")},
        "money": money_text,
        "today": local_day(doc.community),
    }


def next_hint(view: Any) -> str:
    """What happens next, in a sentence a resident understands."""
    if view.status == states.UNDER_REVIEW and view.asked_for:
        return _("We need more documents. Please add them below; then the review goes on.")
    if (
        view.status == states.ACCEPTED
        and view.observation_until
        and getdate(view.observation_until) < local_day(view.community)
    ):
        return _("The observation is over. We look at the works once more, then the deposits are given back.")
    hints = {
        "Draft": _("Not sent yet. Add the documents that are missing, then send it."),
        "Under Review": _("We are looking at your application and answer by the day below."),
        "Approved": _("Approved. Pay the deposits at the front desk; work may begin as soon as they are paid."),
        "In Progress": _("Work may go on within the hours below. When all is done, ask for the acceptance."),
        "Suspended": _("All work must stop. Have it put right; work goes on when somebody of ours has rechecked it."),
        "Acceptance Requested": _("We will agree with you on a time to look at the works."),
        "Accepted": _(
            "The works are accepted. After the observation we look once more, then the deposits are given back."
        ),
        "Deposit Settled": _("All is settled. Thank you."),
        "Rejected": _("Not approved. You can apply anew once the reason is gone."),
        "Expired": _("Work did not begin in time. Please apply anew; deposits that were paid are given back."),
    }
    return hints.get(view.status, "")


def _by_weekday(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Weekday → its hours, such as 08:00–12:00, 14:00–18:00."""
    days: dict[str, list[str]] = {}
    for row in rows:
        days.setdefault(row["label"], []).append(f"{row['from']}–{row['to']}")
    return [(label, ", ".join(spans)) for label, spans in days.items()]


def _progress(steps: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The way in one word each: six of them stand side by side on a phone."""
    words = {
        states.UNDER_REVIEW: _("Review", context="Decoration Progress"),
        states.APPROVED: _("Approved", context="Decoration Progress"),
        states.IN_PROGRESS: _("Works", context="Decoration Progress"),
        states.ACCEPTANCE_REQUESTED: _("Check", context="Decoration Progress"),
        states.ACCEPTED: _("Observed", context="Decoration Progress"),
        states.SETTLED: _("Settled", context="Decoration Progress"),
    }
    return [
        {
            "label": words.get(step["state"], step["label"]),
            "state": "past" if step["done"] else "now" if step["current"] else "next",
        }
        for step in steps
    ]


def _told(doc: Document) -> list[Any]:
    """What the applicant was told, newest first: the course of the permit in words. Rows {creation, subject, text}."""
    return frappe.get_all(
        "Service Message",
        {
            "reference_doctype": doc.doctype,
            "reference_name": doc.name,
            "resident": doc.applicant,
            "channel": "Portal",
        },
        ["creation", "subject", "text"],
        order_by="creation desc, name desc",
        limit=MOST_ROWS,
    )
