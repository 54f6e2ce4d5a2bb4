"""What the pages about repairs show: explicit fields, a fixed number of queries however many repairs there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime

from property_service.portal.access import is_portal_user
from property_service.portal.files import RESIDENT_KINDS
from property_service.portal.offers import category_icon
from property_service.portal.viewer import Viewer
from property_service.property_service.money import money
from property_service.property_service.stages import DONE, OPEN, VOID, WAITING, WORKING
from property_service.repairs import resident_acts, timeline

DOCTYPE = "Repair Request"
PAGE = 20
LIST_FIELDS = (
    *("name", "community", "unit", "public_place", "category", "description", "status", "stage", "reported_at"),
    *("wished_from", "respond_by", "finish_by", "finish_late", "quote_status", "quote_amount", "rating", "rated_at"),
    *("finished_at", "assigned_to"),
)
RATE_WITHIN = timedelta(days=30)
MOST_PHOTOS = 24
# How far a repair has come, by its state.
REACHED = {
    "New": 0,
    **dict.fromkeys(("Accepted", "Quoted", "Reopened"), 1),
    **dict.fromkeys(("Dispatched", "Taken"), 2),
    **dict.fromkeys(("In Progress", "On Hold"), 3),
    **dict.fromkeys(("Completed", "Awaiting Visit", "Closed"), 4),
}


def repair_rows(viewer: Viewer, unit: str | None = None, only_open: bool = False, page: int = 1) -> dict[str, Any]:
    """One page of the repairs the viewer may see, newest first: {rows, page, more}. The platform's list applies his access."""
    filters: dict[str, Any] = {}
    if unit:
        filters["unit"] = unit
    if only_open:
        filters["stage"] = ["not in", (DONE, VOID)]
    page = max(1, min(page, 500))
    rows = frappe.get_list(
        DOCTYPE,
        filters=filters,
        fields=list(LIST_FIELDS),
        order_by="reported_at desc, name desc",
        limit_start=(page - 1) * PAGE,
        limit_page_length=PAGE + 1,
    )
    return {"rows": [_shown(row, viewer) for row in rows[:PAGE]], "page": page, "more": len(rows) > PAGE}


def needs_me(viewer: Viewer, unit: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """What waits for the viewer, in all his rooms or one: {quotes, ratings, running}."""
    if not viewer.rooms:
        return {"quotes": [], "ratings": [], "running": []}
    rows = frappe.get_list(
        DOCTYPE,
        filters={"unit": unit} if unit else {},
        or_filters=[
            ["stage", "not in", (DONE, VOID)],
            ["finished_at", ">", now_datetime() - RATE_WITHIN],
        ],
        fields=list(LIST_FIELDS),
        order_by="reported_at desc, name desc",
        limit_page_length=50,
    )
    shown = [_shown(row, viewer) for row in rows]
    return {
        "quotes": [row for row in shown if row.status == "Quoted" and row.quote_status == "Waiting"],
        "ratings": [row for row in shown if row.status in resident_acts.RATEABLE and not row.rated_at],
        "running": [row for row in shown if row.stage not in (DONE, VOID) and row.status != "Quoted"],
    }


def repair_page(viewer: Viewer, name: str) -> dict[str, Any]:
    """One repair with its course and what the viewer may do now. Raises PermissionError where it is not his."""
    doc = own_request(name)
    row = _shown(frappe._dict({field: doc.get(field) for field in LIST_FIELDS}), viewer)
    photos = photos_of(doc.name)
    return {
        "row": row,
        "doc": doc,
        "acts": resident_acts.possible_acts(doc),
        "steps": timeline.steps_of(doc.name, for_resident=True),
        "progress": progress(doc),
        "photos": [photo for photo in photos if photo.file_name.startswith("report-")],
        "work_photos": [photo for photo in photos if photo.file_name.startswith("work-")],
        "money": money_text,
        "scores": (("speed", _("How fast? (Optional)")), ("manner", _("How friendly? (Optional)"))),
        "technician": _technician(doc),
        "materials": [
            {"item_name": line.item_name, "qty": f"{line.qty or 0:g}", "uom": line.uom} for line in doc.materials
        ],
        "stars": range(1, resident_acts.MOST_STARS + 1),
    }


def photos_of(name: str) -> list[frappe._dict]:
    """The photos of a request its residents may see: those sent in and those of the work. Rows {file_url, file_name}."""
    file = frappe.qb.DocType("File")
    kinds = file.file_name.like(f"{RESIDENT_KINDS[0]}%")
    for kind in RESIDENT_KINDS[1:]:
        kinds = kinds | file.file_name.like(f"{kind}%")
    return (
        frappe.qb.from_(file)
        .select(file.file_url, file.file_name)
        .where(file.attached_to_doctype == DOCTYPE)
        .where(file.attached_to_name == name)
        .where(kinds)
        .orderby(file.creation)
        .limit(MOST_PHOTOS)
        .run(as_dict=True)
    )


def progress(doc: Document) -> list[dict[str, str]]:
    """The way of a repair in five steps {label, state: past, now or ahead}; empty for what goes no further.

    States a customer has added to the workflow count by their stage.
    """
    if doc.stage == VOID or doc.status == "Referred":
        return []
    by_stage = {OPEN: 1, WORKING: 3, WAITING: 3, DONE: 4}
    reached = REACHED.get(doc.status, by_stage.get(doc.stage, 0))
    labels = (
        _("Reported", context="Repair Request"),
        _("Accepted", context="Repair Request"),
        _("On the way"),
        _("At work"),
        _("Finished", context="Portal"),
    )
    finished = doc.stage == DONE
    return [
        {"label": label, "state": "past" if number < reached or finished else "now" if number == reached else "ahead"}
        for number, label in enumerate(labels)
    ]


def money_text(amount: Any) -> str:
    """An amount as people write it: 1,280.00."""
    return f"{money(amount or 0):,.2f}"


def own_request(name: str) -> Document:
    """The request of this name, if the session's user may see it; a foreign one and none at all look alike."""
    mine = isinstance(name, str) and name and is_portal_user()
    found = frappe.db.exists(DOCTYPE, name) if mine else None
    doc = frappe.get_doc(DOCTYPE, found) if found else None
    if not doc or not doc.has_permission("read"):
        frappe.throw(
            _("We cannot find this request among yours. Please open it from your list."), frappe.PermissionError
        )
    return doc


def _technician(doc: Document) -> str:
    return frappe.utils.get_fullname(doc.assigned_to) if doc.assigned_to and doc.taken_at else ""


def _shown(row: Any, viewer: Viewer) -> Any:
    room = viewer.room(row.unit) if row.unit else None
    row.place = room.label if room else (row.unit or row.public_place or "")
    row.category_label = _(row.category)
    row.status_label = _(row.status, context=DOCTYPE)
    row.hint = next_hint(row)
    row.icon = category_icon(row.category)
    row.price = money_text(row.quote_amount)
    row.reported_at = get_datetime(row.reported_at)
    return row


def next_hint(row: Any) -> str:
    """What happens next, in a sentence a resident understands."""
    hints = {
        "New": _("We will review it as soon as the desk is open. Emergencies are dispatched at once."),
        "Accepted": _("Accepted. We are finding the right team."),
        "Quoted": _("Please look at the price and answer, so that work can begin."),
        "Dispatched": _("Sent to the team. A technician will take it soon."),
        "Taken": _("A technician has taken the job and is on the way."),
        "In Progress": _("The technician is at work."),
        "On Hold": _("Work is on hold. See the reason below."),
        "Completed": _("Finished. Please tell us how it was, or send it back if it is not right."),
        "Awaiting Visit": _("Finished. We will call you to check that all is well."),
        "Reopened": _("Reopened. We are sending somebody."),
        "Closed": _("Closed."),
        "Referred": _("Passed on to those responsible. We will keep following it up."),
        "Rejected": _("We cannot take this on. See the reason below."),
        "Cancelled": _("Withdrawn."),
    }
    return hints.get(row.status, "")
