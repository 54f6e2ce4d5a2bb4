"""The world of `tests/security/test_endpoints.py`, and everybody in it with a browser of this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest

from tests import figures
from tests.fuzz.client import Caller
from tests.fuzz.judge import Judge
from tests.fuzz.settings import CALLS, SEED
from tests.fuzz.strategies import PEOPLE
from tests.gateway import SECRET, SETTINGS, set_gateway
from tests.security.test_endpoints import changed, house, snapshot  # noqa: F401 (the fixture)


@pytest.fixture(scope="module")
def caller(house: Any, site: str) -> Iterator[Caller]:  # noqa: F811
    """Closed in the end, when the tables and the files must be what they were."""
    world = house.world
    words = {
        **house.words,
        **{f"repair_{who}": name for who, name in world.repairs.items()},
        **{f"resident_{who}": name for who, name in world.residents.items()},
        **{f"room_{which}": name for which, name in world.rooms.items()},
        **{f"home_{which}": name for which, name in world.homes.items()},
        **{f"user_{who}": name for who, name in world.people.items()},
        **{f"phone_{who}": number for who, number in world.phones.items()},
    }
    page = frappe.db.get_single_value(SETTINGS, "payment_page")
    set_gateway("https://pay.invalid/", SECRET)
    made = Caller(site, world.people, words)
    for who in (*PEOPLE, "far_desk"):
        made.sign_in(who)
    before, files = snapshot(), files_of(site)
    try:
        yield made
        assert not changed(before)
    finally:
        made.close()
        for path in files_of(site) - files:
            path.unlink()
        set_gateway(page or "", "")


def files_of(site: str) -> set[Path]:
    folders = (Path(site, "private", "files"), Path(site, "public", "files"))
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def judge(caller: Caller) -> Iterator[Judge]:
    """Prints what it has seen, and counts it."""
    made = Judge(caller)
    yield made
    figures.count("calls fuzzed", made.calls)
    print(f"\n{made.summary()} (seed {SEED}, {CALLS:,} calls asked for)")


def pytest_report_header() -> str:
    return f"fuzzing: {CALLS:,} calls, seed {SEED}" if "FUZZ_CALLS" in os.environ else ""
