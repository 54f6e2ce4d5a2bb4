"""The code is written in one style, and the linter has nothing to say."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
WANTED = next(
    line.split()[0].partition("==")[2]
    for line in (ROOT / "sandbox" / "requirements.lock").read_text(encoding="utf-8").splitlines()
    if line.startswith("ruff==")
)


@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff_is_content(command):
    pytest.importorskip("ruff")
    if metadata.version("ruff") != WANTED:
        pytest.skip(f"another release of ruff than {WANTED} may judge otherwise")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
