"""`demo` and `test` on a bench made with the ordinary tools, where other people's data may lie."""

import argparse
import json
import os
import secrets
import subprocess
from pathlib import Path
from typing import Any

from sandbox.bench import Bench
from sandbox.demo import MAKE, last_json, logins_of, table
from sandbox.layout import APP, CHECKOUT, SOURCE
from sandbox.say import SandboxError, say
from sandbox.testing import environment

TEST_PACKAGES = ("pytest", "hypothesis", "playwright", "requests")


def site_config(bench: Path, site: str) -> dict[str, Any]:
    """Configuration of a site as the framework reads it: the bench's, then the site's own."""
    merged: dict[str, Any] = {}
    for path in (bench / "sites" / "common_site_config.json", bench / "sites" / site / "site_config.json"):
        try:
            merged |= json.loads(path.read_text())
        except FileNotFoundError:
            continue
    return merged


def check_bench(bench: Path, site: str) -> None:
    """Refuse what is no bench, or has no such site."""
    if not (bench / "env" / "bin" / "python").exists() or not (bench / "sites").is_dir():
        raise SandboxError(
            f"{bench} is no bench (it lacks env/bin/python or sites/): give --bench the folder `bench init` made."
        )
    app = bench / "apps" / APP
    if app.resolve() != CHECKOUT:
        raise SandboxError(f"{CHECKOUT} is not the app of that bench: change to {app} and run the command there.")
    if "/" in site or not (bench / "sites" / site / "site_config.json").is_file():
        raise SandboxError(f"The bench has no site {site}: `ls {bench / 'sites'}` shows the sites it has.")


def check_consent(config: dict[str, Any], site: str, named_again: str | None) -> None:
    """Tests change data: only on a site marked for tests and named twice."""
    if not config.get("allow_tests"):
        raise SandboxError(
            f"{site} is not marked for tests, and tests change data: on a site you can lose, run "
            f"`bench --site {site} set-config allow_tests true` and try again."
        )
    if named_again != site:
        raise SandboxError(f"Tests change data in {site}: if you can lose it, add --yes-change {site}.")


def survey(bench: Bench, site: str) -> dict[str, Any]:
    """What is in the site: whether the app is installed, and how many real communities it holds."""
    out = bench.call([str(SOURCE / "inside" / "survey.py"), site])
    answer = last_json(out.stdout.splitlines())
    if out.returncode or not isinstance(answer, dict):
        raise SandboxError(
            f"{site} cannot be opened: start the bench's database and Redis (`bench start`) and run again."
        )
    if not answer["installed"]:
        raise SandboxError(f"{APP} is not installed in {site}: run `bench --site {site} install-app {APP}` first.")
    if not answer["set_up"]:
        raise SandboxError(
            f"{site} has not been set up, so its desk only shows the wizard: open it in a browser, finish the wizard, and run again."
        )
    return answer


def run(args: argparse.Namespace, rest: list[str]) -> int:
    """`demo` or `test` with --bench."""
    bench, site = Bench(args.bench.resolve()), args.site
    check_bench(bench.path, site)
    if args.command == "test":
        check_consent(site_config(bench.path, site), site, args.yes_change)
        return test(bench, site, rest)
    return demo(bench, site, args)


def test(bench: Bench, site: str, rest: list[str]) -> int:
    """Every test but those that break things, on the site."""
    probe = "import importlib.util as u, sys; print(*[n for n in sys.argv[1:] if not u.find_spec(n)])"
    missing = bench.call(["-c", probe, *TEST_PACKAGES]).stdout.split()
    if missing:
        raise SandboxError(
            f"The bench lacks the tests' packages; install them with: {bench.path}/env/bin/pip install {' '.join(missing)}"
        )
    survey(bench, site)
    env = os.environ | environment(str(bench.path), site, False) | {"PYTHONPATH": str(CHECKOUT)}
    env.pop("PROPERTY_SERVICE_SANDBOX", None)
    return subprocess.run([str(bench.python), "-m", "pytest", *rest], cwd=CHECKOUT, env=env, check=False).returncode


def demo(bench: Bench, site: str, args: argparse.Namespace) -> int:
    """The demo estate in the site; the bench serves it itself."""
    if args.port or args.requests or args.no_serve:
        raise SandboxError(
            "With --bench the site is not served from here: leave out --port, --requests and --no-serve."
        )
    real = survey(bench, site)["real_communities"]
    if real:
        raise SandboxError(f"{site} holds {real} real communities: take a site without any for the demo estate.")
    # others may reach that bench: no password that stands in the source
    values = {"password": secrets.token_urlsafe(9)} | ({} if args.units is None else {"units": args.units})
    say("Making the demo estate …")
    out = bench.call(bench.function(site, MAKE, None), json.dumps(values))
    if out.returncode:
        say(out.stdout)
        raise SandboxError("The demo estate could not be made: what the bench says about it stands above.")
    base = str(
        site_config(bench.path, site).get("host_name")
        or f"http://{site}:{site_config(bench.path, site).get('webserver_port', 8000)}"
    )
    for line in table(logins_of(last_json(out.stdout.splitlines())), base.rstrip("/")):
        say(line)
    say("\n`bench start` serves it.")
    return 0
