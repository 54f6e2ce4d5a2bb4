"""Endpoints of repairs for the desk and the phone page. All check the permission on the document; acts lock its row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import frappe
from frappe import _

from property_service.dispatch import team_load as load
from property_service.dispatch import teams
from property_service.property_service.endpoint import endpoint
from property_service.property_service.errors import InputRefused
from property_service.property_service.photos import sent_photo, store_photo
from property_service.property_service.plain_text import plain_text
from property_service.property_service.scope import check_may
from property_service.repairs import desk_intake, lifecycle, reading, staff_acts, work_report
from property_service.repairs import timeline as course
from property_service.repairs.categories import check_leaf
from property_service.repairs.permitted_acts import require
from property_service.repairs.roles import is_technician_only, teams_of
from property_service.repairs.staff_acts import DOCTYPE, locked

MOST_PHOTOS = 30
PHOTO_KINDS = ("report", "work", "consent")


def _answer(doc: Any) -> dict[str, Any]:
    return {"name": doc.name, "status": doc.status, "stage": doc.stage, "modified": str(doc.modified)}


@endpoint()
def accept(name: str, category: str | None = None, priority: str | None = None, team: str | None = None) -> dict:
    """Take on a new request; returns {name, status, stage, modified}, as all acts do."""
    return _answer(staff_acts.accept(locked(name), category, priority, team))


@endpoint()
def reject(name: str, reason: str) -> dict:
    """Refuse a new request, with the reason the resident reads."""
    return _answer(staff_acts.end(locked(name), "reject", lifecycle.REJECTED, reason))


@endpoint()
def refer(name: str, to: str, reason: str = "") -> dict:
    """Pass a request on to a utility or the developer; it is followed up."""
    return _answer(staff_acts.refer(locked(name), to, reason))


@endpoint()
def cancel(name: str, reason: str) -> dict:
    """Withdraw a request, with the reason."""
    return _answer(staff_acts.end(locked(name), "cancel", lifecycle.CANCELLED, reason))


@endpoint()
def dispatch(name: str, team: str | None = None, user: str | None = None) -> dict:
    """Send a request to a team, to a member, or to whom the routing finds."""
    return _answer(staff_acts.dispatch(locked(name), team, user))


@endpoint()
def take(name: str) -> dict:
    """Take one's own job or one of the pool; 409 where somebody else was faster."""
    return _answer(staff_acts.take(name))


@endpoint()
def arrive(name: str) -> dict:
    """Note the arrival; a charged job then waits for its quote, any other is in progress."""
    return _answer(staff_acts.arrive(locked(name)))


@endpoint()
def hold(name: str, reason: str, remark: str = "", customer: bool = False) -> dict:
    """Let the work rest; `customer`: another reason of the customer's own, so that the clock stands."""
    return _answer(staff_acts.hold(locked(name), reason, remark, customer))


@endpoint()
def resume(name: str) -> dict:
    """Go on with work that rested."""
    return _answer(staff_acts.resume(locked(name)))


@endpoint()
def quote(name: str, amount: float, text: str) -> dict:
    """Put a price (yuan) before the customer."""
    return _answer(staff_acts.quote(locked(name), amount, text))


@endpoint()
def consent(name: str, by: str, note: str = "", agreed: bool = True, amount: float | None = None) -> dict:
    """Note the customer's answer to the quote; `by` is Signature, Code or Phone.

    `amount` is the price (yuan) shown to the customer: 409 where he agreed to it and another one is asked by now.
    """
    return _answer(staff_acts.consent(locked(name), by, note, agreed, amount))


@endpoint()
def hand_back(name: str, reason: str) -> dict:
    """Give a job of the pool or the turn back; it is dispatched anew."""
    return _answer(staff_acts.hand_back(locked(name), reason))


@endpoint()
def transfer(name: str, user: str, reason: str) -> dict:
    """The leader gives a job to somebody else; "Wrongly Dispatched" as the reason is counted."""
    return _answer(staff_acts.transfer(locked(name), user, reason))


@endpoint()
def finish(
    name: str,
    work_done: str,
    materials: list | None = None,
    labour_hours: float | None = None,
    labour_grade: str | None = None,
) -> dict:
    """Report the work: materials are rows {item_name, qty, uom, rate, from_stock}; amounts are worked out by the price list."""
    doc = staff_acts.finish(locked(name), work_done, materials, labour_hours, labour_grade)
    return {**_answer(doc), "total_amount": doc.total_amount}


@endpoint()
def solve_on_phone(name: str, work_done: str) -> dict:
    """Helped by word alone: accepted, then completed."""
    return _answer(staff_acts.solve_on_phone(locked(name), work_done))


@endpoint()
def reopen(name: str, reason: str) -> dict:
    """Work that is not right yet: again from the dispatch, with a deadline of its own."""
    return _answer(staff_acts.end(locked(name), "reopen", lifecycle.REOPENED, reason))


@endpoint()
def close(name: str) -> dict:
    """End a referred request, or (the manager) a finished one."""
    return _answer(staff_acts.close(locked(name)))


@endpoint()
def warranty_step(
    name: str,
    step: str,
    on_date: date | None = None,
    remark: str = "",
    responsibility: str | None = None,
    contractor: str | None = None,
) -> dict:
    """Log a step of a warranty case; "Responsibility Fixed" names who is responsible and the contractor."""
    doc = staff_acts.warranty_step(locked(name), step, on_date, remark, responsibility, contractor)
    return {**_answer(doc), "warranty_status": doc.warranty_status}


@endpoint()
def set_payment(name: str, status: str, note: str = "") -> dict:
    """Note the payment beside the work: Unpaid, Paid, To Next Bill, Waived."""
    return _answer(staff_acts.set_payment(locked(name), status, note))


@endpoint()
def confirm_incident(name: str, belongs: bool = True) -> dict:
    """Confirm that a request belongs to the incident it was joined to, or take it out."""
    return _answer(staff_acts.confirm_incident(locked(name), belongs))


@endpoint()
def attach_photo(name: str, kind: str = "work") -> dict:
    """Add the picture sent as multipart field `file`; returns {file}."""
    doc = locked(name)
    require(doc, "attach_photo")
    if kind not in PHOTO_KINDS:
        frappe.throw(_("Please send a photo of the report, the work or the consent."), InputRefused)
    sent = sent_photo("file")
    if sent is None:
        frappe.throw(_("Please choose a photo."), InputRefused)
    if len(reading.photos(name)) >= MOST_PHOTOS:
        frappe.throw(_("A request can have at most {0} photos.").format(MOST_PHOTOS), InputRefused)
    file = store_photo(sent, DOCTYPE, name, kind)
    course.log_step(doc, course.PHOTO, reason=kind)
    return {"file": file}


@endpoint(methods=("GET",))
def my_jobs() -> list:
    """Open jobs of the session's user, the most urgent first."""
    check_may(DOCTYPE, "read")
    return reading.my_jobs(frappe.session.user)


@endpoint(methods=("GET",))
def pool() -> list:
    """Jobs his teams offer to whoever takes them first."""
    check_may(DOCTYPE, "read")
    return reading.pool(frappe.session.user)


@endpoint(methods=("GET",))
def job(name: str) -> dict:
    """One request with its history, photos and `acts`, the names of the acts allowed now."""
    return reading.detail(_readable(name))


@endpoint(methods=("GET",))
def timeline(name: str) -> list:
    """The steps of a request, oldest first."""
    return course.steps_of(_readable(name).name)


@endpoint(methods=("GET",))
def similar(unit: str, category: str) -> dict:
    """Earlier requests of a room in a category, rework and warranty: the banners at intake."""
    frappe.get_doc("Property Unit", unit).check_permission("read")
    _staff_only()
    check_leaf(category)
    return reading.similar(unit, category)


@endpoint(methods=("GET",))
def price_items(text: str = "", community: str | None = None) -> list:
    """Items of the valid price list whose name holds the text."""
    check_may("Repair Price List", "read")
    return work_report.price_items(community, plain_text(text, _("Search"), 60))


@endpoint(methods=("GET",))
def team_load(team: str) -> list:
    """What each member of a team has in hand: rows {user, full_name, on_duty, cap, open_jobs, late_jobs, taken_today}."""
    doc = frappe.get_doc("Work Team", team)
    doc.check_permission("read")
    if is_technician_only() and team not in teams_of(frappe.session.user):
        frappe.throw(_("Only team members and the front desk can see this."), frappe.PermissionError)
    return load.of_members(doc)


@endpoint()
def set_on_duty(on: bool) -> dict:
    """The session's user begins or ends his duty in all his teams; jobs are given to those on duty only."""
    return {"on_duty": on, "teams": list(teams.set_duty(frappe.session.user, on))}


@endpoint()
def intake(
    category: str,
    description: str,
    unit: str | None = None,
    community: str | None = None,
    building: str | None = None,
    public_place: str | None = None,
    resident: str | None = None,
    reporter_name: str | None = None,
    reporter_phone: str | None = None,
    channel: str = "Phone",
    priority: str | None = None,
    anonymous: bool = False,
    wished_from: datetime | None = None,
    wished_to: datetime | None = None,
    incident: str | None = None,
    accept_now: bool = True,
) -> dict:
    """Take a call at the desk: who, where, what, category. Accepted at once unless `accept_now` is false."""
    values = {key: value for key, value in locals().items() if key != "accept_now"}
    return desk_intake.take_call(values, accept_now)


def _readable(name: str) -> Any:
    doc = frappe.get_doc(DOCTYPE, name)
    doc.check_permission("read")
    _staff_only()
    return doc


def _staff_only() -> None:
    if frappe.get_cached_value("User", frappe.session.user, "user_type") == "Website User":
        frappe.throw(_("This page is for staff."), frappe.PermissionError)
