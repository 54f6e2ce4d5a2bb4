"""What the walks of `test_endpoints.py` need for the module Fees: arguments of each of its endpoints, and what they name."""

from __future__ import annotations

from typing import Any

from tests.portal.world import World

# Endpoint (path without the app's name) → arguments of a real call; words in braces are filled in from `make_words`.
ARGUMENTS: dict[str, dict[str, Any]] = {}
# Residents' own endpoints.
PORTAL: dict[str, dict[str, Any]] = {}
# Staff of the other community who walk besides those of all modules, for example "far_cashier".
STAFF_OF_ELSEWHERE: tuple[str, ...] = ()
# Endpoint → (other answers staff of elsewhere may get, why).
OTHER_ANSWERS: dict[str, tuple[tuple[int, ...], str]] = {}


def make_words(world: World) -> dict[str, str]:
    """Make what the arguments name, in the community "here"; returns word → name. Goes with the world's community."""
    return {}
