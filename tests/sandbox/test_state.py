"""Stamps, the record, the lock: what a killed run leaves and the next one finds."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.layout import CHECKOUT, Layout
from sandbox.say import SandboxError
from sandbox.state import State, digest, holder, locked, write_whole

pytestmark = pytest.mark.pure


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path / ".sandbox", tmp_path)
    made.make()
    return made


def test_a_step_is_done_only_for_the_same_inputs(layout: Layout) -> None:
    state = State(layout)
    state.done("env", "one")
    assert state.is_done("env", "one")
    assert not state.is_done("env", "two")
    state.undone("env", "never-stamped")
    assert not State(layout).is_done("env", "one")


@pytest.mark.parametrize("text", ["", "{", "[]", '"word"', "null", '{"ports": '])
def test_a_damaged_record_counts_as_an_empty_one(layout: Layout, text: str) -> None:
    (layout.root / "state.json").write_text(text)
    state = State(layout)
    assert state.get("ports") is None
    state.put(ports={"web": 2})
    assert State(layout).get("ports") == {"web": 2}


def test_a_copied_checkout_leaves_the_processes_and_ports_of_the_first_alone(layout: Layout, tmp_path: Path) -> None:
    State(layout).put(processes={"web": [1, "2"]}, ports={"web": 20001}, demo_units=40)
    copied = tmp_path / "copy" / ".sandbox"
    shutil.copytree(layout.root, copied)
    state = State(Layout(copied, tmp_path / "copy"))
    assert (state.get("processes"), state.get("ports"), state.get("demo_units")) == (None, None, 40)
    state.put(ports={"web": 20002})
    assert State(Layout(copied)).get("ports") == {"web": 20002}
    assert State(layout).get("processes") == {"web": [1, "2"]}


def test_a_write_that_is_cut_off_leaves_the_old_text(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    path = layout.root / "kept"
    write_whole(path, "old")

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sandbox.state.os.fsync", cut_off)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, "new and longer")
    assert path.read_text() == "old"


def test_secrets_are_kept_and_readable_by_the_owner_alone(layout: Layout) -> None:
    word = State(layout).secret("database")
    assert len(word) >= 20
    assert State(layout).secret("database") == word
    assert (layout.root / "secrets" / "database").stat().st_mode & 0o077 == 0
    assert layout.root.stat().st_mode & 0o077 == 0


def test_the_hash_of_a_folder_sees_names_and_contents(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "a.py").write_text("1")
    before = digest(folder)
    assert digest(folder) == before
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.pyc").write_text("x")
    assert digest(folder) == before
    (folder / "inner" / "a.py").rename(folder / "inner" / "b.py")
    renamed = digest(folder)
    (folder / "inner" / "b.py").write_text("2")
    assert len({before, renamed, digest(folder)}) == 3


def test_hashes_do_not_run_into_each_other() -> None:
    assert digest("ab", "c") != digest("a", "bc")


def test_a_second_command_is_refused_with_the_first_ones_name(layout: Layout) -> None:
    assert holder(layout) is None
    with locked(layout, "demo"):
        pid, command = holder(layout) or (0, "")
        assert command == "demo"
        with pytest.raises(SandboxError, match=rf"`demo`, process {pid}.*sandbox stop"), locked(layout, "test"):
            pytest.fail("both are in")
    assert holder(layout) is None
    with locked(layout, "test"):
        assert (holder(layout) or (0, ""))[1] == "test"


def test_the_lock_goes_with_a_killed_process(layout: Layout) -> None:
    script = (
        "import sys, time; from pathlib import Path; from sandbox.layout import Layout; from sandbox.state import locked\n"
        "with locked(Layout(Path(sys.argv[1])), 'demo'):\n  print('in', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(layout.root)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stdout.readline() == "in\n"
    assert holder(layout) == (process.pid, "demo")
    process.kill()
    process.wait()
    assert holder(layout) is None
    with locked(layout, "test"):
        pass
