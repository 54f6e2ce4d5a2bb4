"""The counter while somebody calls: search and picture over HTTP beside `ping`, among fifty thousand residents.

    python3 -m sandbox benchmark desk

The floor is the platform's own `ping` in the same session: what a request costs that does nothing. The caller has three units, 200 charges
and 50 repairs. One server process, one request after the other; medians, and the slowest of twenty where it says so.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import frappe
import requests
from frappe.utils.password import update_password

from property_service.front_desk import counter
from property_service.tests import factories as make
from property_service.tests.crowd import make_crowd, make_history
from property_service.tests.utils import as_user, count_queries

RESIDENTS, CHARGES, REPAIRS = 50_000, 200, 50
TIMES, WARM_UP = 60, 10
API = "property_service.front_desk.counter_api"
PASSWORD = "benchmark-2026"  # noqa: S105  of a throwaway site
SERVER = Path(__file__).resolve().parent.parent / "sandbox" / "web_server.py"

Row = dict[str, Any]


def run(_frappe: ModuleType, residents: int = RESIDENTS) -> list[Row]:
    """Return the figures: milliseconds of ping, find and picture, and the queries of a picture."""
    frappe.set_user("Administrator")
    community = make_crowd(residents)
    desk = make.make_staff("Property Front Desk", community=community)
    update_password(desk, PASSWORD)
    caller = make_caller(community)
    frappe.db.commit()
    queries = queries_of_picture(desk, caller.name)
    with session(desk) as call:
        ping = times_of(lambda: call("ping"))
        floor = statistics.median(ping)
        rows = [{"name": "ping", "value": floor, "unit": "ms"}]
        for name, asked in (
            ("find by the last four digits", caller.primary_phone[-4:]),
            ("find by the whole phone number", caller.primary_phone),
            ("find by name", caller.resident_name),
            ("find by initials", caller.name_initials),
            ("find by room", "12-1-1203"),
        ):
            found = call(f"{API}.find", text=asked)["hits"]
            if not found:
                raise AssertionError(f"{name} finds nothing: {asked}")
            taken = times_of(lambda text=asked: call(f"{API}.find", text=text))
            rows.append({"name": name, "value": statistics.median(taken), "unit": "ms", "floor": floor})
        told = call(f"{API}.picture", resident=caller.name)
        if len(told["units"]) != 3 or not told["figures"].get("arrears"):
            raise AssertionError("the picture is not that of the caller")
        taken = times_of(lambda: call(f"{API}.picture", resident=caller.name))
    return [
        *rows,
        {"name": "picture of a caller", "value": statistics.median(taken), "unit": "ms", "floor": floor},
        {"name": "picture, the slowest of twenty", "value": slow(taken), "unit": "ms", "floor": slow(ping)},
        {"name": "queries of a picture", "value": queries, "unit": "queries", "limit": 25},
        {"name": "residents on the site", "value": frappe.db.count("Resident"), "unit": "residents"},
    ]


def make_caller(community: Any) -> Any:
    """A resident of the crowd with three units, charges and jobs."""
    stays = frappe.get_all(
        "Unit Occupancy",
        {"community": community.name, "is_primary": 1},
        ["resident", "unit"],
        order_by="unit asc",
        limit=3,
    )
    caller = frappe.get_doc("Resident", stays[0].resident)
    units = [frappe.get_doc("Property Unit", stay.unit) for stay in stays]
    for unit in units[1:]:
        make.make_occupancy(unit, caller)
    item, category = make.make_fee_item(community), make.make_category(warranty_months=24, part="Private")
    make_history(caller.name, units, CHARGES, REPAIRS, item.name, category.name)
    return caller


def queries_of_picture(user: str, resident: str) -> int:
    """Queries of a picture in this process, caches warm."""
    with as_user(user):
        counter.picture(resident=resident)
        with count_queries() as queries:
            counter.picture(resident=resident)
    return len(queries)


@contextmanager
def session(user: str) -> Iterator[Callable[..., Any]]:
    """A web server of this site and a signed-in session; yields call(method, **arguments) → its message."""
    command = [sys.executable, "-W", "ignore", str(SERVER), "--sites", ".", "--site", frappe.local.site]
    process = subprocess.Popen(  # noqa: S603  our own server, of this site
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        first = process.stdout.readline() if process.stdout else ""
        if not first.startswith("ready "):
            raise AssertionError("the web server does not start")
        address = first.split()[1]
        with requests.Session() as http:
            http.post(f"{address}/api/method/login", {"usr": user, "pwd": PASSWORD}, timeout=60).raise_for_status()

            def call(method: str, **arguments: Any) -> Any:
                answer = http.get(f"{address}/api/method/{method}", params=arguments, timeout=60)
                answer.raise_for_status()
                return answer.json().get("message")

            yield call
    finally:
        process.terminate()
        process.wait(20)


def times_of(ask: Callable[[], Any]) -> list[float]:
    """Milliseconds of each request, after some that warm up."""
    taken = []
    for number in range(WARM_UP + TIMES):
        begun = time.perf_counter()
        ask()
        if number >= WARM_UP:
            taken.append((time.perf_counter() - begun) * 1000)
    return taken


def slow(taken: list[float]) -> float:
    """The time nineteen of twenty stay under."""
    return sorted(taken)[int(len(taken) * 0.95)]
