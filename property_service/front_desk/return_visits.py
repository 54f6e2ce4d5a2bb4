"""Return visits: planned by the rooms above, made by people who did not do the work, recorded once.

A visit closed by the system is never a visit: it keeps a status of its own and no visitor.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_time

from property_service.front_desk import visit_rules
from property_service.front_desk.households import plain_phone
from property_service.front_desk.visit_rules import Attempt
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.rule_error import RuleError
from property_service.property_service.scope import may_see_community
from property_service.property_service.service_clock import site_now, to_aware, to_site, zone_of
from property_service.property_service.working_time import Calendar

DUE, REACHED, UNREACHABLE, DECLINED = "Due", "Reached", "Unreachable", "Declined"
CANCELLED, CLOSED_BY_SYSTEM = "Cancelled", "Closed by System"
ANSWERS = ("Satisfied", "Fairly Satisfied", "Dissatisfied")
DISSATISFIED_REASONS = visit_rules.DISSATISFIED_REASONS
CHANNELS = ("Phone", "On Site", "WeChat")
SUPERVISORS = frozenset({"Property Manager", "Property Team Leader"})
VISITORS = SUPERVISORS | {"Property Front Desk"}
LONGEST_REMARK, LONGEST_NOTE = 1000, 140
SWEEP = 200


def plan_visit(
    kind: str,
    reference_doctype: str | None,
    reference_name: str | None,
    community: str,
    unit: str | None,
    resident: str | None,
    contact_name: str | None,
    contact_phone: str | None,
    doer: str | None,
    reason: str,
    due_at: datetime,
    on_site_recheck: bool = False,
    not_before: datetime | None = None,
    supervisor_only: bool = False,
    team: str | None = None,
    topic: str | None = None,
    occasion: int | None = None,
    place: str | None = None,
    kept_from: str | None = None,
) -> str:
    """Plan one visit and return its name; the same call again returns the visit planned before.

    `kind` and `reason` are those of the DocType, `due_at` and `not_before` site time. `team` and `topic` (for example
    the category of the repair) are kept for the monthly report, `place` says where it is without a unit, `kept_from`
    is the person complained of, who neither sees nor makes the visit. The same is:
    reference, reason and `occasion`, which is how often the reference was reopened; left out, it is read from the
    reference's own `reopened_count`. A cancelled visit does not stand in the way of a new one.
    """
    key = _plan_key(reference_doctype, reference_name, reason, occasion)
    planned = key and frappe.db.get_value("Return Visit", {"plan_key": key}, "name")
    if planned:
        return planned
    doc = frappe.get_doc(
        {
            "doctype": "Return Visit",
            "visit_kind": kind,
            "reference_doctype": reference_doctype,
            "reference_name": reference_name,
            "community": community,
            "unit": unit,
            "place": place,
            "resident": resident,
            "contact_name": contact_name,
            "contact_phone": plain_phone(contact_phone) or None,
            "doer": doer,
            "kept_from": kept_from,
            "team": team,
            "topic": topic,
            "reason": reason,
            "due_at": due_at,
            "not_before": not_before,
            "on_site_recheck": cint(on_site_recheck),
            "supervisor_only": cint(supervisor_only),
            "status": DUE,
            "plan_key": key,
        }
    )
    try:
        # Nobody plans visits by hand; whoever finished the work need not be allowed to see them.
        return doc.insert(ignore_permissions=True).name
    except frappe.UniqueValidationError:
        frappe.clear_last_message()
        return frappe.db.get_value("Return Visit", {"plan_key": key}, "name", for_update=True)


def record_attempt(
    visit: str,
    channel: str,
    reached: bool,
    result: str | None = None,
    dissatisfied_reason: str | None = None,
    remark: str = "",
    note: str = "",
    at: datetime | None = None,
) -> Document:
    """Record an attempt of the session's user, with the result if there is one; returns the saved visit.

    Not reached for the set number of times on as many days, the visit ends as Unreachable. On an end the rooms
    above are told (`property_service_visit_result`) in this transaction. `at` (site time) is for records taken over from
    elsewhere; people's own attempts are made now.
    Raises InputRefused, NotAllowedNow and PermissionError, each with a sentence.
    """
    doc = frappe.get_doc("Return Visit", visit, for_update=True)
    moment = at or site_now()
    hours = calling_hours(doc.community)
    check_visitor(doc)
    _check_input(doc, channel, reached, result, dissatisfied_reason, remark, note)
    _check_moment(doc, hours, channel, reached, moment)
    visitor = frappe.session.user
    doc.append(
        "attempts",
        {
            "attempted_at": moment,
            "channel": channel,
            "reached": cint(reached),
            "visitor": visitor,
            "note": note or None,
        },
    )
    doc.attempt_count = len(doc.attempts)
    if reached and result:
        _finish(doc, result, visitor, moment)
        doc.dissatisfied_reason, doc.remark = dissatisfied_reason or None, remark or None
    elif not reached:
        again = visit_rules.next_attempt(_failed(doc), to_aware(moment), hours, _settings("visit_attempts", 3))
        if again:
            doc.next_attempt_at = to_site(again)
        else:
            _finish(doc, UNREACHABLE, visitor, moment)
            doc.remark = remark or None
    _save(doc)
    if doc.result:
        _tell(doc)
    return doc


def cancel_visits(reference_doctype: str, reference_name: str, because: str = "", but: str | None = None) -> list[str]:
    """Cancel the due visits of a document that needs none any more, those of the reason `but` excepted.

    Returns their names. They count nowhere.
    """
    about = {"reference_doctype": reference_doctype, "reference_name": reference_name, "status": DUE}
    if but:
        about["reason"] = ("!=", but)
    names = frappe.get_all("Return Visit", about, pluck="name", order_by="name asc")
    for visit in _still_due(names):
        visit.plan_key = None
        _end(visit, CANCELLED, because)
    return names


def close_overdue() -> int:
    """Scheduler: close the visits that nobody finished within the set days after they were due; returns how many.

    They stay counted as due and never as visited. The rooms above are told, for what waits for the visit. One that cannot
    be closed is logged and left, and the others go on.
    """
    days = cint(_settings("visit_close_days", 0))
    if not days:
        return 0
    late = {"status": DUE, "due_at": ["<", site_now() - timedelta(days=days)]}
    names = frappe.get_all("Return Visit", late, pluck="name", order_by="due_at asc, name asc", limit=SWEEP)
    closed = 0
    for visit in _still_due(names):
        frappe.db.savepoint("close_overdue")
        try:
            _end(visit, CLOSED_BY_SYSTEM)
            _tell(visit)
        except Exception:
            frappe.db.rollback(save_point="close_overdue")
            frappe.log_error(title=f"Return Visit {visit.name} is not closed")
            continue
        closed += 1
    return closed


def reassign(visit: str, user: str | None) -> Document:
    """Say who is to make a visit (None: whoever is free). By a leader or manager; refused for the doer of the work."""
    doc = frappe.get_doc("Return Visit", visit, for_update=True)
    if not SUPERVISORS & set(frappe.get_roles()) or not may_see_community(doc.community):
        frappe.throw(
            _("Only a team leader or the manager can reassign visits. Please ask one of them."),
            frappe.PermissionError,
        )
    doc.check_permission("read")
    _check_due(doc)
    if user:
        why_not = why_not_visitor(doc, user)
        if why_not or not frappe.db.get_value("User", user, "enabled"):
            frappe.throw(why_not or _("{0} no longer works here. Choose somebody else.").format(user), InputRefused)
    doc.assigned_to = user
    return _save(doc)


def why_not_visitor(visit: Document | dict, user: str | None = None) -> str | None:
    """The sentence why this user may not make this visit; None where he may.

    Needs of the visit: doer, kept_from, supervisor_only, community, assigned_to.
    """
    user = user or frappe.session.user
    roles = set(frappe.get_roles(user))
    if not roles & VISITORS or not may_see_community(visit.get("community"), user):
        return _("Return visits are made by the front desk, team leaders and the manager of the community.")
    if visit.get("kept_from") == user:
        return _("This visit is not yours to make. Please leave it to a colleague.")
    if not visit_rules.may_visit(user, visit.get("doer") or None):
        return _("Whoever did the work may not make the visit. Please leave it to a colleague.")
    if not visit_rules.may_visit(user, None, bool(visit.get("supervisor_only")), bool(roles & SUPERVISORS)):
        return _(
            "After a dissatisfied visit, the next one is made by a team leader or the manager. Please tell one of them."
        )
    return None


def check_visitor(visit: Document) -> None:
    """Refuse the session's user where he may not make this visit. Raises PermissionError."""
    why_not = why_not_visitor(visit)
    if why_not:
        frappe.throw(why_not, frappe.PermissionError)


def calling_hours(community: str) -> Calendar:
    """The hours of calls (settings) on the clock of a community. Raises InputRefused where they make no sense."""
    standard = {"morning_from": time(9), "morning_to": time(12), "afternoon_from": time(14), "afternoon_to": time(20)}
    clock = {name: _clock_time(f"visit_{name}", value) for name, value in standard.items()}
    try:
        return visit_rules.call_hours(
            zone_of(community),
            (clock["morning_from"], clock["morning_to"]),
            (clock["afternoon_from"], clock["afternoon_to"]),
        )
    except RuleError as error:
        frappe.throw(_(error.template).format(*error.params), InputRefused)


def _clock_time(fieldname: str, standard: time) -> time:
    value = _settings(fieldname)
    return standard if value is None else get_time(value)


def _settings(fieldname: str, default: int | None = None) -> int | str | None:
    value = frappe.get_cached_doc("Property Service Settings").get(fieldname)
    return default if value in (None, "") else value


def _plan_key(doctype: str | None, name: str | None, reason: str, occasion: int | None) -> str | None:
    if not doctype or not name:
        return None
    if occasion is None and frappe.get_meta(doctype).has_field("reopened_count"):
        occasion = cint(frappe.db.get_value(doctype, name, "reopened_count"))
    return f"{doctype}|{name}|{reason}|{occasion or 0}"


def _check_due(doc: Document) -> None:
    if doc.status != DUE:
        frappe.throw(
            _("{0} is already {1}. A result is recorded once; plan another visit if one is needed.").format(
                doc.name, frappe.bold(_(doc.status))
            ),
            NotAllowedNow,
        )


def _check_input(
    doc: Document,
    channel: str,
    reached: bool,
    result: str | None,
    dissatisfied_reason: str | None,
    remark: str,
    note: str,
) -> None:
    if channel not in CHANNELS:
        _refuse(_("Choose how contact was attempted: {0}.").format(", ".join(map(_, CHANNELS))))
    if doc.on_site_recheck and channel != "On Site":
        _refuse(_("This is an on-site recheck. Go there and record it as On Site."))
    if result and result not in (*ANSWERS, DECLINED):
        if result == UNREACHABLE:
            _refuse(
                _(
                    "Record each attempt as not reached. After the last one, the visit ends as Unreachable automatically."
                )
            )
        _refuse(_("Choose one of: {0}.").format(", ".join(map(_, (*ANSWERS, DECLINED)))))
    if result and not reached:
        _refuse(_("Nobody was reached, so there is no answer. Record the attempt alone, or mark it as reached."))
    if result == "Dissatisfied" and dissatisfied_reason not in DISSATISFIED_REASONS:
        _refuse(_("Why dissatisfied? Choose one of: {0}.").format(", ".join(map(_, DISSATISFIED_REASONS))))
    if dissatisfied_reason and result != "Dissatisfied":
        _refuse(_("A reason is given only for Dissatisfied. Leave it empty."))
    if dissatisfied_reason == "Beyond Our Duty" and not remark.strip():
        _refuse(_("Note in the remark how it was explained that this is beyond our duty."))
    if len(remark) > LONGEST_REMARK or len(note) > LONGEST_NOTE:
        _refuse(
            _("Please shorten: a remark has {0} characters at most, a note {1}.").format(LONGEST_REMARK, LONGEST_NOTE)
        )


def _check_moment(doc: Document, hours: Calendar, channel: str, reached: bool, moment: datetime) -> None:
    _check_due(doc)
    at = to_aware(moment)
    if doc.not_before and at < to_aware(doc.not_before):
        _not_now(_("This visit may be made from {0}. Please wait until then."), to_aware(doc.not_before), hours)
    callable_at = visit_rules.next_call_time(hours, at)
    if channel == "Phone" and callable_at > at:
        _not_now(_("Residents are not called at this hour. The next call may be made at {0}."), callable_at, hours)
    tried = {visit_rules.half_day(attempt.at, hours) for attempt in _failed(doc)}
    if not reached and visit_rules.half_day(at, hours) in tried:
        again = visit_rules.next_half_day(at, hours)
        _not_now(_("Already tried in this half of the day. Try again from {0}."), again, hours)


def _failed(doc: Document) -> list[Attempt]:
    return [Attempt(to_aware(row.attempted_at)) for row in doc.attempts if not row.reached]


def _not_now(sentence: str, moment: datetime, hours: Calendar) -> None:
    """Refuse with the next allowed time on the clock of the community."""
    here = moment.astimezone(ZoneInfo(hours.zone))
    frappe.throw(sentence.format(frappe.bold(f"{here:%Y-%m-%d %H:%M}")), NotAllowedNow)


def _refuse(sentence: str) -> None:
    frappe.throw(sentence, InputRefused)


def _finish(doc: Document, result: str, visitor: str, moment: datetime) -> None:
    doc.status = REACHED if result in ANSWERS else result
    doc.result, doc.visited_by, doc.visited_at, doc.next_attempt_at = result, visitor, moment, None


def _tell(doc: Document) -> None:
    """Let the rooms above act on the result; what they answer is kept as what followed."""
    answers = call_extensions("property_service_visit_result", visit=doc)
    followed = "; ".join(answer for answer in answers if isinstance(answer, str))
    if followed:
        doc.db_set("outcome", followed[:140])


def _still_due(names: list[str]) -> Iterator[Document]:
    for name in names:
        doc = frappe.get_doc("Return Visit", name, for_update=True)
        if doc.status == DUE:
            yield doc


def _end(doc: Document, status: str, because: str = "") -> None:
    doc.status, doc.outcome, doc.next_attempt_at = status, because[:140] or None, None
    _save(doc)


def _save(doc: Document) -> Document:
    doc.flags.by_the_rules = True
    try:
        # No role may write visits; who may record, reassign or end one was judged by the caller.
        return doc.save(ignore_permissions=True)
    finally:
        doc.flags.by_the_rules = doc.flags.ignore_permissions = None
