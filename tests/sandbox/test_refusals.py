"""What the sandbox will not do: one sentence with the remedy, exit status 2, no traceback."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox import bench_mode, cli, needs, serve
from sandbox.cli import parse
from sandbox.layout import CHECKOUT, Layout
from sandbox.say import SandboxError

pytestmark = pytest.mark.pure

VENV_PACKAGE = "python{}.{}-venv".format(*sys.version_info)
Usage = namedtuple("Usage", "total used free")


def sandbox(*words: str) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it."""
    return subprocess.run([sys.executable, "-m", "sandbox", *words], cwd=CHECKOUT, capture_output=True, text=True)


def assert_refused(out: subprocess.CompletedProcess[str], words: str) -> None:
    assert out.returncode == 2
    said = (out.stdout + out.stderr).strip()
    assert re.search(words, said)
    assert "Traceback" not in said
    assert "\n" not in said


def with_python(version: tuple[int, int, int], *words: str) -> subprocess.CompletedProcess[str]:
    """The command as a Python that says it is of this version runs it."""
    script = f"import runpy, sys; sys.version_info = {version}; sys.argv[1:] = {list(words)}; "
    script += "runpy.run_module('sandbox', run_name='__main__')"
    return subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True)


def test_another_python_is_refused() -> None:
    out = with_python((3, 9, 2), "demo")
    assert_refused(out, r"needs Python 3.11, this is 3.9: run it as `python3.11 -m sandbox demo`")
    assert_refused(with_python((3, 14, 0), "test"), r"needs Python 3.11, this is 3.14")


def test_a_bench_may_have_another_python(tmp_path: Path) -> None:
    words = ("test", "--bench", str(tmp_path), "--site", "some.localhost")
    assert_refused(with_python((3, 14, 0), *words), "is no bench")
    assert_refused(with_python((3, 9, 2), *words), r"needs Python 3.10 or later, this is 3.9")


def fake_node(folder: Path, says: str) -> None:
    path = folder / "node"
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("says", ["echo v18.19.1", "echo nonsense", "exit 1"])
def test_an_old_or_broken_node_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    fake_node(tmp_path, says)
    monkeypatch.setattr(needs, "PATH", str(tmp_path))
    with pytest.raises(SandboxError, match=r"Node.js 20 or newer is needed.*install a newer one"):
        needs.check_node()


def test_a_new_node_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_node(tmp_path, "echo v22.1.0")
    monkeypatch.setattr(needs, "PATH", str(tmp_path))
    needs.check_node()


@pytest.mark.parametrize(("text", "version"), [("v20.20.2\n", 20), ("v9.1.0", 9), ("", 0), ("20.1.0", 0)])
def test_versions_of_node(text: str, version: int) -> None:
    assert needs.node_version(text) == version


@pytest.mark.parametrize(
    ("built", "free", "refused"),
    [
        (False, 1.9, True),
        (False, 2.1, False),
        (True, 1.9, False),
        (True, 0.2, True),
    ],
)
def test_a_full_disk_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, built: bool, free: float, refused: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, int(free * 1000**3)))
    layout = Layout(tmp_path / ".sandbox", tmp_path)
    if refused:
        with pytest.raises(SandboxError, match=r"GB are free.*free some"):
            needs.check_disk(layout, built)
    else:
        needs.check_disk(layout, built)


def test_without_root_the_one_apt_line_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "program", lambda *names: "/usr/bin/apt-get" if names == ("apt-get",) else None)
    monkeypatch.setattr(needs.os, "geteuid", lambda: 1000)
    with pytest.raises(SandboxError) as caught:
        needs.check_packages(Layout(tmp_path / ".sandbox", tmp_path), browser=True)
    line = re.search(r"sudo apt-get install -y (.+)", str(caught.value))
    assert line
    assert {"mariadb-server", "redis-server", "chromium", "npm", "nodejs", "wkhtmltopdf"} <= set(line[1].split())


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("exit 100", "could not be installed.*apt.log.*run `apt-get install"),
        ("exit 0", "still not found: .*redis-server"),
    ],
)
def test_root_installs_and_says_what_did_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, words: str
) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\ncase $1 in install) {does};; esac\n')
    apt.chmod(0o755)
    monkeypatch.setattr(needs, "program", lambda *names: str(apt) if names == ("apt-get",) else None)
    monkeypatch.setattr(needs.os, "geteuid", lambda: 0)
    with pytest.raises(SandboxError, match=words):
        needs.check_packages(Layout(tmp_path / ".sandbox", tmp_path), browser=False)
    update, install = (tmp_path / "calls").read_text().splitlines()
    assert update == "update"
    assert "mariadb-server" in install
    assert "chromium" not in install


def test_another_apt_is_waited_for_and_a_broken_off_one_finished_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("apt-get", "dpkg"):
        (tmp_path / name).write_text(
            f'#!/bin/sh\necho "{name} $1" >> {tmp_path}/calls\n'
            f'grep -c "{name} $1" {tmp_path}/calls | grep -q 2 && exit 0\necho "E: Could not get lock"; exit 100\n'
        )
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(needs, "program", lambda *names: str(tmp_path / names[0]))
    monkeypatch.setattr(needs.os, "geteuid", lambda: 0)
    monkeypatch.setattr(needs, "APT_PAUSE", 0)
    needs.check_packages(Layout(tmp_path / ".sandbox", tmp_path), False, ["python3.11-venv"])
    twice = [word for word in ("dpkg --configure", "apt-get update", "apt-get install") for _ in range(2)]
    assert (tmp_path / "calls").read_text().splitlines() == twice


@pytest.mark.parametrize(
    ("chosen", "able", "missing"),
    [("/usr/bin/other", False, []), (sys.executable, True, []), (sys.executable, False, [VENV_PACKAGE])],
)
def test_the_package_for_environments_is_that_of_the_version(
    chosen: str, able: bool, missing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needs.framework, "interpreter", lambda: (chosen, "3 11 2 /usr"))
    monkeypatch.setattr(needs.framework, "probe", lambda _: "3 11 2 /usr" if able else "")
    assert needs.missing_for_python() == missing


def test_the_demo_needs_no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "program", lambda *names: None)
    assert "chromium" in needs.missing_packages(browser=True)
    assert "chromium" not in needs.missing_packages(browser=False)


def test_a_taken_port_is_refused_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        out = sandbox("demo", "--port", str(other.getsockname()[1]))
    assert_refused(out, r"Port \d+ is taken by another program")


def test_a_missing_file_of_requests_is_refused() -> None:
    assert_refused(sandbox("demo", "--requests", "/nowhere/requests.csv"), r"no file /nowhere/requests.csv")


@pytest.mark.parametrize(
    "words",
    [
        ["demo", "--bench", "x"],
        ["test", "--site", "x"],
        ["test", "--yes-change", "x"],
        ["demo", "--nonsense"],
        ["demo", "--units", "19"],
        ["status", "--bench", "x", "--site", "y"],
        ["frappe", "--bench", "x"],
        [],
    ],
)
def test_wrong_words_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(words)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_arguments_of_pytest_pass_through() -> None:
    args, rest = parse(["test", "-m", "pure", "-x", "--keep", "tests/pure", "-k", "a or b"])
    assert args.keep
    assert rest == ["-m", "pure", "-x", "tests/pure", "-k", "a or b"]


def make_bench(folder: Path, **config: object) -> Path:
    for path in ("env/bin", "sites/shop.localhost"):
        (folder / path).mkdir(parents=True)
    (folder / "env/bin/python").symlink_to(sys.executable)
    (folder / "apps").mkdir()
    (folder / "apps/property_service").symlink_to(CHECKOUT)
    (folder / "sites/common_site_config.json").write_text("{}")
    (folder / "sites/shop.localhost/site_config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    """Put an exception in: that is how a command ends."""
    how: list[BaseException] = []

    def dispatch(*_: object) -> int:
        raise how[0]

    monkeypatch.setattr(cli, "end_on_signals", lambda: None)
    monkeypatch.setattr(cli, "dispatch", dispatch)
    yield how


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            PermissionError(errno.EACCES, "Permission denied", "/c/.sandbox/lock"),
            "/c/.sandbox/lock is closed .* belongs to",
        ),
        (PermissionError(errno.EPERM, "Operation not permitted"), "is closed to this user"),
        (OSError(errno.EROFS, "Read-only file system"), "copy the checkout"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "quota .* free 2 GB"),
        (OSError(errno.ENOSPC, "No space left on device"), "full: free 2 GB"),
    ],
)
def test_what_the_disk_refuses_is_one_sentence(
    error: OSError, words: str, ends: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    ends.append(error)
    assert cli.main(["status"]) == 2
    out = capsys.readouterr().out
    assert re.search(words, out)
    assert out.count("\n") == 1


@pytest.mark.parametrize("words", [["demo"], ["demo", "--no-serve"], ["test"]])
def test_a_command_broken_off_before_it_served_has_not_succeeded(words: list[str], ends: list[BaseException]) -> None:
    ends.append(KeyboardInterrupt())
    assert cli.main(words) == 130


def test_ctrl_c_ends_serving_as_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    served = object.__new__(serve.Served)
    served.processes = {}
    monkeypatch.setattr(serve, "time", SimpleNamespace(sleep=interrupted))
    try:
        served.watch()
    except KeyboardInterrupt:  # it would end the whole run of the tests
        pytest.fail("it goes on upwards")


def test_the_callers_python_settings_do_not_reach_the_sandboxs(
    ends: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*cli.MISLEADING, "PIP_INDEX_URL"):
        monkeypatch.setenv(name, "/opt/other")
    ends.append(SandboxError("It ends here."))
    assert cli.main(["status"]) == 2
    assert {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET"} <= set(cli.MISLEADING)
    assert not set(cli.MISLEADING) & set(os.environ)
    assert os.environ["PIP_INDEX_URL"] == "/opt/other"  # a mirror is the caller's to choose


@pytest.mark.parametrize("command", ["demo", "test"])
@pytest.mark.parametrize("site", ["other.localhost", "../shop.localhost", "assets"])
def test_a_site_that_is_not_there_is_refused(tmp_path: Path, command: str, site: str) -> None:
    bench = make_bench(tmp_path)
    assert_refused(sandbox(command, "--bench", str(bench), "--site", site), "has no site")


def test_a_folder_that_is_no_bench_is_refused(tmp_path: Path) -> None:
    assert_refused(sandbox("test", "--bench", str(tmp_path), "--site", "shop.localhost"), "is no bench")


@pytest.mark.parametrize("command", ["demo", "test"])
def test_another_checkout_than_the_benchs_is_refused(tmp_path: Path, command: str) -> None:
    bench = make_bench(tmp_path)
    (bench / "apps/property_service").unlink()
    (bench / "apps/property_service").mkdir()
    out = sandbox(command, "--bench", str(bench), "--site", "shop.localhost")
    assert_refused(out, rf"change to {bench}/apps/property_service")


def test_tests_are_refused_on_a_site_not_marked_for_them(tmp_path: Path) -> None:
    bench = make_bench(tmp_path)
    out = sandbox("test", "--bench", str(bench), "--site", "shop.localhost", "--yes-change", "shop.localhost")
    assert_refused(out, "set-config allow_tests true")


@pytest.mark.parametrize("again", [[], ["--yes-change", "other.localhost"]])
def test_tests_are_refused_on_a_site_not_named_again(tmp_path: Path, again: list[str]) -> None:
    bench = make_bench(tmp_path, allow_tests=True)
    out = sandbox("test", "--bench", str(bench), "--site", "shop.localhost", *again)
    assert_refused(out, "add --yes-change shop.localhost")


def test_a_bench_without_the_tests_packages_gets_the_pip_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = bench_mode.Bench(make_bench(tmp_path, allow_tests=True))
    monkeypatch.setattr(bench_mode, "TEST_PACKAGES", ("json", "no_such_package"))
    with pytest.raises(SandboxError, match=rf"{tmp_path}/env/bin/pip install no_such_package$"):
        bench_mode.test(bench, "shop.localhost", [])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"installed": True, "set_up": True, "real_communities": 3}, "holds 3 real communities"),
        ({"installed": False, "set_up": True, "real_communities": 0}, "install-app property_service"),
        ({"installed": True, "set_up": False, "real_communities": 0}, "finish the wizard"),
        (None, "bench start"),
    ],
)
def test_the_demo_estate_is_refused_on_a_site_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: object, words: str
) -> None:
    made: list[object] = []

    def call(self: bench_mode.Bench, command: list[str], _: str = "") -> subprocess.CompletedProcess[str]:
        made.append(command)
        return subprocess.CompletedProcess(command, 0 if answer else 1, json.dumps(answer) if answer else "")

    monkeypatch.setattr(bench_mode.Bench, "call", call)
    args, _ = parse(["demo", "--bench", str(make_bench(tmp_path)), "--site", "shop.localhost"])
    with pytest.raises(SandboxError, match=words):
        bench_mode.run(args, [])
    assert len(made) == 1  # the survey, and nothing that changes the site


def test_demo_people_of_another_bench_get_a_password_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[str] = []

    def call(self: bench_mode.Bench, command: list[str], values: str = "") -> subprocess.CompletedProcess[str]:
        if bench_mode.MAKE not in command:
            return subprocess.CompletedProcess(command, 0, '{"installed": true, "set_up": true, "real_communities": 0}')
        assert command[-1] == "-"  # every user of a machine reads the command lines of the others
        given.append(json.loads(values)["password"])
        return subprocess.CompletedProcess(
            command, 0, json.dumps([{"role": "Manager", "password": given[-1], "url": "/app"}])
        )

    monkeypatch.setattr(bench_mode.Bench, "call", call)
    args, _ = parse(["demo", "--bench", str(make_bench(tmp_path, host_name="https://h/")), "--site", "shop.localhost"])
    for _ in range(2):
        assert bench_mode.run(args, []) == 0
    assert len(set(given)) == 2
    assert all(len(word) >= 12 for word in given)
    assert f"{given[1]}  https://h/app" in capsys.readouterr().out
