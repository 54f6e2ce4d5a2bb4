"""The processes of a site that is being used: web server, worker, scheduler, realtime relay, a payment gateway to try."""

import http.client
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sandbox import needs
from sandbox.layout import SOURCE, Layout
from sandbox.ports import HOST
from sandbox.processes import end, start
from sandbox.say import SandboxError, Step, say
from sandbox.services import remember
from sandbox.sites import Sites
from sandbox.state import State

PATIENCE = 60  # seconds until the first page must come


class Ended(Exception):
    """The command was told to end."""


def url_of(port: int) -> str:
    """The address people open."""
    return f"http://{HOST}:{port}"


def gateway_secret_file(layout: Layout, state: State) -> Path:
    """Where the secret lies that the site and its payment gateway share; made once per sandbox."""
    state.secret("gateway")
    return layout.root / "secrets" / "gateway"


def commands(layout: Layout, state: State, sites: Sites, site: str, ports: Mapping[str, int]) -> dict[str, list[str]]:
    """What to run, by name."""
    web, realtime = str(ports["web"]), str(ports["realtime"])
    return {
        "web": [
            str(layout.python),
            "-W",
            "ignore",
            str(SOURCE / "web_server.py"),
            "--sites",
            str(layout.sites),
            "--site",
            site,
            "--port",
            web,
            "--realtime",
            realtime,
        ],
        "worker": sites.bench.command("worker", "--queue", "short,default,long", "--quiet"),
        "scheduler": sites.bench.command("schedule"),
        "realtime": [
            needs.program("node") or "node",
            str(layout.node / "relay.mjs"),
            site,
            url_of(ports["web"]),
            f"redis://{HOST}:{ports['redis_queue']}",
            realtime,
        ],
        "gateway": [
            str(layout.python),
            str(SOURCE / "fake_gateway.py"),
            "--site-url",
            url_of(ports["web"]),
            "--secret-file",
            str(gateway_secret_file(layout, state)),
            "--port",
            str(ports["gateway"]),
        ],
    }


class Served:
    """The running processes; a context manager that ends them."""

    def __init__(self, layout: Layout, state: State, sites: Sites, site: str, ports: Mapping[str, int]) -> None:
        self.layout, self.state, self.port = layout, state, ports["web"]
        self.commands = commands(layout, state, sites, site, ports)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Served":
        try:
            for name in self.commands:
                self._start(name)
            self._wait_for_page()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            end(process, patience=10)

    def _start(self, name: str) -> None:
        process = start(self.commands[name], self.layout.logs / f"{name}.log", cwd=self.layout.sites)
        self.processes[name] = process
        remember(self.state, name, process)

    def _wait_for_page(self) -> None:
        until = time.monotonic() + PATIENCE
        with Step("Starting the web server"):
            while time.monotonic() < until and self.processes["web"].poll() is None:
                link = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
                try:
                    link.request("GET", "/login")
                    if link.getresponse().status == 200:
                        return
                    break
                except OSError:
                    time.sleep(0.1)
                finally:
                    link.close()
        log = self.layout.shown(self.layout.logs / "web.log")
        raise SandboxError(
            f"The web server does not serve its first page: read the end of {log}, then run the command again."
        )

    def watch(self) -> None:
        """Until Ctrl-C, then return: start again what ended by itself, at most once in ten seconds."""
        last: dict[str, float] = {}
        with suppress(KeyboardInterrupt):
            while True:
                for name, process in self.processes.items():
                    if process.poll() is not None and time.monotonic() - last.get(name, -60) > 10:
                        last[name] = time.monotonic()
                        log = self.layout.shown(self.layout.logs / f"{name}.log")
                        say(f"The {name} process ended (see {log}); it is started again.")
                        self._start(name)
                time.sleep(0.5)


def end_on_signals() -> None:
    """Make `kill` and a closed terminal end a command as tidily as Ctrl-C does."""

    def told(number: int, _frame: object) -> None:
        raise Ended(number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # `nohup` wants it to stay
            signal.signal(number, told)
