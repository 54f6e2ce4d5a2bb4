"""What outlives a command: the record in `state.json`, the stamps of finished steps, and the lock."""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.layout import Layout
from sandbox.say import SandboxError

SKIPPED_FOLDERS = {"__pycache__", "node_modules", "dist", ".git"}
OF_THE_PLACE = ("root", "processes", "ports")


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file so that a reader, or a run after a kill, finds the old text or the new, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def digest(*parts: str | bytes | Path) -> str:
    """A hash of texts and of files' contents; of a folder, of all names and contents in it."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            for path in _files(part):
                total.update(str(path.relative_to(part)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        else:
            total.update(part.encode() if isinstance(part, str) else part)
        total.update(b"\1")
    return total.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = []
    for folder, names, files in os.walk(path):
        names[:] = [name for name in names if name not in SKIPPED_FOLDERS]
        found += [Path(folder, file) for file in files if not file.endswith(".pyc")]
    return sorted(file for file in found if file.is_file())


class State:
    """The record of one sandbox: ports, the database's root password, processes, notes on sites."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.path = layout.root / "state.json"
        self.data: dict[str, Any] = {}
        try:
            self.data = json.loads(self.path.read_text())
        except (FileNotFoundError, ValueError):
            pass  # ValueError: not ours, or damaged by hand; everything in it can be made anew
        if not isinstance(self.data, dict):
            self.data = {}
        if self.data.get("root", str(layout.root)) != str(layout.root):
            # copied with its checkout: what runs and listens there is the other one's
            self.data = {name: value for name, value in self.data.items() if name not in OF_THE_PLACE}

    def get(self, name: str, default: Any = None) -> Any:
        """A value of the record."""
        return self.data.get(name, default)

    def put(self, **values: Any) -> None:
        """Set values and save."""
        self.data.update(values, root=str(self.layout.root))
        write_whole(self.path, json.dumps(self.data, indent=1, sort_keys=True))

    def secret(self, name: str) -> str:
        """A random word, the same at every call."""
        kept = self.layout.root / "secrets" / name
        if not kept.exists():
            write_whole(kept, secrets.token_urlsafe(18))
        return kept.read_text()

    def is_done(self, step: str, key: str) -> bool:
        """Whether the step was finished with just these inputs."""
        path = self.layout.root / "stamps" / step
        return path.exists() and path.read_text() == key

    def done(self, step: str, key: str) -> None:
        """Stamp a step as finished."""
        write_whole(self.layout.root / "stamps" / step, key)

    def undone(self, *steps: str) -> None:
        """Take stamps away, before a step begins to change things."""
        for step in steps:
            (self.layout.root / "stamps" / step).unlink(missing_ok=True)


def holder(layout: Layout) -> tuple[int, str] | None:
    """Process id and command of the sandbox command at work in this checkout, if there is one."""
    path = layout.root / "lock"
    if not path.exists():
        return None
    with open(path, encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, _, command = file.read().partition(" ")
            return (int(pid) if pid.isdigit() else 0), command.strip() or "a command"
    return None


@contextmanager
def locked(layout: Layout, command: str) -> Iterator[None]:
    """Keep every other sandbox command of this checkout out. Ends with the process, however it ends."""
    layout.root.mkdir(parents=True, exist_ok=True)
    with open(layout.root / "lock", "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, other = holder(layout) or (0, "a command")
            raise SandboxError(
                f"Another sandbox command (`{other}`, process {pid}) is at work in this checkout: wait until it ends, "
                "or end it with `python3 -m sandbox stop`."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()} {command}")
        file.flush()
        yield
        file.truncate(0)
