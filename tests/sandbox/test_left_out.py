"""Tests that break things run in a sandbox alone; elsewhere they are left out by name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.layout import CHECKOUT

pytestmark = pytest.mark.pure

TESTS = """
import pytest

@pytest.mark.pure
@pytest.mark.fault
def test_breaks_things(): pass

@pytest.mark.pure
def test_breaks_nothing(): pass

def test_needs_a_site(): pass
"""


def run(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    shutil.copyfile(CHECKOUT / "conftest.py", folder / "conftest.py")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  pure\n  fault\n")
    (folder / "test_some.py").write_text(TESTS)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROPERTY_SERVICE_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=kept | env)


def test_on_another_bench_they_are_left_out_and_listed(tmp_path: Path) -> None:
    out = run(tmp_path, "-m", "pure")
    assert out.returncode == 0
    assert "1 passed, 2 deselected" in out.stdout
    assert out.stdout.count("test_some.py::test_breaks_things") == 1


def test_in_a_sandbox_they_run(tmp_path: Path) -> None:
    out = run(tmp_path, "-m", "pure", PROPERTY_SERVICE_SANDBOX="1")
    assert out.returncode == 0
    assert "2 passed, 1 deselected" in out.stdout


def test_a_test_without_its_site_fails_with_the_remedy(tmp_path: Path) -> None:
    out = run(tmp_path, "-k", "needs_a_site")
    assert out.returncode == 1
    assert "python3 -m sandbox test" in out.stdout
