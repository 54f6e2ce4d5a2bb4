"""`demo`: a site with the demo estate, served until Ctrl-C."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sandbox import ports as port_rules
from sandbox.layout import APP, SOURCE, Layout
from sandbox.say import SandboxError, say
from sandbox.serve import Served, gateway_secret_file, url_of
from sandbox.services import services
from sandbox.sites import ADMIN_PASSWORD, Sites
from sandbox.state import State, digest, write_whole

SITE = "demo.localhost"
MAKE = f"{APP}.setup.demo.make"
TAKE_IN = f"{APP}.setup.importers.requests.run_file"


def has_function(checkout: Path, dotted: str) -> bool:
    """Whether the app of this checkout has the module that holds the function."""
    module = checkout.joinpath(*dotted.split(".")[:-1])
    return module.with_suffix(".py").exists() or (module / "__init__.py").exists()


def last_json(lines: Sequence[str]) -> Any:
    """The value in the last line that is not empty; None if it is no JSON."""
    said = [line for line in lines if line.strip()]
    try:
        return json.loads(said[-1]) if said else None
    except ValueError:
        return None


def logins_of(answer: Any) -> list[dict[str, str]]:
    """The logins in what the demo estate answers: rows of role, user or phone, password, url, and what to try."""
    if not isinstance(answer, list):
        return []
    wanted = ("role", "user", "password", "url", "try")
    rows = [row | {"user": row.get("user") or row.get("phone")} for row in answer if isinstance(row, dict)]
    return [{name: str(row.get(name) or "") for name in wanted} for row in rows]


def table(logins: Sequence[dict[str, str]], base: str) -> list[str]:
    """The logins as lines; each address is put on `base`."""
    rows = [("Role", "User", "Password", "Open", "To try")]
    for login in logins:
        parts = urlsplit(login["url"])
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        address = f"{base}/{path.lstrip('/')}"
        rows.append((login["role"], login["user"], login["password"], address, login["try"]))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [lines[0], "-" * max(map(len, lines)), *lines[1:]]


ADMINISTRATOR = {"role": "Administrator", "user": "Administrator", "password": ADMIN_PASSWORD, "url": "/app", "try": ""}


class Demo:
    """The demo site of one sandbox, while its services run."""

    def __init__(self, layout: Layout, state: State, sites: Sites) -> None:
        self.layout, self.state, self.sites = layout, state, sites
        self.logins_file = layout.root / "logins.json"

    def prepare(self, units: int | None) -> None:
        """The site, the app as it is now, and the demo estate."""
        key = self.sites.app_key()
        if not self.state.is_done("demo-site", "1") or not self.sites.config(SITE):
            self.state.undone("demo-site", "demo-app", "demo-data")
            self.sites.make(SITE, self.sites.make_fresh_dump())
            self.sites.install_app(SITE)
            self.state.done("demo-app", key)
            self.state.done("demo-site", "1")
        elif not self.state.is_done("demo-app", key):
            self.sites.migrate(SITE)
            self.state.done("demo-app", key)
        self._load(units)

    def _load(self, units: int | None) -> None:
        if not has_function(self.layout.checkout, MAKE):
            say("  The demo estate is not part of this version: the site is empty.")
            return
        wanted = {} if units is None else {"units": units}
        if self.state.is_done("demo-data", "1"):
            held = self.state.get("demo_units")
            if units is not None and units != held:
                raise SandboxError(
                    f"The demo site already holds an estate ({f'{held} units' if held else 'of the usual size'}): "
                    "run `python3 -m sandbox reset` to throw it away, then this command again."
                )
            return
        if self.state.get("demo_begun"):
            # killed half-way: what is there was made by nobody
            self.state.undone("demo-site")
            self.state.put(demo_begun=False)
            return self.prepare(units)
        self.state.put(demo_begun=True, demo_units=units)
        words = self.sites.bench.function(SITE, MAKE, wanted)
        logins = logins_of(last_json(self.sites.run("Demo estate", "demo-estate.log", words, script=True)))
        write_whole(self.logins_file, json.dumps(logins, indent=1, ensure_ascii=False))
        self.state.done("demo-data", "1")
        self.state.put(demo_begun=False)

    def take_in(self, csv: Path) -> None:
        """Take in a file of requests and show what the importer says."""
        if not has_function(self.layout.checkout, TAKE_IN):
            say("  The importer of requests is not part of this version: the file is left alone.")
            return
        words = self.sites.bench.function(SITE, TAKE_IN, {"path": str(csv)})
        for line in self.sites.run(f"Taking in {csv.name}", "requests.log", words, script=True)[:-1]:
            say(f"  {line}")

    def connect_gateway(self, port: int) -> None:
        """Tell the site the payment gateway that is served beside it; only where something has changed."""
        secret, page = gateway_secret_file(self.layout, self.state), f"{url_of(port)}/pay"
        key = digest(secret, page, str(self.sites.config(SITE).get("db_password")))
        if self.state.is_done("demo-gateway", key):
            return
        words = [str(SOURCE / "inside" / "set_gateway.py"), SITE, page, str(secret)]
        self.sites.run("Payment gateway", "gateway-settings.log", words, script=True)
        self.state.done("demo-gateway", key)

    def logins(self) -> list[dict[str, str]]:
        """Everyone who can sign in."""
        known = logins_of(json.loads(self.logins_file.read_text())) if self.logins_file.exists() else []
        return [ADMINISTRATOR, *known]


def run(
    layout: Layout, state: State, *, port: int | None, units: int | None, requests: Path | None, serve: bool
) -> None:
    """Prepare the demo site and serve it until Ctrl-C."""
    with services(layout, state) as allotted:
        if port:
            allotted = allotted | {"web": port_rules.wanted(port)}
        demo = Demo(layout, state, Sites(layout, state, allotted))
        demo.prepare(units)
        demo.sites.configure(SITE, host_name=url_of(allotted["web"]))
        if requests:
            demo.take_in(requests)
        demo.connect_gateway(allotted["gateway"])
        if not serve:
            say("Ready; `python3 -m sandbox demo` serves it.")
            return
        with Served(layout, state, demo.sites, SITE, allotted) as served:
            say()
            for line in table(demo.logins(), url_of(allotted["web"])):
                say(line)
            say(f"\nServing {url_of(allotted['web'])} on this machine only. Ctrl-C ends it.")
            served.watch()
    say("\nEnded.")
