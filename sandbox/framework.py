"""The Python side of the bench: virtual environment, Frappe's source, the app linked in."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

from sandbox.layout import APP, SOURCE, Layout
from sandbox.processes import CommandFailed, explain, run_logged
from sandbox.say import SandboxError, Step
from sandbox.state import State, digest, write_whole

LOCK = SOURCE / "requirements.lock"
WHEEL = SOURCE / "framework.lock"

# The wheel is Frappe's develop branch of August 2023 with the names replaced in every text file; longest spellings first.
NAMES = {
    "criscostack": "frappe",
    "Criscostack": "Frappe",
    "CRISCOSTACK": "FRAPPE",
    "criscoerp": "erpnext",
    "Criscoerp": "ERPNext",
    "CriscoERP": "ERPNext",
    "CRISCOERP": "ERPNEXT",
    "crisco": "frappe",
    "Crisco": "Frappe",
    "CRISCO": "FRAPPE",
    "brik_helper": "bench_helper",
}
PATTERN = re.compile("|".join(NAMES))

DISTRIBUTION = "/usr/bin/python{0}.{1}"
# Version and place, from a Python that can make a virtual environment. No build date: a new build of a version changes nothing.
SAYS = (
    "import ctypes, ensurepip, ssl, sys, venv, zlib; ensurepip.version(); print(*sys.version_info[:3], sys.base_prefix)"
)
PROBE_PATIENCE = 60  # seconds

# descriptions of Google's services, 100 MB that nothing here reads
NEEDLESS = ("googleapiclient/discovery_cache/documents",)


def rename(text: str) -> str:
    """Put Frappe's own names back."""
    return PATTERN.sub(lambda match: NAMES[match[0]], text)


def locked_entries(text: str) -> dict[str, str]:
    """Entries of a hashed requirements file by package name, each with its hashes."""
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    return {entry.split("==")[0].strip().lower(): entry for entry in entries if "==" in entry}


def probe(path: str) -> str:
    """Return version and place of a Python in words; empty if it cannot make a virtual environment, or is none."""
    try:
        tried = subprocess.run(
            [path, "-I", "-c", SAYS], capture_output=True, text=True, check=False, timeout=PROBE_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if tried.returncode else tried.stdout.strip()


@cache
def interpreter() -> tuple[str, str]:
    """Return the Python that the virtual environment is made from: its program, and its version and place in words.

    The distribution's own of the running version, where it can make one: it is compiled with every optimisation, and a quarter
    quicker than one compiled by hand without.
    """
    path = DISTRIBUTION.format(*sys.version_info)
    if sys.base_prefix != "/usr" and (found := probe(path)):
        return path, found
    return sys.executable, " ".join(map(str, (*sys.version_info[:3], sys.base_prefix)))


def env_key(layout: Layout) -> str:
    """Hash of all that decides what the virtual environment holds."""
    return digest(LOCK, interpreter()[1], str(layout.root))


def is_ready(layout: Layout, state: State) -> bool:
    """Whether Python can run with the pinned packages and Frappe's source."""
    return (
        state.is_done("env", env_key(layout))
        and layout.python.exists()
        and state.is_done("source", source_key())
        and (layout.apps / "frappe").is_dir()
    )


def make_env(layout: Layout, state: State) -> None:
    """The virtual environment with the pinned packages, each file checked against its hash."""
    key = env_key(layout)
    if state.is_done("env", key) and layout.python.exists():
        link_apps(layout)
        return
    state.undone("env")
    shutil.rmtree(layout.env, ignore_errors=True)
    entries = locked_entries(LOCK.read_text())
    # built from source with the pinned setuptools, not with one fetched unchecked
    first = layout.scratch / "first.lock"
    first.write_text(entries["setuptools"])
    pip = [
        layout.python,
        "-m",
        "pip",
        "install",
        "--no-cache-dir",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
        "--no-deps",
        "--require-hashes",
        "--no-build-isolation",
    ]
    log = layout.logs / "python-packages.log"
    with Step("Python packages") as step:
        collected = 0

        def count(line: str) -> None:
            nonlocal collected
            collected += line.startswith("Collecting ")
            step.advance(collected, 2 * len(entries))

        step.measure = lambda: sum(1 for _ in site_packages(layout).glob("*.dist-info"))
        try:
            run_logged([interpreter()[0], "-m", "venv", layout.env], layout.logs / "venv.log")
            run_logged([*pip, "-r", first], layout.logs / "python-first.log")
            run_logged([*pip, "-r", LOCK], log, env=os.environ | {"PYTHONUNBUFFERED": "1"}, on_line=count)
        except CommandFailed as error:
            raise explain(
                error, "installing the Python packages", layout.shown(error.log), "Python package index"
            ) from None
    for name in NEEDLESS:
        shutil.rmtree(site_packages(layout) / name, ignore_errors=True)
    link_apps(layout)
    state.done("env", key)


def site_packages(layout: Layout) -> Path:
    """Where the environment keeps its packages."""
    return layout.env / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def link_apps(layout: Layout) -> None:
    """The checkout is the app's folder in the bench, as a link; both apps can be imported."""
    link = layout.apps / APP
    if not link.is_symlink() or os.readlink(link) != str(layout.checkout):
        link.unlink(missing_ok=True)
        link.symlink_to(layout.checkout)
    paths = "".join(f"{layout.apps / app}\n" for app in ("frappe", APP))
    for path, text in (
        (site_packages(layout) / "bench-apps.pth", paths),
        (layout.sites / "apps.txt", f"frappe\n{APP}\n"),
    ):
        if not path.exists() or path.read_text() != text:
            write_whole(path, text, 0o644)


def source_key() -> str:
    """Hash of all that decides what Frappe's source is here."""
    return digest(WHEEL, repr(NAMES))


def make_source(layout: Layout, state: State) -> None:
    """Frappe's source in `apps/frappe`."""
    target = layout.apps / "frappe"
    if state.is_done("source", source_key()) and target.is_dir():
        return
    state.undone("source")
    folder, part, log = layout.scratch / "wheel", layout.apps / "frappe.part", layout.logs / "framework.log"
    for old in (folder, part, target):
        shutil.rmtree(old, ignore_errors=True)
    with Step("Framework source"):
        try:
            run_logged(
                [
                    layout.python,
                    "-m",
                    "pip",
                    "download",
                    "--no-cache-dir",
                    "--disable-pip-version-check",
                    "--progress-bar",
                    "off",
                    "--no-deps",
                    "--require-hashes",
                    "-r",
                    WHEEL,
                    "-d",
                    folder,
                ],
                log,
            )
        except CommandFailed as error:
            if "No matching distribution" in error.tail and "from versions: none" in error.tail:
                raise SandboxError(
                    "The package index does not have the framework's package the sandbox is made from: check the mirror "
                    "you have set; if it is gone for good, use a bench of your own with --bench PATH --site NAME."
                ) from None
            raise explain(error, "fetching the framework", layout.shown(log), "Python package index") from None
        unpack(next(folder.glob("*.whl")), part)
        os.replace(part, target)
        shutil.rmtree(folder)
    state.done("source", source_key())


def unpack(wheel: Path, target: Path) -> int:
    """Write the wheel's package under its own name into `target`; return the number of files."""
    count = 0
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            if info.is_dir() or not info.filename.startswith("criscostack/"):
                continue
            data = archive.read(info)
            try:
                data = rename(data.decode()).encode()
            except UnicodeDecodeError:
                pass  # a picture, a font, an archive: as it is
            path = target / rename(info.filename)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            count += 1
    return count
