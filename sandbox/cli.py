"""The commands."""

import argparse
import errno
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sandbox import assets, bench_mode, benchmark, demo, framework, needs, testing, upkeep
from sandbox.layout import Layout, here
from sandbox.ports import wanted
from sandbox.say import SandboxError, say
from sandbox.serve import Ended, end_on_signals
from sandbox.services import running, services
from sandbox.sites import Sites
from sandbox.state import State, locked

REFUSED = 2
PROG = "python3 -m sandbox"
# With these of the caller's Python a virtual environment would read another's packages, or pip write outside `.sandbox/`.
MISLEADING = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_ROOT")
DISK = {
    errno.ENOSPC: "The disk is full: free 2 GB and run the command again.",
    errno.EDQUOT: "Your quota of the disk is used up: free 2 GB and run the command again.",
    errno.EROFS: "The disk of the checkout can only be read: copy the checkout to one you may write to, and run again.",
}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog=PROG, description="A throwaway bench to try and test the app on this machine.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("demo", help="a site with the demo estate, served until Ctrl-C", allow_abbrev=False)
    one.add_argument("--no-serve", action="store_true", help="only prepare it")
    one.add_argument("--port", type=int, help="the web server's port")
    one.add_argument("--units", type=int, help="size of the demo estate in units")
    one.add_argument("--requests", type=Path, metavar="CSV", help="also take in a file of repair requests")
    two = commands.add_parser(
        "test", help="every test on a throwaway site; other arguments go to pytest", allow_abbrev=False
    )
    two.add_argument("--keep", action="store_true", help="use the site of the last run as it is")
    for command in (one, two):
        command.add_argument("--bench", type=Path, metavar="PATH", help="a bench made with the ordinary tools")
        command.add_argument("--site", metavar="NAME", help="with --bench: the site on it")
        command.add_argument("--yes-change", metavar="SITE", help="with --bench: the site's name again")
    three = commands.add_parser("frappe", help="the framework's command line: frappe -- ARGS", allow_abbrev=False)
    three.add_argument("arguments", nargs=argparse.REMAINDER)
    commands.add_parser("status", help="what is built and running")
    commands.add_parser("stop", help="end what runs in this checkout")
    four = commands.add_parser("reset", help="throw the sites away; the next run makes them anew")
    four.add_argument("--all", action="store_true", help="throw everything away")
    five = commands.add_parser("benchmark", help="run the benchmarks, or one of them")
    five.add_argument("name", nargs="?", metavar="NAME")
    return top


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The parsed command line, and what is left for pytest."""
    top = parser()
    args, rest = top.parse_known_args(arguments)
    if rest and args.command != "test":
        top.error(f"unknown: {' '.join(rest)}")
    if args.command in ("demo", "test"):
        if bool(args.bench) != bool(args.site) or (args.yes_change and not args.bench):
            top.error("--bench PATH and --site NAME go together, --yes-change SITE only with them")
    if args.command == "demo" and args.units is not None and not 20 <= args.units <= 100_000:
        top.error("--units: from 20 to 100000")
    return args, [word for word in rest if word != "--"]


def build(layout: Layout, state: State, *, browser: bool = False, python_only: bool = False) -> None:
    """Everything but sites; only what is missing or out of date is done."""
    layout.make()
    needs.complete_path(layout)
    needs.check_disk(layout, state.is_done("env", framework.env_key(layout)))
    if python_only:
        needs.check_packages(layout, False, needs.missing_for_python())
    else:
        needs.check_packages(layout, browser)
        needs.check_node()
    framework.make_env(layout, state)
    framework.make_source(layout, state)
    if not python_only:
        assets.make_packages(layout, state)
        assets.build(layout, state)


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit status."""
    args, rest = parse(arguments)
    end_on_signals()
    for name in MISLEADING:
        os.environ.pop(name, None)
    try:
        return dispatch(here(), args, rest)
    except SandboxError as refusal:
        say(f"sandbox: {refusal}")
        return REFUSED
    except PermissionError as error:
        say(
            f"sandbox: {error.filename or 'A file or process'} is closed to this user: run the command as the user it "
            "belongs to, or have that one remove .sandbox/, and run again."
        )
        return REFUSED
    except OSError as error:
        if error.errno not in DISK:
            raise
        say(f"sandbox: {DISK[error.errno]}")
        return REFUSED
    except KeyboardInterrupt:
        say("\nEnded.")
        return 130
    except Ended as ended:
        say("\nEnded.")
        return 128 + int(ended.args[0])


def dispatch(layout: Layout, args: argparse.Namespace, rest: list[str]) -> int:
    """Run the command of a parsed command line."""
    if getattr(args, "bench", None):
        return bench_mode.run(args, rest)
    if args.command == "status":
        return upkeep.status(layout)
    if args.command == "stop":
        return upkeep.stop(layout)
    requests = getattr(args, "requests", None)
    if requests and not requests.is_file():
        raise SandboxError(f"There is no file {requests}: give --requests the path of a CSV file.")
    if getattr(args, "port", None) is not None:
        wanted(args.port)
    state = State(layout)
    if is_pure(args, rest) and framework.is_ready(layout, state):
        return testing.pytest(layout, rest, {})  # touches nothing that a running demo uses
    if args.command == "frappe" and {"mariadb", "redis_cache"} <= set(running(state)):
        return frappe(layout, args.arguments)
    with locked(layout, args.command):
        state = State(layout)
        try:
            return work(layout, state, args, rest)
        finally:
            shutil.rmtree(layout.scratch, ignore_errors=True)


def work(layout: Layout, state: State, args: argparse.Namespace, rest: list[str]) -> int:
    """The commands that need the checkout for themselves."""
    if args.command == "reset":
        return upkeep.reset(layout, state, args.all)
    pure = is_pure(args, rest)
    build(layout, state, browser=args.command == "test", python_only=pure)
    if pure:
        return testing.pytest(layout, rest, {})
    if args.command == "test":
        return testing.run(layout, state, rest, args.keep)
    if args.command == "benchmark":
        return benchmark.run(layout, state, args.name)
    if args.command == "frappe":
        with services(layout, state):
            return frappe(layout, args.arguments)
    requests = args.requests.resolve() if args.requests else None
    demo.run(layout, state, port=args.port, units=args.units, requests=requests, serve=not args.no_serve)
    return 0


def is_pure(args: argparse.Namespace, rest: list[str]) -> bool:
    """Whether the command runs only tests that need no site."""
    return args.command == "test" and testing.needs_no_site(rest)


def frappe(layout: Layout, words: Sequence[str]) -> int:
    """The framework's command line, on the terminal."""
    needs.complete_path(layout)
    command = Sites(layout, State(layout), {}).bench.command(*(words[1:] if words[:1] == ["--"] else words))
    return subprocess.run(command, cwd=layout.sites, check=False).returncode
