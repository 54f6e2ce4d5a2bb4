"""One small world for all tests of the portal over HTTP."""

from collections.abc import Iterator

import pytest

from tests.portal.world import World, make_world, move_out, remove_world


@pytest.fixture(scope="package")
def world(server: str) -> Iterator[World]:
    """Committed people and rooms; "gone" has signed in while he lived here and has moved out since."""
    made = make_world(server)
    try:
        made.person("gone")
        move_out(made, "gone")
        yield made
    finally:
        remove_world(made)
