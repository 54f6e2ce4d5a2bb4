"""A repair in warranty: survey, whose responsibility, the order to the developer's contractor, letters, the owner's signature.

The contractor has no sign-in: the desk logs each step, in an order that makes sense, and the resident is told.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, formatdate, getdate

from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rule_error import mark
from property_service.property_service.service_clock import local_day, site_now
from property_service.property_service.stages import VOID
from property_service.repairs import intake, letters, timeline

SURVEY, RESPONSIBILITY, ORDERED = mark("Site Survey"), mark("Responsibility Fixed"), mark("Ordered")
APPOINTMENT, REMINDED, THIRD_PARTY = mark("Appointment Made"), mark("Reminded"), mark("Third Party")
FIXED, SIGNED = mark("Fixed"), mark("Owner Signed")
STEPS = (SURVEY, RESPONSIBILITY, ORDERED, APPOINTMENT, REMINDED, THIRD_PARTY, FIXED, SIGNED)
OURS, DEVELOPER, OWNER = "Ours", "Developer", "Owner"
RESPONSIBLE = (OURS, DEVELOPER, OWNER)
LETTERS_BEFORE_THIRD_PARTY = 2

FOLLOWING: dict[str, tuple[str, ...]] = {
    "": (SURVEY,),
    SURVEY: (RESPONSIBILITY,),
    RESPONSIBILITY: (ORDERED,),
    ORDERED: (APPOINTMENT, REMINDED, FIXED),
    APPOINTMENT: (APPOINTMENT, REMINDED, FIXED),
    REMINDED: (APPOINTMENT, REMINDED, THIRD_PARTY, FIXED),
    THIRD_PARTY: (APPOINTMENT, FIXED),
    FIXED: (SIGNED,),
    SIGNED: (),
}
OPEN_STATES = ("Accepted", "Dispatched", "Taken", "In Progress", "On Hold", "Reopened")
FINISHABLE = ("Accepted", "Dispatched", "Taken", "In Progress")


def next_steps(doc: Document) -> list[str]:
    """The steps that may be logged now; none where the repair is not in warranty or nobody has accepted it."""
    if not cint(doc.is_warranty) or doc.stage == VOID or doc.status in ("New", "Referred"):
        return []
    following = FOLLOWING.get(doc.warranty_status or "", ())
    if doc.responsibility == OURS:
        # Our own people repair it on the usual way; the owner signs at the end.
        following = (SIGNED,) if doc.finished_at and doc.warranty_status != SIGNED else ()
        if doc.warranty_status in (None, "", SURVEY):
            following = FOLLOWING[doc.warranty_status or ""]
    letters_sent = cint(doc.reminder_letters)
    return [
        step
        for step in following
        if not (step == REMINDED and letters_sent >= LETTERS_BEFORE_THIRD_PARTY)
        and not (step == THIRD_PARTY and letters_sent < LETTERS_BEFORE_THIRD_PARTY)
        and not (step in (ORDERED, APPOINTMENT, REMINDED, THIRD_PARTY) and doc.status not in OPEN_STATES)
        and not (step == FIXED and doc.status not in FINISHABLE)
    ]


def log(
    doc: Document,
    step: str,
    on_date: date | None = None,
    remark: str = "",
    responsibility: str | None = None,
    contractor: str | None = None,
) -> str | None:
    """Put a step on record and set what it changes; returns the state the request then goes to, if any.

    `responsibility` (Ours, Developer, Owner) and `contractor` belong to "Responsibility Fixed". Nothing is saved here.
    Raises InputRefused and NotAllowedNow.
    """
    if step not in STEPS:
        _refuse(_("Please choose a step: {0}.").format(", ".join(map(_, STEPS))))
    allowed = next_steps(doc)
    if step not in allowed:
        frappe.throw(
            _("{0} cannot follow here. Possible now: {1}.").format(
                frappe.bold(_(step)), ", ".join(map(_, allowed)) or _("nothing")
            ),
            NotAllowedNow,
        )
    remark = plain_text(remark, _("Remark"), 1000)
    day = _day(doc, on_date)
    doc.append("warranty_steps", {"step": step, "on_date": day, "remark": remark or None})
    doc.warranty_status = step
    to_state = _effect(doc, step, day, remark, responsibility, contractor)
    doc.flags.warranty_told = (step, remark)
    return to_state


def tell(doc: Document) -> None:
    """After the save: the step in the log, and the resident told of it."""
    step, remark = doc.flags.warranty_told
    timeline.log_step(doc, timeline.WARRANTY_STEP, reason=step, note=remark or None)
    if step == FIXED:
        return  # the letter of the finished repair says it
    event = "contractor" if step == APPOINTMENT else "warranty"
    who = (doc.contractor or doc.team or "") if step == APPOINTMENT else step
    letters.write(doc, event, key=str(len(doc.warranty_steps)), who=who, reason=remark)


def _effect(
    doc: Document, step: str, day: date, remark: str, responsibility: str | None, contractor: str | None
) -> str | None:
    if step == RESPONSIBILITY:
        _settle_responsibility(doc, responsibility, contractor)
    elif step == ORDERED:
        if not (doc.contractor or doc.team):
            _refuse(_("Please name the contractor the order goes to."))
        return "Dispatched" if doc.status in ("Accepted", "Reopened") else None
    elif step == APPOINTMENT:
        if not remark:
            _refuse(_("Please write when the contractor will come; the resident will see it."))
        return "Taken" if doc.status == "Dispatched" else None
    elif step == REMINDED:
        doc.reminder_letters = cint(doc.reminder_letters) + 1
    elif step == FIXED:
        doc.work_done = remark or doc.work_done
        if not doc.work_done:
            _refuse(_("Please write what the contractor has done."))
        return "Completed"
    elif step == SIGNED:
        doc.owner_signed_on = day
        doc.confirmed_at = site_now()
    return None


def _settle_responsibility(doc: Document, responsibility: str | None, contractor: str | None) -> None:
    if responsibility not in RESPONSIBLE:
        _refuse(_("Please choose who is responsible: {0}.").format(", ".join(map(_, RESPONSIBLE))))
    doc.responsibility = responsibility
    doc.contractor = plain_text(contractor, _("Contractor"), 140) or doc.contractor
    if responsibility == DEVELOPER and not doc.contractor:
        _refuse(_("Please name the developer's contractor the order goes to."))
    if responsibility == OWNER:
        # His own damage or renovation: the repair is no longer free.
        doc.is_warranty = 0
        doc.is_chargeable = cint(frappe.get_cached_value("Repair Category", doc.category, "is_chargeable"))
        intake.set_payment(doc)


def _day(doc: Document, on_date: date | None) -> date:
    today = local_day(doc.community)
    day = getdate(on_date) if on_date else today
    if day > today:
        _refuse(_("A step is logged once it is done. {0} is in the future.").format(formatdate(day)))
    last = max((getdate(row.on_date) for row in doc.warranty_steps), default=None)
    if last and day < last:
        _refuse(_("The step before was on {0}. Please choose that day or a later one.").format(formatdate(last)))
    return day


def _refuse(sentence: str) -> None:
    frappe.throw(sentence, InputRefused)
