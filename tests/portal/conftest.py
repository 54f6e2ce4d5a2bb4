"""One small world for all tests of the portal over HTTP."""

from collections.abc import Iterator

import pytest

from tests.portal.world import World, peopled


@pytest.fixture(scope="package")
def world(server: str) -> Iterator[World]:
    """Committed people and rooms."""
    with peopled(server) as made:
        yield made
