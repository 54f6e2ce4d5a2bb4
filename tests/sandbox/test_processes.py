"""Processes: none outlives its command, and only our own are ended."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox import services, upkeep
from sandbox.layout import CHECKOUT, Layout
from sandbox.ports import HOST
from sandbox.processes import CommandFailed, end_marked, explain, mark, run_logged
from sandbox.say import SandboxError

pytestmark = pytest.mark.pure

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_process_of_an_earlier_command_is_ended() -> None:
    process = subprocess.Popen(SLEEPER)
    known = mark(process.pid)
    assert known and end_marked(known)
    assert process.wait(5) != 0
    assert mark(process.pid) is None


def test_a_stranger_with_the_same_number_is_left_alone() -> None:
    process = subprocess.Popen(SLEEPER)
    try:
        pid, started = mark(process.pid) or (0, "")
        assert not end_marked((pid, str(int(started) - 1)))
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def test_what_a_killed_command_started_ends_by_itself(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from sandbox.processes import start\n"
        f"print(start({SLEEPER!r}, Path(sys.argv[1])).pid, flush=True)\nimport time; time.sleep(60)"
    )
    outer = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "log")], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert outer.stdout
    inner = mark(int(outer.stdout.readline()))
    assert inner
    outer.kill()
    outer.wait()
    until = time.monotonic() + 10
    while mark(inner[0]) == inner and time.monotonic() < until:
        time.sleep(0.05)
    assert mark(inner[0]) != inner


def test_a_command_that_does_not_end_is_not_called_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print('in', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout and process.stdout.readline() == "in\n"
        monkeypatch.setattr(upkeep, "PATIENCE", 0.2)
        monkeypatch.setattr(upkeep, "holder", lambda _: (process.pid, "demo"))
        with pytest.raises(SandboxError, match=rf"`demo` \(process {process.pid}\) has not ended.*run stop again"):
            upkeep.stop(Layout(tmp_path / ".sandbox", tmp_path))
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("word", "kept"), [("SIG_IGN", True), ("SIG_DFL", False)], ids=["under nohup", "else"])
def test_a_closed_terminal_ends_a_command_unless_it_was_told_to_stay(word: str, kept: bool) -> None:
    script = (
        f"import signal; from sandbox.serve import end_on_signals; signal.signal(signal.SIGHUP, signal.{word})\n"
        "end_on_signals(); print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN)"
    )
    out = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert out.stdout == f"{kept}\n"


@pytest.mark.parametrize("name", ["mariadb", "redis_cache"])
def test_who_answers_in_place_of_a_server_of_ours_is_not_taken_for_it(tmp_path: Path, name: str) -> None:
    layout = Layout(tmp_path / ".sandbox", tmp_path)
    layout.database.mkdir(parents=True)
    with socket.socket() as stranger:
        stranger.bind((HOST, 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.2)"])
        if name != "mariadb":
            process.wait()
        with pytest.raises(SandboxError, match=rf"{name} does not start: run the command again"):
            services._wait(name, process, port, layout)
        process = subprocess.Popen(SLEEPER)
        try:
            (layout.database / "server.pid").write_text(f"{process.pid}\n")
            services._wait(name, process, port, layout)
        finally:
            process.kill()
            process.wait()


def test_output_is_logged_and_counted(tmp_path: Path) -> None:
    seen: list[str] = []
    lines = run_logged([sys.executable, "-c", "print('a'); print('b')"], tmp_path / "log", on_line=seen.append)
    assert lines == ["a", "b"]
    assert seen == ["a\n", "b\n"]
    assert (tmp_path / "log").read_text() == "a\nb\n"


def test_a_failing_command_gives_the_end_of_its_output(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed) as caught:
        run_logged([sys.executable, "-c", "import sys; print('why'); sys.exit(3)"], tmp_path / "log")
    assert caught.value.tail == "why"


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("OSError: [Errno 28] No space left on device", "disk filled up"),
        ("npm error code ENOSPC", "disk filled up"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "recorded hash"),
        ("npm error code EINTEGRITY", "recorded hash"),
        ("Failed to establish a new connection: [Errno 111] Connection refused", "package index cannot be reached"),
        ("ERROR: No matching distribution found for x==1", "package index cannot be reached"),
        ("npm error code ENOTFOUND", "package index cannot be reached"),
        ("KeyError: 'x'", r"Something failed while packing \(KeyError: 'x'\): read some.log"),
        ("", "Something failed while packing: read some.log"),
    ],
)
def test_a_failure_is_one_sentence_with_a_remedy(tail: str, expected: str) -> None:
    import re

    said = str(explain(CommandFailed(["x"], Path("some.log"), tail), "packing", "some.log", "package index"))
    assert re.search(expected, said)
    assert "again" in said
    assert "\n" not in said
