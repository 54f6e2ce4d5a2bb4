"""`test`: a throwaway site, and every test on it."""

import os
import subprocess
from collections.abc import Mapping, Sequence

from sandbox.layout import Layout
from sandbox.processes import die_with_parent
from sandbox.services import SECOND_REDIS, services
from sandbox.sites import Sites
from sandbox.state import State

SITE, SECOND_SITE = "test.localhost", "test2.localhost"
# Set by whoever wants the tests that take minutes as well.
NIGHTLY = "PROPERTY_SERVICE_NIGHTLY"
# Arguments that change what is said, not which tests are run.
ONLY_SAID = ("-v", "-q", "-r", "--durations", "--tb", "--junit-xml")


def needs_no_site(arguments: Sequence[str]) -> bool:
    """Whether the arguments choose only tests that run without a site (`-m pure`)."""
    words = list(arguments)
    for index, word in enumerate(words):
        if word == "-m":
            return words[index + 1 : index + 2] == ["pure"]
        if word in ("-mpure", "-m=pure"):
            return True
    return False


def in_lanes(arguments: Sequence[str]) -> bool:
    """Whether to run the tests in two lanes at once: all of them, on a machine with two processors."""
    return (os.cpu_count() or 1) > 1 and all(word.startswith(ONLY_SAID) for word in arguments)


def environment(bench: str, site: str, sandbox: bool) -> dict[str, str]:
    """What the tests' conftest reads."""
    values = {"PROPERTY_SERVICE_BENCH": bench, "PROPERTY_SERVICE_SITE": site}
    return values | ({"PROPERTY_SERVICE_SANDBOX": "1"} if sandbox else {})


def pytest(layout: Layout, arguments: Sequence[str], extra: Mapping[str, str]) -> int:
    """Run pytest from the checkout's root; return its exit status."""
    env = {
        name: value for name, value in os.environ.items() if name == NIGHTLY or not name.startswith("PROPERTY_SERVICE_")
    }
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
    """Make the throwaway sites and run the tests on them. `keep` uses those of the last run as they are."""
    lanes = 2 if in_lanes(arguments) else 1
    with services(layout, state, lanes) as allotted:
        sites = Sites(layout, state, allotted)
        wanted = (SITE, SECOND_SITE)[:lanes]
        if not (keep and state.is_done("test-site", "1") and all(map(sites.config, wanted))):
            state.undone("test-site")
            for site in wanted:
                # its jobs are run by the tests alone, whatever scheduler is about
                sites.make_throwaway(site, allow_tests=True, pause_scheduler=1, admin_password="admin")  # noqa: S106
            state.done("test-site", "1")
        values = environment(str(layout.bench), SITE, True)
        if lanes == 1:
            return pytest(layout, arguments, values)
        # a site and a Redis of its own, so that neither meets the jobs or the cache of the other
        redis = [f"redis://127.0.0.1:{allotted[name]}" for name in SECOND_REDIS]
        values["PROPERTY_SERVICE_SECOND"] = " ".join((SECOND_SITE, *redis))
        by_file = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
        return pytest(layout, (*by_file, *arguments), values)
