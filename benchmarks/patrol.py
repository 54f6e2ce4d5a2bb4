"""Rounds by the ten thousand: those of 1,000 plans for 30 days beside the least a program could do.

    python3 -m sandbox benchmark patrol

The floor writes the same rows, computed before, in the same blocks and commits. It empties the table of rounds of the site
between: never run this on a site that is worth anything.
"""

from __future__ import annotations

import time
from datetime import timedelta
from types import ModuleType
from typing import Any

import frappe

from property_service.patrol import tasks
from property_service.property_service.blocks import BLOCK, hash_names, insert_block
from property_service.property_service.service_clock import local_day
from property_service.tests import factories as make
from property_service.tests import patrol_factories as patrol
from property_service.tests.utils import count_queries

PLANS, DAYS = 1_000, 30
ROUTES = 20
# A steward's round, a night round every two hours of three, a plant round, one on weekdays, one at the ends of the month.
KINDS: tuple[dict[str, Any], ...] = (
    {"frequency": "Daily", "times": ("09:00",)},
    {"frequency": "Daily", "times": ("22:00", "00:00", "02:00")},
    {"frequency": "Daily", "times": ("08:00", "20:00")},
    {"frequency": "Weekly", "times": ("10:00",), "monday": 1, "wednesday": 1, "friday": 1},
    {"frequency": "Monthly", "times": ("15:00",), "month_days": "1, 15, -1"},
)

Row = dict[str, Any]


def run(_frappe: ModuleType, plans: int = PLANS) -> list[Row]:
    """Return the figures: seconds of the making, its queries, and what a second run makes."""
    frappe.set_user("Administrator")
    few, names = make_plans(max(plans // 10, 1)), make_plans(plans)
    made_of(few, DAYS)  # caches are warm
    frappe.db.delete(tasks.TASK, {"plan": ["in", few]})
    frappe.db.commit()
    small, small_queries, _rounds = made_of(few, DAYS)
    seconds, queries, rounds = made_of(names, DAYS)
    again, _queries, twice = made_of(names, DAYS)
    if twice:
        raise AssertionError(f"the second run has made {twice} rounds")
    blocks = -(-rounds // BLOCK)
    return [
        {
            "name": f"{rounds:,} rounds of {plans:,} plans",
            "value": seconds,
            "unit": "s",
            "floor": floor_of(names),
            "limit_times": 3,
        },
        {"name": "the same of a tenth of the plans", "value": small, "unit": "s"},
        {"name": "second run, which makes none", "value": again, "unit": "s"},
        {"name": f"queries, {blocks} blocks of rows included", "value": queries, "unit": "queries"},
        {"name": "queries of a tenth of the plans", "value": small_queries, "unit": "queries"},
    ]


def make_plans(count: int) -> list[str]:
    """Make so many committed plans of a new community without a single round; returns their names."""
    community = make.make_community()
    user = patrol.make_patroller(community)
    routes = [patrol.make_route(community.name, 10).name for _number in range(ROUTES)]
    today = local_day(community.name)
    names = hash_names(count)
    plans, times = [], []
    for number, name in enumerate(names):
        kind = dict(KINDS[number % len(KINDS)])
        for idx, clock in enumerate(kind.pop("times"), start=1):
            times.append(
                {
                    "name": frappe.generate_hash(length=10),
                    "parent": name,
                    "parenttype": "Patrol Plan",
                    "parentfield": "times",
                    "idx": idx,
                    "start_time": f"{clock}:00",
                }
            )
        plans.append(
            {
                "name": name,
                "plan_name": f"Plan {number}",
                "community": community.name,
                "route": routes[number % ROUTES],
                "assigned_to": user,
                # most plans are not new
                "from_date": today - timedelta(days=number % 900),
                "to_date": today + timedelta(days=400),
                **kind,
            }
        )
    insert_block("Patrol Plan", plans)
    insert_block("Patrol Plan Time", times)
    frappe.db.commit()
    return names


def made_of(names: list[str], days: int) -> tuple[float, int, int]:
    """Return the seconds that making the rounds of these plans takes, its queries, and how many rounds it has made."""
    until = local_day(frappe.db.get_value("Patrol Plan", names[0], "community")) + timedelta(days=days)
    before = frappe.db.count(tasks.TASK)
    with count_queries() as queries:
        started = time.perf_counter()
        made = tasks.generate(names, until)
        frappe.db.commit()
        seconds = time.perf_counter() - started
    if frappe.db.count(tasks.TASK) - before != made:
        raise AssertionError("not as many rounds as were counted")
    return seconds, len(queries), made


def floor_of(names: list[str]) -> float:
    """Return the seconds that inserting the rounds of these plans again takes: the same tuples, blocks and commits."""
    columns = frappe.db.get_table_columns(tasks.TASK)
    table = frappe.qb.DocType(tasks.TASK)
    query = frappe.qb.from_(table).select(*(table[column] for column in columns)).where(table.plan.isin(names))
    rows = list(query.orderby(table.plan).orderby(table.starts_at).run())
    frappe.db.truncate(tasks.TASK)
    frappe.db.commit()
    started = time.perf_counter()
    for start in range(0, len(rows), BLOCK):
        frappe.db.bulk_insert(tasks.TASK, columns, rows[start : start + BLOCK], chunk_size=BLOCK)
    frappe.db.commit()
    return time.perf_counter() - started
