"""Load: 50 residents and 10 officers at work for two minutes against Gunicorn with two workers, and `ping` in the midst of them.

    python3 -m sandbox benchmark load

Everybody has a session of his own and thinks between his acts: residents 12 seconds, officers 6, each half as much to half as much again
(about ten requests a second in all). All come from one address, as an estate does. The driver (_load_people.py) is a process of its own
without the platform; server, database, Redis and driver share the machine. The floor of each act is `ping`, asked for twice a second by a
session of its own under the same load: beside p50, p95 and p99 stand those of `ping`. In the end the site is asked whether all that it has
confirmed is there, once.
"""

from __future__ import annotations

import io
import json
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import frappe
from frappe.utils.password import update_password
from PIL import Image

from property_service.tests import factories as make
from property_service.tests.crowd import make_crowd

RESIDENTS, OFFICERS, SECONDS, WARM_UP = 50, 10, 120, 60
WORKERS = 2
LIVING_HERE = 5_000
CALLERS, CHARGES, CATEGORIES = 12, 3, 5
PASSWORD = "Lotus-Pond-42"  # noqa: S105  of a throwaway site
HERE = Path(__file__).resolve().parent
SERVER = HERE.parent / "sandbox" / "web_server.py"
# one of each does everything twice before the others come, so that both workers have met it
FIRST_PEOPLE = {"rounds": 2, "think_scale": 0.05, "warm_up": 0, "seconds": 120}
QUANTILES = (50, 95, 99)

Row = dict[str, Any]


def run(
    _frappe: ModuleType,
    seconds: float = SECONDS,
    residents: int = RESIDENTS,
    officers: int = OFFICERS,
    warm_up: float = WARM_UP,
    living_here: int = LIVING_HERE,
) -> list[Row]:
    """Return the figures: requests, errors, the rate, and milliseconds of each act beside those of ping."""
    frappe.set_user("Administrator")
    plan = make_plan(residents, officers, living_here) | {"seconds": seconds, "warm_up": warm_up}
    used = children_seconds()
    with server(WORKERS) as address:
        plan["address"] = address
        first = drive(plan | FIRST_PEOPLE | {part: plan[part][:1] for part in ("residents", "officers")})
        frappe.db.rollback()
        before = counts()
        told = drive(plan)
    told["errors"] += first["errors"]
    # the children that have ended meanwhile are the server and the drivers
    used = children_seconds() - used - told["processor"] - first["processor"]
    told["served"] = used * 1000 / (told["requests"] + first["requests"])
    frappe.db.rollback()
    lost = lost_or_doubled(before, told["made"])
    for error in told["errors"][:20]:
        print(f"{error['act']}: {error['error']}", file=sys.stderr)
    return rows_of(told, lost)


def rows_of(told: dict[str, Any], lost: int) -> list[Row]:
    """The figures of a run."""
    ping = told["acts"].pop("ping", [])
    rows = [
        {"name": "errors", "value": len(told["errors"]), "unit": "requests", "limit": 0},
        {"name": "confirmed, but not there once", "value": lost, "unit": "documents", "limit": 0},
        {"name": "requests, warm-up included", "value": told["requests"], "unit": "requests"},
        {"name": "requests a second, afterwards", "value": told["rate"], "unit": "1/s"},
        {"name": "processor time of Gunicorn a request", "value": told.get("served", 0.0), "unit": "ms"},
        *({"name": f"made: {what}", "value": number, "unit": "documents"} for what, number in told["made"].items()),
        *({"name": f"ping ({len(ping)}), p{part}", "value": quantile(ping, part), "unit": "ms"} for part in QUANTILES),
    ]
    for act, taken in sorted(told["acts"].items()):
        rows += [
            {
                "name": f"{act} ({len(taken)}), p{part}",
                "value": quantile(taken, part),
                "unit": "ms",
                "floor": quantile(ping, part),
            }
            for part in QUANTILES
        ]
    return rows


def children_seconds() -> float:
    """Processor seconds of all processes this one has started and seen end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def quantile(taken: Sequence[float], part: int) -> float:
    """The least time that `part` of a hundred do not exceed; 0 of none."""
    return sorted(taken)[-(-len(taken) * part // 100) - 1] if taken else 0.0


def make_plan(residents: int, officers: int, living_here: int) -> dict[str, Any]:
    """Make a committed community with accounts, bills and categories; returns what the driver has to know of it, but for its times."""
    community = make_crowd(living_here)
    categories = [make.make_category(is_active=1, in_portal=1, part="Private").name for _number in range(CATEGORIES)]
    item = make.make_fee_item(community, one_off=1, kind="Fixed", prices=[])
    stays = households(community.name, residents + officers * CALLERS)
    for stay in stays:
        unit = frappe._dict(name=stay["unit"], community=community.name)
        for number in range(CHARGES):
            make.make_charge(unit, 100 + number, item)
    plan: dict[str, Any] = {"community": community.name, "residents": [], "officers": [], "seed": 20261127}
    plan["photo"] = photo().hex()
    for number, stay in enumerate(stays[:residents]):
        resident = frappe.get_doc("Resident", stay["resident"])
        update_password(make.make_portal_user(resident), PASSWORD)
        category = categories[number % CATEGORIES]
        bill = frappe.db.get_value("Fee Bill", {"unit": stay["unit"], "debtor": resident.name}, order_by="name asc")
        who = {"phone": stay["phone"], "password": PASSWORD, "resident": resident.name}
        plan["residents"].append({**who, "category": category, "bill": bill})
    for number in range(officers + 1):
        user = make.make_staff("Property Front Desk", "Property Cashier", community=community)
        update_password(user, PASSWORD)
        first = residents + number * CALLERS
        callers, category = stays[first : first + CALLERS], categories[number % CATEGORIES]
        plan["officers"].append({"user": user, "password": PASSWORD, "callers": callers, "category": category})
    plan["pinger"] = plan["officers"].pop()
    frappe.db.commit()
    return plan


def households(community: str, count: int) -> list[dict[str, Any]]:
    """So many first residents of rooms all over the estate: {unit, room, resident, phone, last4}."""
    stay, person, unit = (frappe.qb.DocType(name) for name in ("Unit Occupancy", "Resident", "Property Unit"))
    rows = (
        frappe.qb.from_(stay)
        .join(person)
        .on(person.name == stay.resident)
        .join(unit)
        .on(unit.name == stay.unit)
        .select(stay.unit, unit.short_label.as_("room"), stay.resident, person.primary_phone.as_("phone"))
        .where(stay.community == community)
        .where(stay.is_primary == 1)
        .orderby(stay.unit)
        .run(as_dict=True)
    )
    chosen = rows[:: max(1, len(rows) // count)][:count]
    return [{**row, "last4": row.phone[-4:]} for row in chosen]


def photo() -> bytes:
    """A picture as a phone sends it, two megapixels."""
    target = io.BytesIO()
    Image.effect_noise((1600, 1200), 40).convert("RGB").save(target, "JPEG", quality=80)
    return target.getvalue()


@contextmanager
def server(workers: int) -> Iterator[str]:
    """Gunicorn on this site; yields its address."""
    command = [sys.executable, "-W", "ignore", str(SERVER), "--sites", ".", "--site", frappe.local.site]
    process = subprocess.Popen(  # noqa: S603  our own server, of this site
        [*command, "--workers", str(workers)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        first = process.stdout.readline() if process.stdout else ""
        if not first.startswith("ready "):
            raise AssertionError("the web server does not start")
        # what the platform prints of refusals would fill the pipe
        threading.Thread(target=shutil.copyfileobj, args=(process.stdout, io.StringIO()), daemon=True).start()
        yield first.split()[1]
    finally:
        process.terminate()
        process.wait(60)


def drive(plan: dict[str, Any]) -> dict[str, Any]:
    """Let the people of a plan live, in a process of its own; returns what `_load_people.play` has counted."""
    command = [sys.executable, str(HERE / "_load_people.py")]
    done = subprocess.run(  # noqa: S603  our own driver
        command, input=json.dumps(plan), stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def counts() -> dict[str, int]:
    """How much there is of what the people make."""
    return {
        "repairs": frappe.db.count("Repair Request"),
        "contacts": frappe.db.count("Service Contact"),
        "receipts": frappe.db.count("Fee Receipt", {"docstatus": 1}),
    }


def lost_or_doubled(before: dict[str, int], made: dict[str, int]) -> int:
    """How many documents are there too many or too few, beside what the site has confirmed."""
    now = counts()
    return sum(abs(now[what] - before[what] - made[what]) for what in made)
