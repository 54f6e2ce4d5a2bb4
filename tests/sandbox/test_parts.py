"""The sandbox's lists and small rules."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from sandbox import assets, benchmark, demo, framework, testing
from sandbox.layout import APP, CHECKOUT, SOURCE, Layout
from sandbox.say import SandboxError
from sandbox.sites import Sites, app_parts
from sandbox.state import State
from sandbox.web_server import with_guarded_files

pytestmark = pytest.mark.pure

HOST_NAME = re.compile(r"https?://|npmjs|pythonhosted|pypi\.org|--index-url|--find-links")


@pytest.mark.parametrize("name", ["requirements.lock", "framework.lock", "package-lock.json", "package.json"])
def test_no_lock_names_a_registry(name: str) -> None:
    text = (SOURCE / name).read_text()
    if name == "package-lock.json":
        # where an author asks for money is no registry
        lock = json.loads(text)
        for package in lock["packages"].values():
            package.pop("funding", None)
        text = json.dumps(lock)
    assert not HOST_NAME.search(text)


@pytest.mark.parametrize(
    ("answer", "taken"),
    [
        ("#!/bin/sh\necho '3 11 2 /of/the/house'\n", True),
        ("#!/bin/sh\nexit 1\n", False),
        ("#!/bin/sh\n", False),
        ("\x7fELF of another machine", False),
        (None, False),
    ],
    ids=["able", "without ensurepip", "silent", "no program", "not there"],
)
def test_the_environment_is_made_from_the_distributions_python_where_that_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str | None, taken: bool
) -> None:
    program = tmp_path / "python{0}.{1}".format(*sys.version_info)
    if answer is not None:
        program.write_text(answer)
        program.chmod(0o755)
    monkeypatch.setattr(framework, "DISTRIBUTION", str(tmp_path / "python{0}.{1}"))
    monkeypatch.setattr(sys, "base_prefix", "/opt/own")
    own = (sys.executable, "{} {} {} /opt/own".format(*sys.version_info))
    assert framework.interpreter.__wrapped__() == ((str(program), "3 11 2 /of/the/house") if taken else own)


def test_a_python_says_of_itself_what_the_sandbox_says_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framework, "DISTRIBUTION", "/nowhere/python")
    monkeypatch.setattr(sys, "version", "another build of the same version")
    assert framework.interpreter.__wrapped__() == (sys.executable, framework.probe(sys.executable))
    assert not framework.probe("/usr")


def test_bundles_are_built_anew_at_another_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def run_logged(command: list[Any], log: Path) -> None:
        bench, app = command[-2:]
        built.append(app)
        (bench / "sites" / "assets" / app).mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(assets, "run_logged", run_logged)
    first = Layout(tmp_path / "first", tmp_path)
    for layout in (first, first, Layout(tmp_path / "moved", tmp_path)):
        if layout.root.name == "moved":
            first.root.rename(layout.root)
        assets.build(layout, State(layout))
    assert built == ["frappe", APP] * 2


def test_a_damaged_dump_is_removed_before_anything_is_thrown_away(tmp_path: Path) -> None:
    layout = Layout(tmp_path / ".sandbox", tmp_path)
    layout.make()
    whole = gzip.compress(b"CREATE TABLE x" * 100)
    for damaged in (b"", b"no dump", whole[:-9], whole[:30] + b"\xff\xff" + whole[32:]):
        dump = layout.dumps / "with-app.sql.gz"
        dump.write_bytes(damaged)
        with pytest.raises(SandboxError, match=r"with-app.sql.gz was damaged and is removed: run the command again"):
            Sites(layout, State(layout), {}).make("test.localhost", "with-app")
        assert not dump.exists()


def test_a_kill_before_a_half_made_estate_is_thrown_away_does_not_keep_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(tmp_path / ".sandbox", tmp_path)
    state = State(layout)
    state.put(demo_begun=True)
    state.done("demo-site", "1")

    def killed(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(state, "put", killed)
    monkeypatch.setattr(demo, "has_function", lambda *_: True)
    with pytest.raises(KeyboardInterrupt):
        demo.Demo(layout, state, Sites(layout, state, {}))._load(None)
    assert State(layout).get("demo_begun") and not state.is_done("demo-site", "1")


def test_every_python_package_is_pinned_and_hashed() -> None:
    entries = framework.locked_entries((SOURCE / "requirements.lock").read_text())
    assert len(entries) > 100
    for name, entry in entries.items():
        assert re.match(rf"{re.escape(name)}==\S+ \\\n", entry, re.IGNORECASE), name
        assert "--hash=sha256:" in entry, name
    for name, version in (("pydantic", "2.7.4"), ("rq", "1.16.2")):
        assert entries[name].startswith(f"{name}=={version} ")


def test_every_node_package_is_hashed() -> None:
    packages = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
    assert all(package.get("integrity") for path, package in packages.items() if path)


def test_the_lock_covers_what_is_asked_for() -> None:
    asked = {
        re.split(r"[<>=\[]", line)[0].strip().lower()
        for line in (SOURCE / "requirements.in").read_text().splitlines()
        if line and not line.startswith("#")
    }
    pinned = framework.locked_entries((SOURCE / "requirements.lock").read_text())
    assert {name.replace("_", "-") for name in asked} <= set(pinned)
    own = re.search(r"(?s)dependencies = \[(.*?)\]", (CHECKOUT / "pyproject.toml").read_text())
    assert own
    assert {re.split(r"[<>=]", name)[0].lower() for name in re.findall(r'"([^"]+)"', own[1])} <= set(pinned)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("import criscostack", "import frappe"),
        ("class CriscoClient: CRISCOSTACK_ENV", "class FrappeClient: FRAPPE_ENV"),
        ("criscoerp CriscoERP", "erpnext ERPNext"),
        ("criscostack.utils.brik_helper", "frappe.utils.bench_helper"),
        ("nothing of it", "nothing of it"),
    ],
)
def test_the_framework_gets_its_names_back(said: str, meant: str) -> None:
    assert framework.rename(said) == meant


def test_the_wheel_is_unpacked_under_its_own_name(tmp_path: Path) -> None:
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("criscostack/criscostack/app.py", "import criscostack")
        archive.writestr("criscostack/public/logo.png", b"\x89PNG\xff criscostack")
        archive.writestr("criscostack-1.0.0.dist-info/METADATA", "no part of it")
    assert framework.unpack(wheel, tmp_path / "out") == 2
    assert (tmp_path / "out/frappe/frappe/app.py").read_text() == "import frappe"
    assert (tmp_path / "out/frappe/public/logo.png").read_bytes() == b"\x89PNG\xff criscostack"
    assert len(list((tmp_path / "out").iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "pure"),
    [
        (["-m", "pure"], True),
        (["-x", "-m", "pure", "tests"], True),
        (["-mpure"], True),
        ([], False),
        (["tests/pure"], False),
        (["-m", "not pure"], False),
        (["-m"], False),
        (["-m", "browser"], False),
    ],
)
def test_only_a_choice_of_pure_tests_does_without_a_site(arguments: list[str], pure: bool) -> None:
    assert testing.needs_no_site(arguments) is pure


@pytest.mark.parametrize(
    ("arguments", "both"),
    [
        ([], True),
        (["--durations=20"], True),
        (["-x"], False),
        (["tests/fees"], False),
        (["-k", "one"], False),
        (["-m", "browser"], False),
    ],
)
def test_all_tests_run_in_two_lanes_and_a_choice_of_them_in_one(
    arguments: list[str], both: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testing.os, "cpu_count", lambda: 2)
    assert testing.in_lanes(arguments) is both
    monkeypatch.setattr(testing.os, "cpu_count", lambda: 1)
    assert not testing.in_lanes(arguments)


def test_only_the_sandbox_says_it_is_one() -> None:
    assert testing.environment("/b", "s", True)["PROPERTY_SERVICE_SANDBOX"] == "1"
    assert "PROPERTY_SERVICE_SANDBOX" not in testing.environment("/b", "s", False)


def test_what_a_site_hears_of(tmp_path: Path) -> None:
    for name in (
        "hooks.py",
        "room/doctype/a/a.json",
        "room/doctype/a/a.js",
        "room/doctype/a/test_a.py",
        "public/js/a.bundle.js",
        "www/a.html",
        "locale/zh.po",
        "room/public/a.json",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert [part for part in app_parts(tmp_path) if isinstance(part, str)] == [
        "hooks.py",
        "room/doctype/a/a.json",
        "room/public/a.json",
    ]


def test_what_this_version_of_the_app_lacks_is_known(tmp_path: Path) -> None:
    for name in ("app/demo/__init__.py", "app/take_in.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert demo.has_function(tmp_path, "app.demo.make")
    assert demo.has_function(tmp_path, "app.take_in.run")
    assert not demo.has_function(tmp_path, "app.later.run")


LOGIN = {
    "role": "Resident",
    "user": "13800000001",
    "password": "secret",
    "url": "http://old:1/resident?x=1",
    "try": "a tap",
}


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (["noise", json.dumps([LOGIN]), ""], [LOGIN]),
        (["noise"], None),
        ([], None),
    ],
)
def test_the_last_line_is_read(lines: list[str], value: object) -> None:
    assert demo.last_json(lines) == value


def test_logins_are_shown_with_the_address_of_today() -> None:
    lines = demo.table(demo.logins_of([LOGIN, {"role": "Half", "phone": "139"}, "no row"]), "http://127.0.0.1:9")
    assert lines[2].split() == ["Resident", "13800000001", "secret", "http://127.0.0.1:9/resident?x=1", "a", "tap"]
    assert lines[3].split() == ["Half", "139", "http://127.0.0.1:9/"]


def test_figures_of_a_benchmark() -> None:
    rows = [
        {"name": "bill 10,000 units", "value": 8.0, "unit": "s", "floor": 4.0, "limit_times": 3},
        {"name": "one by one", "value": 8.0, "unit": "s", "floor": 4.0, "least_times": 15},
        {"name": "queries", "value": 3, "unit": "queries", "limit": 2},
        {"name": "rows", "value": 3, "unit": ""},
    ]
    assert [re.split(r"  +", line) for line in benchmark.lines(rows)] == [
        ["name", "value", "unit", "floor", "times", "limit"],
        ["bill 10,000 units", "8", "s", "4", "2.00", "3 x floor"],
        ["one by one", "8", "s", "4", "2.00", ">= 15 x floor", "OVER"],
        ["queries", "3", "queries", "2", "OVER"],
        ["rows", "3"],
    ]


@pytest.mark.parametrize(
    ("row", "over"),
    [
        ({"value": 0, "limit": 0}, False),
        ({"value": 1, "limit": 0}, True),
        ({"value": 3.0, "floor": 1.0, "limit_times": 3}, False),
        ({"value": 3.1, "floor": 1.0, "limit_times": 3}, True),
        ({"value": 15, "floor": 1, "least_times": 15}, False),
        ({"value": 14, "floor": 1, "least_times": 15}, True),
        ({"value": 1, "floor": 0.0, "limit_times": 3}, True),
        ({"value": 1, "limit_times": 3}, True),
        ({"value": 100}, False),
    ],
)
def test_a_limit_holds_or_does_not(row: dict[str, Any], over: bool) -> None:
    assert benchmark.is_over(row) is over


class FakeSites:
    """Sites that are made of nothing; a benchmark prints what it is given, or fails."""

    said: dict[str, list[str] | SandboxError] = {}

    def __init__(self, *_: object) -> None:
        self.made: list[str] = []

    def make_throwaway(self, site: str, **_: object) -> None:
        self.made.append(site)

    def drop(self, _site: str) -> None:
        pass

    def run(self, _title: str, log: str, _words: list[str], script: bool) -> list[str]:
        answer = self.said[log.removeprefix("benchmark-").removesuffix(".log")]
        if isinstance(answer, SandboxError):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("said", "name", "status", "told"),
    [
        ({"a": '[{"name": "x", "value": 1, "unit": "s", "limit": 2}]', "b": "[]"}, "a", 0, ""),
        ({"a": '[{"name": "x", "value": 3, "unit": "s", "limit": 2}]', "b": "[]"}, "a", 1, "Over its limit: a: x"),
        ({"a": "[]", "b": '[{"name": "x", "value": 1, "unit": "s"}]'}, None, 1, "gave no figures"),
        ({"a": SandboxError("It broke."), "b": '[{"name": "x", "value": 1, "unit": "s"}]'}, None, 1, "It broke."),
        ({n: '[{"name": "x", "value": 1, "unit": "s", "floor": 1}]' for n in "ab"}, None, 0, "The figures are in"),
    ],
)
def test_all_benchmarks_are_one_table_one_file_and_one_verdict(
    said: dict[str, Any],
    name: str | None,
    status: int,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for one in said:
        (tmp_path / "benchmarks").mkdir(exist_ok=True)
        (tmp_path / "benchmarks" / f"{one}.py").touch()
    (tmp_path / "benchmarks" / "_part.py").touch()
    monkeypatch.setattr(benchmark, "services", lambda *_: nullcontext({}))
    monkeypatch.setattr(benchmark, "Sites", FakeSites)
    monkeypatch.setattr(
        FakeSites, "said", {n: one if isinstance(one, SandboxError) else [one] for n, one in said.items()}
    )
    layout = Layout(tmp_path / ".sandbox", tmp_path)
    assert benchmark.run(layout, State(layout), name) == status
    out = capsys.readouterr().out
    assert told in out
    kept = layout.root / "benchmarks" / "all.json"
    assert kept.exists() is (name is None)
    if not name:
        assert [result["benchmark"] for result in json.loads(kept.read_text())] == ["a", "b"]
        assert "[a]" in out and "[b]" in out
        assert all(
            "over" in row and "times" in row for result in json.loads(kept.read_text()) for row in result["rows"]
        )


@pytest.mark.parametrize(
    ("path", "download", "nosniff"),
    [
        ("/files/a.HTML", True, True),
        ("/files/a.svg", True, True),
        ("/files/a.png", False, True),
        ("/app", False, False),
    ],
)
def test_uploaded_pages_are_downloads(path: str, download: bool, nosniff: bool) -> None:
    sent: list[tuple[str, str]] = []

    def inner(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/html")])
        return [b""]

    list(with_guarded_files(inner)({"PATH_INFO": path}, lambda status, headers, *rest: sent.extend(headers)))
    assert (("Content-Disposition", "attachment") in sent) is download
    assert (("X-Content-Type-Options", "nosniff") in sent) is nosniff


def test_nothing_of_the_sandbox_is_watched_by_git() -> None:
    tracked = subprocess.run(["git", "ls-files", ".sandbox"], cwd=CHECKOUT, capture_output=True, text=True)
    assert tracked.stdout == ""
