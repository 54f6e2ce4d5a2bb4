"""What was tried on purpose in a run of the tests: named figures, summed over its processes and printed at its end.

from tests import figures
figures.count("attacks tried", 3)
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

TITLE = "tried on purpose"
KEY = "property_service_figures"

counted: Counter[str] = Counter()


def count(name: str, number: int = 1) -> None:
    """Add to a figure; the name is a plural as it is to be read: "attacks tried"."""
    if number < 0:
        raise ValueError("A figure only grows: count what was tried.")
    counted[name] += number


def hand_over(output: dict[str, Any]) -> None:
    """Put what this process has counted where its controller finds it."""
    output[KEY] = dict(counted)


def take_over(output: Mapping[str, Any]) -> None:
    """Add what another process has counted; one that died before its end has handed over nothing."""
    counted.update(output.get(KEY) or {})


def lines() -> list[str]:
    """The figures, one a line, by name."""
    width = max((len(f"{number:,}") for number in counted.values()), default=0)
    return [f"{counted[name]:>{width},} {name}" for name in sorted(counted)]
