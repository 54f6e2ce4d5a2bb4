"""Patrols of the demo estate: checkpoints with labels, routes and plans as the desk enters them, two months of rounds in blocks."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import frappe
from frappe.utils import add_days

from property_service.patrol import closing, labels, tasks
from property_service.patrol import point_results as rules
from property_service.patrol.plans import point_of, schedule_of
from property_service.patrol.schedule import occurrences
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.service_clock import local_day, site_now, to_aware, to_site
from property_service.setup.demo import patrol_plan as paper
from property_service.setup.demo.cast import staff
from property_service.setup.demo.fee_books import insert
from property_service.setup.demo.patrol_plan import QuestionPlan, RoutePlan
from property_service.setup.demo.staff import BOTH

SEED = 20160931
AREAS = {"LH": "lake", "YQ": "cloud"}
# Of a hundred: rounds nobody walked, points left out, points that were late, answers outside their limits.
ROUNDS_MISSED, POINTS_MISSED, LATE, ABNORMAL = 2, 2, 6, 1
SKIPS = 5  # a round in so many has points left out
Row = dict[str, Any]


def make() -> None:
    """Everything of both communities up to now; rounds to come are made by the plans themselves."""
    make_checklists()
    for community in BOTH:
        points = make_checkpoints(community)
        for route in paper.ROUTES:
            walk(make_plan(community, route, points), route)


def make_checklists() -> None:
    """The checklists of both communities."""
    for name, questions in paper.CHECKLISTS.items():
        insert("Patrol Checklist", checklist_name=paper.PREFIX + name, items=[_item(one) for one in questions])


def _item(one: QuestionPlan) -> Row:
    if one.normal:
        choices = f"{one.normal}\n{one.other}"
        return {"question": one.text, "kind": "Single", "options": choices, "normal_options": one.normal, "required": 1}
    return {
        "question": one.text,
        "kind": "Number",
        "measure": one.measure,
        "required": 1,
        "has_lowest": int(one.lowest is not None),
        "lowest": one.lowest or 0,
        "has_highest": int(one.highest is not None),
        "highest": one.highest or 0,
    }


def make_checkpoints(community: str) -> dict[str, str]:
    """Place → checkpoint, each with its label on the wall."""
    found = {}
    for route in paper.ROUTES:
        for place, checklist in route.points:
            values = {"checkpoint_name": place, "place": place, "community": community, "enabled": 1}
            chosen = paper.PREFIX + checklist if checklist else None
            found[place] = insert("Patrol Checkpoint", checklist=chosen, **values).name
    labels.make_labels(list(found.values()))
    return found


def make_plan(community: str, route: RoutePlan, points: dict[str, str]) -> Any:
    """A route with its plan; the plan makes the rounds to come."""
    rows = [
        {"checkpoint": points[place], **_window(route, number)} for number, (place, _list) in enumerate(route.points)
    ]
    road = insert(
        "Patrol Route", route_name=route.name, community=community, route_kind=route.kind, enabled=1, points=rows
    )
    today = local_day(community)
    return insert(
        "Patrol Plan",
        plan_name=route.name,
        community=community,
        route=road.name,
        enabled=1,
        assigned_to=staff(route.patroller.format(AREAS[community])),
        substitute=staff(route.substitute) if route.substitute else None,
        days_ahead=3,
        frequency="Daily",
        every=1,
        holidays="As Usual",
        from_date=add_days(today, -paper.DAYS),
        to_date=add_days(today, 365),
        times=[{"start_time": begin} for begin in route.times],
        minutes_early=route.early,
        minutes_late=route.late,
        minutes_open=route.open,
    )


def _window(route: RoutePlan, number: int) -> Row:
    """When a point of a long round is to be reached, where the route says so."""
    if not route.own_windows:
        return {}
    at = number * route.pace
    return {"from_minute": max(at - route.own_windows, 0), "until_minute": at + route.own_windows}


def walk(plan: Any, route: RoutePlan) -> None:
    """The rounds of the past in blocks, as the plan and the phones would have made them."""
    random = Random(f"{SEED}|{plan.community}|{route.name}")  # noqa: S311  not a secret: the same rounds every time
    now, today = site_now(), local_day(plan.community)
    points = frappe.get_doc("Patrol Route", plan.route).points
    names = {
        row.checkpoint: frappe.db.get_value("Patrol Checkpoint", row.checkpoint, "checkpoint_name") for row in points
    }
    schedule = schedule_of(plan, plan.times, [])
    begun = [one for one in occurrences(schedule, add_days(today, -paper.DAYS), today) if to_site(one.starts_at) < now]
    rounds = [tasks.task_row(plan, one, tasks.occurrence_key(plan.name, one), route.name, len(points)) for one in begun]
    for row, name in zip(rounds, hash_names(len(rounds)), strict=True):
        row.update({"name": name, "creation": row["starts_at"] - timedelta(days=3)})
    insert_block(tasks.TASK, rounds)
    over = [row for row in rounds if row["closes_at"] < now]
    records, answers = [], []
    for row in over:
        for record, said in _records(row, plan, route, points, names, random):
            records.append(record)
            answers.append(said)
    for record, name in zip(records, hash_names(len(records)), strict=True):
        record["name"] = name
    insert_block(tasks.RECORD, records)
    told = [
        {**row, "parent": record["name"], "parenttype": tasks.RECORD, "parentfield": "answers", "idx": idx}
        for record, said in zip(records, answers, strict=True)
        for idx, row in enumerate(said, 1)
    ]
    insert_block(
        "Patrol Answer", ({**row, "name": name} for name, row in zip(hash_names(len(told)), told, strict=True))
    )
    closing.recount([row["name"] for row in over], over=True)


def _records(
    task: Row, plan: Any, route: RoutePlan, points: Any, names: dict[str, str], random: Random
) -> Iterator[tuple[Row, list[Row]]]:
    """The points of one round with their answers; what nobody recorded is missed at the close of the round."""
    nobody = random.randrange(100) < ROUNDS_MISSED
    hurried = random.randrange(SKIPS) == 0
    at = task["starts_at"] + timedelta(minutes=random.randrange(1, 6))
    for number, point in enumerate(points):
        window = rules.window_of(point_of(point), to_aware(task["starts_at"]), plan.minutes_early, plan.minutes_late)
        at = max(at, task["starts_at"] + timedelta(minutes=number * route.pace)) + timedelta(
            minutes=random.randrange(1, 4), seconds=random.randrange(60)
        )
        moment: datetime = at
        if random.randrange(100) < LATE:
            moment = to_site(window[1]) + timedelta(minutes=random.randrange(1, 9))
        missed = nobody or (hurried and random.randrange(100) < POINTS_MISSED * SKIPS)
        result = rules.result(to_aware(moment), window, to_aware(task["closes_at"]))
        record = {
            "title": names[point.checkpoint],
            "task": task["name"],
            "checkpoint": point.checkpoint,
            "point_no": point.idx,
            "community": plan.community,
            "patroller": task["assigned_to"],
            "point_key": closing.point_key(task["name"], point.checkpoint),
        }
        if missed or result == rules.MISSED:
            close = task["closes_at"]
            dates = {"recorded_at": close, "received_at": close, "creation": close, "modified": close}
            yield {**record, **dates, "result": rules.MISSED}, []
            continue
        said = [_answer(one, random) for one in paper.CHECKLISTS.get(route.points[number][1], ())]
        yield (
            {
                **record,
                **{field: moment for field in ("recorded_at", "received_at", "device_time", "creation", "modified")},
                "result": result,
                "by_code": "Scanned" if random.randrange(30) else "Typed",
                "is_abnormal": int(any(one["is_abnormal"] for one in said)),
                "client_key": str(uuid.UUID(int=random.getrandbits(128), version=4)),
            },
            said,
        )


def _answer(one: QuestionPlan, random: Random) -> Row:
    wrong = random.randrange(100) < ABNORMAL
    if one.normal:
        return {"question": one.text, "answer": one.other if wrong else one.normal, "is_abnormal": int(wrong)}
    low = one.lowest if one.lowest is not None else (one.highest or 0) * 0.55
    high = one.highest if one.highest is not None else low * 1.4
    span = high - low
    value = low + span * random.uniform(0.2, 0.8)
    if wrong:
        value = high + span * 0.1 if one.highest is not None else low - span * 0.2
    answer = f"{value:.{one.digits}f}"
    return {"question": one.text, "answer": answer, "measure": one.measure, "is_abnormal": int(wrong)}
