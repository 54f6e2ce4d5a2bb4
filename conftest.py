"""For every test, wherever it lies: the site it runs on, and nothing left behind by the one before.

The site is named by PROPERTY_SERVICE_BENCH (the bench's folder) and PROPERTY_SERVICE_SITE; any bench will do.
In two lanes the second has a site and a Redis of its own, named by PROPERTY_SERVICE_SECOND.
Tests marked `pure` get no site.
"""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests import figures

BENCH = os.environ.get("PROPERTY_SERVICE_BENCH", "")
SITE = os.environ.get("PROPERTY_SERVICE_SITE", "")
if os.environ.get("PYTEST_XDIST_WORKER") == "gw1" and "PROPERTY_SERVICE_SECOND" in os.environ:
    SITE, _cache, _queue = os.environ["PROPERTY_SERVICE_SECOND"].split()
    os.environ |= {"PROPERTY_SERVICE_SITE": SITE, "FRAPPE_REDIS_CACHE": _cache, "FRAPPE_REDIS_QUEUE": _queue}
IN_SANDBOX = os.environ.get("PROPERTY_SERVICE_SANDBOX") == "1"
NO_SUCH_SAVEPOINT = 1305
SAVEPOINT = "before_test"
# Of the site's description alone; whatever changes it takes the entries away here as well.
KEPT_IN_MEMORY = (
    *("doctype_meta", "table_columns", "app_hooks", "installed_apps", "notifications", "workflow", "server_script_map"),
    *("assignment_rule_map", "document_naming_rule_map", "energy_point_rule_map", "milestone_tracker_map"),
)
FEW_ROUNDS = 1000

left_out: list[str] = []


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays anyway, code and metadata: a tenth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that break things where the bench is not ours to break."""
    faults = [] if IN_SANDBOX else [item for item in items if item.get_closest_marker("fault")]
    if faults:
        left_out.extend(item.nodeid for item in faults)
        items[:] = [item for item in items if item not in faults]
        config.hook.pytest_deselected(items=faults)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was tried on purpose, and which tests were left out."""
    if figures.counted:
        terminalreporter.section(figures.TITLE)
        for line in figures.lines():
            terminalreporter.line(line)
    if left_out:
        terminalreporter.section("left out: they break things, and this bench is not a sandbox")
        for name in left_out:
            terminalreporter.line(name)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In one lane of several: hand the figures to the process that prints them."""
    if hasattr(session.config, "workeroutput"):
        figures.hand_over(session.config.workeroutput)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A lane has ended: add its figures."""
    figures.take_over(getattr(node, "workeroutput", {}))


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The name of the site, with this process connected to it as Administrator."""
    if not (BENCH and SITE):
        pytest.fail("This test needs a site: run it by `python3 -m sandbox test`.", pytrace=False)
    import frappe

    os.chdir(Path(BENCH, "sites"))
    frappe.init(SITE, sites_path=".")
    frappe.connect()
    frappe.flags.in_test = True
    with pytest.MonkeyPatch.context() as patch:
        # for mail accounts, which tests have none of; it forgets all of the site's metadata with every User saved
        patch.setattr("frappe.core.doctype.user.user.ask_pass_update", lambda: None, raising=False)
        make_quicker(patch)
        yield SITE
    frappe.db.rollback()
    frappe.destroy()


def make_quicker(patch: pytest.MonkeyPatch) -> None:
    """What the platform computes anew for every statement or user, and what makes passwords hard to guess."""
    import frappe
    import sqlparse
    from frappe.utils.password import passlibctx

    # Each field of each look-up is taken apart by it, most of the time the same few names.
    patch.setattr(sqlparse, "format", lru_cache(4096)(sqlparse.format))
    patch.setattr(frappe, "set_user", keeping_metadata(frappe.set_user))
    passlibctx.update(pbkdf2_sha256__default_rounds=FEW_ROUNDS)


def keeping_metadata(set_user: Callable[[str], None]) -> Callable[[str], None]:
    """`frappe.set_user` without reading the metadata of every DocType from Redis again."""
    import frappe

    def quicker(username: str) -> None:
        before = frappe.local.cache
        set_user(username)
        for name in KEPT_IN_MEMORY:
            if (key := frappe.cache.make_key(name)) in before:
                frappe.local.cache[key] = before[key]

    return quicker


@pytest.fixture(scope="session", autouse=True)
def connected_first(request: pytest.FixtureRequest) -> None:
    """Connect before any class makes rows for its tests."""
    if BENCH and SITE and not all(item.get_closest_marker("pure") for item in request.session.items):
        request.getfixturevalue("site")


@pytest.fixture(scope="module", autouse=True)
def module_rows_end_with_it() -> Iterator[None]:
    """Undo the rows that a module's or a class's fixtures made for all its tests, and let go of their locks."""
    yield
    if "frappe" in sys.modules and getattr(sys.modules["frappe"].local, "db", None):
        sys.modules["frappe"].db.rollback()


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Undo what a test changed but did not commit: rows, locks, caches, user, language, waiting callbacks.

    Uncommitted rows of `setUpClass` and of module fixtures stay for the tests they serve. While there are some, the
    locks of earlier tests stay as well: tests that use `server` should commit what they share.
    """
    if request.node.get_closest_marker("pure"):
        yield
        return
    request.getfixturevalue("site")
    import frappe

    frappe.set_user("Administrator")
    shared_writes = frappe.db.transaction_writes
    if shared_writes:
        frappe.db.savepoint(SAVEPOINT)
    yield
    if shared_writes:
        undo_to_savepoint(shared_writes)
    else:
        frappe.db.rollback()
    for name in ("before_commit", "after_commit", "before_rollback", "after_rollback"):
        getattr(frappe.db, name).reset()
    if hasattr(frappe.local, "_realtime_log"):
        # no callback ends it any more; each further save would be compared with all before it
        del frappe.local._realtime_log
    frappe.flags.currently_saving = []
    frappe.set_user("Administrator")
    frappe.local.lang = "en"
    frappe.local.message_log = []
    forget_caches()


def undo_to_savepoint(writes_before: int) -> None:
    """Undo what came after the savepoint; everything, if the test committed and the savepoint went with it."""
    import frappe

    try:
        frappe.db.rollback(save_point=SAVEPOINT)
        frappe.db.transaction_writes = writes_before  # the platform takes this for the end of the transaction
        frappe.db.after_rollback.run()
    except frappe.db.OperationalError as error:
        if error.args[0] != NO_SUCH_SAVEPOINT:
            raise
        frappe.db.rollback()


def forget_caches() -> None:
    """Forget cached documents and what is kept per user: they may show rows that were never committed."""
    import frappe
    from frappe import cache_manager

    frappe.cache.delete_value([*cache_manager.user_cache_keys, "defaults", "system_settings"])
    frappe.cache.delete_keys("document_cache")
    if hasattr(frappe.local, "system_settings"):
        del frappe.local.system_settings
    frappe.db.value_cache.clear()
