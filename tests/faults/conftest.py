"""Faults are judged by what they break, not by what other tests have left."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta

import frappe
import pytest

from tests.faults import invariants


@pytest.fixture(scope="module", autouse=True)
def known_before(site: str) -> None:
    """Remember what is broken already."""
    invariants.remember()


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Sets the clock of this process off by so much, wherever the platform or the app reads it."""
    read, off = frappe.utils.data.now_datetime, timedelta()

    def now_datetime() -> datetime:
        return read() + off

    def move(by: timedelta) -> None:
        nonlocal off
        off = by

    for module in list(sys.modules.values()):
        if getattr(module, "now_datetime", None) is read:
            monkeypatch.setattr(module, "now_datetime", now_datetime)
    return move
