"""The small programs that run inside a bench."""

import json
import subprocess
import sys

from sandbox.layout import SOURCE


def call(site: str, function: str, **arguments: str) -> subprocess.CompletedProcess[str]:
    """What the sandbox does with a function of the app; on another bench it gives the arguments on standard input."""
    program = [sys.executable, "-W", "ignore", str(SOURCE / "inside" / "call.py")]
    return subprocess.run(
        [*program, site, function, "-"], input=json.dumps(arguments), capture_output=True, text=True, check=False
    )


def test_a_function_answers_in_the_last_line(site: str) -> None:
    done = call(site, "frappe.utils.cstr", s="two words")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == "two words"


def test_a_function_that_fails_says_why(site: str) -> None:
    done = call(site, "property_service.setup.importers.requests.run_file", path="/nowhere/requests.csv")
    assert done.returncode
    assert "FileNotFoundError" in done.stderr.splitlines()[-1]
