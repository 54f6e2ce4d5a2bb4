"""What was tried on purpose is printed at the end of a run, in one lane as in several."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import figures

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
SAMPLE = """
import pytest
from tests import figures
pytestmark = pytest.mark.pure

def test_it():
    figures.count("doors knocked at", {number})
"""


def end_of_run(folder: Path, *words: str) -> str:
    """What a run of two small files prints; it has the root's conftest and nothing else of it."""
    for number in (1200, 34):
        (folder / f"test_of_{number}.py").write_text(SAMPLE.replace("{number}", str(number)))
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    pure: x\n    fault: x\n")
    (folder / "conftest.py").write_text((ROOT / "conftest.py").read_text(encoding="utf-8"))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PROPERTY_SERVICE_", "PYTEST_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words, str(folder)],
        cwd=folder,
        env=env | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.partition(figures.TITLE)[2]


@pytest.mark.parametrize("words", [(), ("-n", "2", "--dist", "loadfile")], ids=["one lane", "two lanes"])
def test_figures_are_summed_and_printed(tmp_path: Path, words: tuple[str, ...]) -> None:
    if words:
        pytest.importorskip("xdist")
    assert "1,234 doors knocked at" in end_of_run(tmp_path, *words)


def test_a_lane_that_died_takes_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "counted", Counter())
    figures.count("faults tried", 2)
    figures.take_over({})
    figures.take_over({figures.KEY: {"faults tried": 3, "calls fuzzed": 1_000}})
    assert figures.lines() == ["1,000 calls fuzzed", "    5 faults tried"]


def test_a_figure_only_grows() -> None:
    with pytest.raises(ValueError, match="only grows"):
        figures.count("faults tried", -1)
