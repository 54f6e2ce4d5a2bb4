"""Starting, finding and ending processes; running the steps' commands with a log."""

import ctypes
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox.say import SandboxError

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)

Mark = tuple[int, str]  # process id, and the moment it started: ids are used again, the pair is not

OFFLINE = re.compile(
    r"Temporary failure in name resolution|Name or service not known|Network is unreachable|Connection refused|"
    r"Failed to establish a new connection|Could not resolve|Read timed out|ConnectTimeout|ProxyError|"
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|No matching distribution found|E404|network"
)


class CommandFailed(Exception):
    """A command of a step ended badly. `tail` is the end of what it said."""

    def __init__(self, command: Sequence[str], log: Path, tail: str) -> None:
        super().__init__(f"{command[0]} failed")
        self.log, self.tail = log, tail


def die_with_parent() -> None:
    """Ask the kernel to end this process when the one that started it is gone, killed ones too."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def die_at_once_with_parent() -> None:
    """The same for a step: it must not tidy up (npm does) while the next run does the step again."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def run_logged(
    command: Sequence[str | Path],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> list[str]:
    """Run a command to its end, its output in `log`; return the lines. Raises CommandFailed."""
    words = [str(word) for word in command]
    lines: list[str] = []
    with open(log, "w", encoding="utf-8") as file:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            preexec_fn=die_at_once_with_parent,
        )
        try:
            for line in process.stdout or ():
                file.write(line)
                lines.append(line.rstrip("\n"))
                if on_line:
                    on_line(line)
        except BaseException:
            end(process)
            raise
        if process.wait() != 0:
            raise CommandFailed(words, log, "\n".join(lines[-40:]))
    return lines


def explain(error: CommandFailed, doing: str, shown: str, registry: str = "") -> SandboxError:
    """Turn a failed command into one sentence with the remedy."""
    if any(word in error.tail for word in ("No space left on device", "ENOSPC", "Disk quota exceeded", "EDQUOT")):
        return SandboxError(f"The disk filled up while {doing}: free 2 GB and run the command again.")
    if "do not match the hashes" in error.tail.lower() or "EINTEGRITY" in error.tail:
        return SandboxError(
            f"A package does not have the recorded hash while {doing}: clear or change the package mirror "
            f"you use and run the command again (details: {shown})."
        )
    if registry and OFFLINE.search(error.tail):
        return SandboxError(
            f"The {registry} cannot be reached or lacks a package while {doing}: check the network or the mirror "
            f"you have set, and run the command again (details: {shown})."
        )
    lines = [line.strip() for line in reversed(error.tail.splitlines()) if line.strip()]
    said = next((line for line in lines if "error" in line.lower()), lines[0] if lines else "")
    return SandboxError(
        f"Something failed while {doing}{f' ({said[:200]})' if said else ''}: read {shown}, then run the command again."
    )


def start(
    command: Sequence[str | Path], log: Path, *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a process that lives no longer than this one, away from the terminal's Ctrl-C."""
    with open(log, "ab") as file:
        return subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def end(process: subprocess.Popen, patience: float = 20) -> None:
    """Ask a process of ours to end; after `patience` seconds make it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def mark(pid: int) -> Mark | None:
    """The pair by which a process is known, None if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else (pid, fields[19])


def end_marked(known: Sequence, patience: float = 30) -> bool:
    """End a process an earlier command started, if it still is the same one. Returns whether there was one."""
    pid, started = int(known[0]), str(known[1])
    for sign, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        if mark(pid) != (pid, started):
            return sign != signal.SIGTERM
        os.kill(pid, sign)
        until = time.monotonic() + seconds
        while time.monotonic() < until and mark(pid) == (pid, started):
            time.sleep(0.05)
    return True
