"""Puts the demo's two months together: who, what, when; then plays them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import frappe

from property_service.property_service.service_clock import from_local, site_now, to_aware, zone_of
from property_service.setup.demo import stories
from property_service.setup.demo.acts import Life
from property_service.setup.demo.cases import Case, Home, past_cases
from property_service.setup.demo.cast import Role
from property_service.setup.demo.faults import FAULTS
from property_service.setup.demo.history import History

SEED = 20261012
BURST_DAYS, BURST_TIME = 9, time(19, 40)
LEAK_DAYS, LEAK_OPEN_DAYS = 40, 9


def play(homes: list[Home], portal: list[Home], users: dict[str, str], until: datetime | None = None) -> History:
    """Play the two months up to `until` (site time, now if left out); `users` are resident → account."""
    until = until or site_now()
    community = homes[0].community
    now = to_aware(until).astimezone(ZoneInfo(zone_of(community))).replace(tzinfo=None)
    history = History(until, community)
    random = Random(SEED)  # noqa: S311  not a secret: the same two months every time
    cases = past_cases(homes, portal, now.date(), random)
    cases += stories.open_cases(homes, portal, now.date(), now, random)
    for number, case in enumerate(cases):
        life = Life(case, _role(case, number, users))
        history.add(_begin(case), life.script())
    _tell_stories(history, homes, now.date(), users)
    history.play()
    _read_messages(list(users), until - timedelta(days=1))
    return history


def _read_messages(residents: list[str], before: datetime) -> None:
    """Residents have read what is older than a day."""
    table = frappe.qb.DocType("Service Message")
    frappe.qb.update(table).set(table.read_at, table.sent_at).where(table.resident.isin(residents)).where(
        table.sent_at < before
    ).run()


def _tell_stories(history: History, homes: list[Home], today: date, users: dict[str, str]) -> None:
    line = stories.line_of(homes, skip=1)
    at = datetime.combine(today - timedelta(days=BURST_DAYS), BURST_TIME)
    calls = [Case(at, home, stories.BURST, stories.PIPE) for home in line]
    roles = [_role(case, 900 + number, users) for number, case in enumerate(calls)]
    history.add(_begin(calls[0]), stories.burst_pipe(line, roles, history.add))
    cloud = [home for home in homes if home.community == "YQ"]
    for number, (days, finished) in enumerate(((LEAK_DAYS, True), (LEAK_OPEN_DAYS, False))):
        at = datetime.combine(today - timedelta(days=days), time(9, 25))
        case = Case(at, cloud[(number + 1) * len(cloud) // 3], stories.LEAK, FAULTS[stories.LEAK][0])
        history.add(_begin(case), stories.warranty_leak(case, _role(case, 950 + number, users), finished))


def _role(case: Case, number: int, users: dict[str, str]) -> Role:
    # Each case draws for itself, so that none depends on what the others did.
    return Role(case, Random(f"{SEED}|{number}"), users)  # noqa: S311


def _begin(case: Case) -> datetime:
    return from_local(case.home.community, case.at)
