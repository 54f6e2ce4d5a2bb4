"""Faults are judged by what they break, not by what other tests have left."""

from __future__ import annotations

import pytest

from tests.faults import invariants


@pytest.fixture(scope="module", autouse=True)
def known_before(site: str) -> None:
    """Remember what is broken already."""
    invariants.remember()
