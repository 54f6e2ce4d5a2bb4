"""What must be on the machine: programs, versions, room on the disk."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from sandbox import framework
from sandbox.layout import Layout
from sandbox.processes import CommandFailed, run_logged
from sandbox.say import SandboxError, Step

GIGABYTE = 1000**3
ROOM_TO_BUILD = 2 * GIGABYTE
ROOM_TO_RUN = GIGABYTE // 4
NODE_AT_LEAST = 20
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])
APT_PATIENCE = 300  # seconds for another apt, of a machine just started, to end
APT_PAUSE = 5  # seconds before it is tried again
KEPT_OUT = re.compile(r"Could not get lock|lock was locked")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def program(*names: str) -> str | None:
    """Path of the first of these programs that is installed. Debian keeps servers out of a user's PATH."""
    return next((path for name in names if (path := shutil.which(name, path=PATH))), None)


def _has_chinese_font() -> bool:
    if lister := program("fc-list"):
        out = subprocess.run([lister, ":lang=zh-cn", "file"], capture_output=True, text=True, check=False).stdout
        return bool(out.strip())
    return any(Path("/usr/share/fonts").rglob("NotoSansCJK*"))


def missing_packages(browser: bool) -> list[str]:
    """Names of the Debian packages whose programs are not there."""
    present = {
        "mariadb-server": program("mariadbd") and program("mariadb-install-db"),
        "mariadb-client": program("mariadb") and program("mariadb-dump"),
        "redis-server": program("redis-server"),
        "nodejs": program("node"),
        "npm": program("npm"),
        "wkhtmltopdf": program("wkhtmltopdf"),
        "fonts-noto-cjk": _has_chinese_font(),
        "chromium": not browser or program(*BROWSERS),
    }
    return [name for name, there in present.items() if not there] + missing_for_python()


def missing_for_python() -> list[str]:
    """The Debian package without which no Python of this version can make a virtual environment."""
    chosen, _ = framework.interpreter()
    able = chosen != sys.executable or framework.probe(chosen)
    return [] if able else ["python{0}.{1}-venv".format(*sys.version_info)]


def check_packages(layout: Layout, browser: bool, wanted: list[str] | None = None) -> None:
    """Install what is missing through apt (root), or say the one line that does."""
    names = missing_packages(browser) if wanted is None else wanted
    if not names:
        return
    line = f"apt-get install -y {' '.join(names)}"
    apt = program("apt-get")
    if not apt:
        raise SandboxError(
            f"These programs are missing: {', '.join(names)} (Debian's names); install them and run again."
        )
    if os.geteuid() != 0:
        raise SandboxError(f"Some programs are missing; install them with: sudo {line}")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    layout.logs.mkdir(parents=True, exist_ok=True)
    with Step(f"Debian packages: {', '.join(names)}"):
        try:
            if dpkg := program("dpkg"):
                with suppress(CommandFailed):  # what it cannot mend, apt says
                    _patiently([dpkg, "--configure", "-a"], layout.logs / "dpkg.log", env)
            _patiently([apt, "update"], layout.logs / "apt-update.log", env)
            _patiently([apt, "install", "-y", "--no-install-recommends", *names], layout.logs / "apt.log", env)
        except CommandFailed as error:
            raise SandboxError(
                f"The Debian packages could not be installed (details: {layout.shown(error.log)}): "
                f"mend what it says there, or run `{line}` yourself, and run again."
            ) from None
    framework.interpreter.cache_clear()
    if still := missing_packages(browser) if wanted is None else missing_for_python():
        raise SandboxError(f"Installed, but still not found: {', '.join(still)}; check PATH and run again.")


def _patiently(command: Sequence[str], log: Path, env: Mapping[str, str]) -> None:
    """Run a command of apt or dpkg, again and again while another one keeps it out. Raises CommandFailed."""
    until = time.monotonic() + APT_PATIENCE
    while True:
        try:
            run_logged(command, log, env=env)
            return
        except CommandFailed as error:
            if not KEPT_OUT.search(error.tail) or time.monotonic() > until:
                raise
        time.sleep(APT_PAUSE)


def complete_path(layout: Layout) -> None:
    """Let every process of ours find the servers, and MariaDB's client under the name the framework uses."""
    shims = layout.run / "bin"
    shims.mkdir(parents=True, exist_ok=True)
    for name, modern in (("mysql", "mariadb"), ("mysqldump", "mariadb-dump")):
        link = shims / name
        link.unlink(missing_ok=True)
        if not program(name) and (path := program(modern)):
            link.symlink_to(path)
    os.environ["PATH"] = os.pathsep.join([PATH, str(shims)])


def node_version(text: str) -> int:
    """Major version in what `node --version` prints; 0 if it is no version."""
    match = re.match(r"v(\d+)\.", text.strip())
    return int(match[1]) if match else 0


def check_node() -> None:
    """Refuse a Node.js too old for the asset build."""
    try:
        out = subprocess.run([program("node") or "node", "--version"], capture_output=True, text=True, check=False)
        said = out.stdout.strip()
    except OSError:
        said = ""
    if node_version(said) < NODE_AT_LEAST:
        raise SandboxError(
            f"Node.js {NODE_AT_LEAST} or newer is needed, `node` is {said or 'not usable'}: "
            "install a newer one, put it first in PATH, and run again."
        )


def check_disk(layout: Layout, built: bool) -> None:
    """Refuse to start where the disk would fill up."""
    need = ROOM_TO_RUN if built else ROOM_TO_BUILD
    free = shutil.disk_usage(layout.checkout).free
    if free < need:
        raise SandboxError(
            f"Only {free / GIGABYTE:.1f} GB are free on the disk of {layout.checkout}, {need / GIGABYTE:.1f} GB "
            "are needed: free some and run again."
        )
