"""Recording a point of a round: proof of place, time, answers, photo, finding; all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, flt, get_datetime, get_fullname

from property_service.patrol import closing, tasks
from property_service.patrol import point_results as rules
from property_service.patrol.checklists import CHECKLIST, questions_of
from property_service.patrol.finding_settings import fastest_pace
from property_service.patrol.findings import FindingOrder, raise_finding
from property_service.patrol.plans import point_of
from property_service.patrol.point_results import Judged, Position
from property_service.patrol.typed_codes import same_code
from property_service.property_service import access_codes
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.locks import run_locked
from property_service.property_service.photos import store_photo
from property_service.property_service.service_clock import local, site_now, to_aware, to_site
from property_service.property_service.tries import BY_MONTH, Tries

CLIENT_KEY = re.compile(r"[0-9a-fA-F-]{32,36}")
SCANNED, TYPED = "Scanned", "Typed"
WRONG_CODES_AN_HOUR = 10
# Before that a round is not early but another one.
EARLIEST = timedelta(hours=2)
TITLE_LENGTH = 140


@dataclass(frozen=True, slots=True)
class Found:
    """What the patroller says of a finding; `fixed_note` not empty: put right on the spot."""

    title: str = ""
    severity: str = "Normal"
    description: str = ""
    fixed_note: str = ""
    fixed_photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class RecordOrder:
    """A point as a phone sends it. Times as in `point_results.device_moment`; photos as they were sent.

    `client_key` is a UUID of the device: the same one again brings the same record. `answers` by the name of the question.
    """

    task: str
    checkpoint: str
    client_key: str
    device_time: datetime
    device_now: datetime | None = None
    token: str = ""
    typed_code: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    position: Position | None = None
    note: str = ""
    photo: bytes | None = None
    found: Found | None = None


def record(order: RecordOrder, user: str) -> dict[str, Any]:
    """Record a point as `user`; returns {name, task, checkpoint, result, is_too_fast, finding, status, points_done}.

    Raises InputRefused and RuleError for what cannot be, NotAllowedNow where the round is not his, over or cancelled, or the point
    is not its turn. The caller has judged that the user may see the round.
    """
    if not CLIENT_KEY.fullmatch(order.client_key):
        frappe.throw(_("This record has no key of its device. Please reload the page."), InputRefused)
    task = _locked_task(order.task)
    known = frappe.db.get_value(
        tasks.RECORD, {"client_key": order.client_key}, ["name", "task", "patroller"], as_dict=True
    )
    if known:
        if (known.task, known.patroller) != (task.name, user):
            frappe.throw(_("This record was sent already for another round."), NotAllowedNow)
        return _answer(known.name)
    _check_task(task, user)
    points = _points_of(task.route)
    point = next((row for row in points if row.checkpoint == order.checkpoint), None)
    if not point:
        frappe.throw(_("This checkpoint is not on your round. Look at the list of its points."), NotAllowedNow)
    by_code = _proof_of_place(order, point, user)
    received = to_aware(site_now())
    moment, ahead = rules.device_moment(
        to_aware(order.device_time), order.device_now and to_aware(order.device_now), received
    )
    result = _result_of(task, point, moment)
    others = _records_of(task.name)
    _check_turn(task, points, point, others)
    judged = _judge(order, point, moment)
    doc = frappe.new_doc(tasks.RECORD)
    doc.update(
        {
            "title": point.checkpoint_name,
            "task": task.name,
            "checkpoint": point.checkpoint,
            "point_no": point.idx,
            "community": task.community,
            "patroller": user,
            "result": result,
            "recorded_at": to_site(moment),
            "received_at": to_site(received),
            "device_time": to_site(to_aware(order.device_time)),
            "clock_off": round(ahead / timedelta(minutes=1)) if abs(ahead) >= rules.CLOCK_OFF else 0,
            "by_code": by_code,
            "is_abnormal": int(any(each.is_abnormal for each in judged)),
            "is_too_fast": int(_too_fast(order, point, points, others, moment)),
            "note": order.note or None,
            "latitude": order.position and order.position.latitude,
            "longitude": order.position and order.position.longitude,
            "accuracy": order.position and order.position.accuracy,
            "client_key": order.client_key,
            "point_key": closing.point_key(task.name, point.checkpoint),
            "answers": [
                {
                    "question": each.question.text,
                    "answer": each.answer,
                    "measure": each.question.measure,
                    "is_abnormal": int(each.is_abnormal),
                }
                for each in judged
            ],
        }
    )
    _insert(doc, order, judged, point, user)
    closing.recount([task.name], over=task.status not in tasks.OPEN)
    return _answer(doc.name)


def _locked_task(name: str) -> Any:
    table = frappe.qb.DocType(tasks.TASK)
    rows = run_locked(frappe.qb.from_(table).select(table.star).where(table.name == name), as_dict=True)
    if not rows:
        frappe.throw(_("This round is not there any more. Please refresh the list of your rounds."), NotAllowedNow)
    return rows[0]


def _check_task(task: Any, user: str) -> None:
    if task.status == tasks.CANCELLED:
        frappe.throw(_("This round was cancelled. Ask your team leader if you walked it all the same."), NotAllowedNow)
    if task.assigned_to != user:
        frappe.throw(
            _("This round is {0}'s. Ask your team leader to give it to you.").format(
                frappe.utils.escape_html(get_fullname(task.assigned_to))
            ),
            NotAllowedNow,
        )


def _points_of(route: str) -> list[Any]:
    row, point = frappe.qb.DocType("Patrol Route Point"), frappe.qb.DocType("Patrol Checkpoint")
    road = frappe.qb.DocType("Patrol Route")
    return (
        frappe.qb.from_(row)
        .join(point)
        .on(point.name == row.checkpoint)
        .join(road)
        .on(road.name == row.parent)
        .select(row.idx, row.checkpoint, row.from_minute, row.until_minute)
        .select(row.checklist, point.checklist.as_("own_checklist"))
        .select(row.photo_required, point.photo_required.as_("own_photo_required"))
        .select(point.checkpoint_name, point.building, point.entrance, point.place, point.typed_code)
        .select(point.latitude, point.longitude, road.order_counts)
        .where(row.parent == route)
        .where(row.parenttype == "Patrol Route")
        .orderby(row.idx)
        .run(as_dict=True)
    )


def _records_of(task: str) -> list[Any]:
    return frappe.get_all(
        tasks.RECORD,
        {"task": task},
        ["name", "checkpoint", "result", "recorded_at", "latitude", "longitude", "accuracy"],
        order_by="recorded_at asc, name asc",
    )


def _proof_of_place(order: RecordOrder, point: Any, user: str) -> str:
    """Scanned or Typed; refused where the label is not the one that hangs at this very checkpoint."""
    if order.token:
        code = access_codes.find(order.token)
        here = code and code.kind == "Checkpoint" and code.reference_name == point.checkpoint
        if not here:
            frappe.throw(
                _("This label is not that of {0}. Scan the label that hangs there, or ask for a new one.").format(
                    frappe.utils.escape_html(point.checkpoint_name)
                ),
                InputRefused,
            )
        return SCANNED
    # The phone's hint leaves few enough values to try them all here.
    tries = Tries(BY_MONTH, typed_code=(user, WRONG_CODES_AN_HOUR))
    tries.count()
    if not same_code(order.typed_code, point.typed_code):
        frappe.throw(
            _("This is not the code of {0}. Type the eight characters under its QR code.").format(
                frappe.utils.escape_html(point.checkpoint_name)
            ),
            InputRefused,
        )
    tries.give_back()
    return TYPED


def _result_of(task: Any, point: Any, moment: datetime) -> str:
    starts_at, closes_at = to_aware(task.starts_at), to_aware(task.closes_at)
    window = rules.window_of(point_of(point), starts_at, cint(task.minutes_early), cint(task.minutes_late))
    result = rules.result(moment, window, closes_at)
    if result == rules.MISSED:
        frappe.throw(
            _("This round was over at {0}; the point counts as missed.").format(_clock(task, closes_at)), NotAllowedNow
        )
    if moment < starts_at - max(EARLIEST, timedelta(minutes=cint(task.minutes_early))):
        frappe.throw(_("This round begins at {0}. Come back then.").format(_clock(task, starts_at)), NotAllowedNow)
    return result


def _clock(task: Any, moment: datetime) -> str:
    return f"{local(task.community, to_site(moment)):%Y-%m-%d %H:%M}"


def _check_turn(task: Any, points: Sequence[Any], point: Any, others: Sequence[Any]) -> None:
    done = {row.checkpoint for row in others if row.result != rules.MISSED}
    if point.checkpoint in done:
        frappe.throw(
            _("{0} is recorded already for this round.").format(frappe.utils.escape_html(point.checkpoint_name)),
            NotAllowedNow,
        )
    if cint(point.order_counts):
        numbers = {row.checkpoint: row.idx for row in points}
        rules.check_turn(point.idx, numbers.values(), {numbers[name] for name in done if name in numbers})


def _judge(order: RecordOrder, point: Any, moment: datetime) -> list[Judged]:
    checklist = point.checklist or point.own_checklist
    questions = questions_of(checklist)
    # Whoever answered before the checklist changed did not see the new questions.
    known_then = not questions or (
        to_aware(frappe.get_cached_doc(CHECKLIST, checklist).modified).replace(microsecond=0) <= moment
    )
    judged = rules.judge(questions, order.answers, known_then)
    if not order.photo:
        if cint(point.photo_required) or cint(point.own_photo_required):
            frappe.throw(
                _("{0} needs a photo. Please take one.").format(frappe.utils.escape_html(point.checkpoint_name)),
                InputRefused,
            )
        missing = next((each for each in judged if each.needs_photo), None)
        if missing:
            frappe.throw(
                _("{0}: {1} is not normal and needs a photo. Please take one.").format(
                    frappe.utils.escape_html(missing.question.text), frappe.utils.escape_html(missing.answer)
                ),
                InputRefused,
            )
    return judged


def _too_fast(order: RecordOrder, point: Any, points: Sequence[Any], others: Sequence[Any], moment: datetime) -> bool:
    """Whether nobody gets here from the record before, or from here to the one after."""
    stood = {row.checkpoint: row for row in points}
    here, fastest = _place_of(point, order.position), fastest_pace()
    walked = [
        ((moment - to_aware(row.recorded_at)).total_seconds(), row) for row in others if row.result != rules.MISSED
    ]
    before = [pair for pair in walked if pair[0] >= 0]
    after = [pair for pair in walked if pair[0] < 0]
    nearest = [min(before, key=lambda pair: pair[0], default=None), max(after, key=lambda pair: pair[0], default=None)]
    return any(
        rules.is_too_fast(here, _place_of(stood.get(row.checkpoint), _position_of(row)), seconds, fastest)
        for seconds, row in filter(None, nearest)
    )


def _place_of(point: Any, position: Position | None) -> Position | None:
    """Where the label hangs, else where the phone was."""
    if point and (flt(point.latitude) or flt(point.longitude)):
        return Position(flt(point.latitude), flt(point.longitude))
    return position


def _position_of(row: Any) -> Position | None:
    if not (flt(row.latitude) or flt(row.longitude)):
        return None
    return Position(flt(row.latitude), flt(row.longitude), flt(row.accuracy))


def _insert(doc: Any, order: RecordOrder, judged: Sequence[Judged], point: Any, user: str) -> None:
    """Store the record, its photo, and the finding that goes with it."""
    frappe.db.delete(tasks.RECORD, {"point_key": doc.point_key, "result": rules.MISSED})
    doc.flags.by_rules = True
    # Everything it names was read a moment ago from the round, which is locked.
    doc.flags.ignore_links = True
    try:
        # Nobody may write records by hand; whose round it is was judged.
        doc.insert(ignore_permissions=True)
    except (frappe.UniqueValidationError, frappe.DuplicateEntryError) as error:
        # Sent twice at once: begun again, the first one is found.
        raise frappe.QueryDeadlockError(error) from error
    abnormal = [each for each in judged if each.is_abnormal]
    if abnormal or order.found:
        finding = raise_finding(_finding_order(doc, order, abnormal, point), user)
        doc.db_set({"finding": finding.name, "photo": finding.photo}, update_modified=False)
    elif order.photo:
        url = frappe.db.get_value("File", store_photo(order.photo, tasks.RECORD, doc.name, "patrol"), "file_url")
        doc.db_set("photo", url, update_modified=False)


def _finding_order(doc: Any, order: RecordOrder, abnormal: Sequence[Judged], point: Any) -> FindingOrder:
    found = order.found or Found()
    said = "; ".join(f"{each.question.text}: {each.answer} {each.question.measure}".strip() for each in abnormal)
    words = found.title or said or point.checkpoint_name
    return FindingOrder(
        community=doc.community,
        title=words[:TITLE_LENGTH],
        severity=found.severity,
        description="\n".join(filter(None, (found.description, said if found.title else "", order.note))),
        source="Patrol",
        reference=(tasks.RECORD, doc.name),
        building=point.building or "",
        entrance=point.entrance or "",
        checkpoint=point.checkpoint,
        place=point.place or point.checkpoint_name,
        photo=order.photo,
        fixed_note=found.fixed_note,
        fixed_photo=found.fixed_photo,
        found_at=get_datetime(doc.recorded_at),
        client_key=order.client_key,
    )


def _answer(name: str) -> dict[str, Any]:
    row, task = frappe.qb.DocType(tasks.RECORD), frappe.qb.DocType(tasks.TASK)
    (found,) = (
        frappe.qb.from_(row)
        .join(task)
        .on(task.name == row.task)
        .select(row.name, row.task, row.checkpoint, row.result, row.is_too_fast, row.finding)
        .select(task.status, task.points_done)
        .where(row.name == name)
        .run(as_dict=True)
    )
    return dict(found)
