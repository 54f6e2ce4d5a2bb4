"""`test`: a throwaway site, and every test on it."""

import os
import subprocess
from collections.abc import Mapping, Sequence

from sandbox.layout import Layout
from sandbox.processes import die_with_parent
from sandbox.services import services
from sandbox.sites import Sites
from sandbox.state import State

SITE = "test.localhost"


def needs_no_site(arguments: Sequence[str]) -> bool:
    """Whether the arguments choose only tests that run without a site (`-m pure`)."""
    words = list(arguments)
    for index, word in enumerate(words):
        if word == "-m":
            return words[index + 1 : index + 2] == ["pure"]
        if word in ("-mpure", "-m=pure"):
            return True
    return False


def environment(bench: str, site: str, sandbox: bool) -> dict[str, str]:
    """What the tests' conftest reads."""
    values = {"PROPERTY_SERVICE_BENCH": bench, "PROPERTY_SERVICE_SITE": site}
    return values | ({"PROPERTY_SERVICE_SANDBOX": "1"} if sandbox else {})


def pytest(layout: Layout, arguments: Sequence[str], extra: Mapping[str, str]) -> int:
    """Run pytest from the checkout's root; return its exit status."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PROPERTY_SERVICE_")}
    env |= {
        "PYTHONPATH": str(layout.checkout),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(layout.root / "hypothesis"),
        **extra,
    }
    # a browser keeps its small things there
    env |= {f"XDG_{kind}_HOME": str(layout.root / "home" / kind.lower()) for kind in ("CACHE", "CONFIG")}
    cache = f"cache_dir={layout.root / 'pytest'}"
    command = [str(layout.python), "-m", "pytest", "-o", cache, *arguments]
    return subprocess.run(command, cwd=layout.checkout, env=env, check=False, preexec_fn=die_with_parent).returncode


def run(layout: Layout, state: State, arguments: Sequence[str], keep: bool) -> int:
    """Make the throwaway site and run the tests on it. `keep` uses the site of the last run as it is."""
    with services(layout, state) as allotted:
        sites = Sites(layout, state, allotted)
        if not (keep and state.is_done("test-site", "1") and sites.config(SITE)):
            state.undone("test-site")
            # its jobs are run by the tests alone, whatever scheduler is about
            sites.make_throwaway(SITE, allow_tests=True, pause_scheduler=1, admin_password="admin")  # noqa: S106
            state.done("test-site", "1")
        return pytest(layout, arguments, environment(str(layout.bench), SITE, True))
