"""Sites: one fresh site is made and dumped, every other starts as a copy of it."""

import gzip
import json
import os
import secrets
import shutil
import subprocess
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox import needs
from sandbox.bench import Bench
from sandbox.framework import source_key
from sandbox.layout import APP, SOURCE, Layout
from sandbox.processes import CommandFailed, explain, run_logged
from sandbox.say import SandboxError, Step
from sandbox.services import root_password, sql
from sandbox.state import State, digest, write_whole

ADMIN_PASSWORD = "admin"  # noqa: S105 - of a site that only this machine reaches
FRESH = "fresh.localhost"
FOLDERS = ("public/files", "private/files", "private/backups", "logs", "locks")
# read as they lie whenever they are wanted; a site need not hear of them
LIVE_FOLDERS = {"public", "www", "templates", "locale", "translations", "tests"}
LIVE_ENDINGS = (".js", ".css", ".scss")


def app_parts(package: Path) -> list[str | Path]:
    """Names and files that decide what a site holds after installing the app."""
    parts: list[str | Path] = []
    for folder, names, files in os.walk(package):
        top = Path(folder) == package
        names[:] = sorted(name for name in names if name != "__pycache__" and not (top and name in LIVE_FOLDERS))
        for file in sorted(files):
            if not file.startswith("test_") and not file.endswith((*LIVE_ENDINGS, ".pyc")):
                path = Path(folder, file)
                parts += [str(path.relative_to(package)), path]
    return parts


class Sites:
    """The sites of one sandbox, while its services run."""

    def __init__(self, layout: Layout, state: State, ports: Mapping[str, int]) -> None:
        self.layout, self.state, self.ports = layout, state, dict(ports)
        self.bench = Bench(layout.bench)

    def run(self, title: str, log: str, words: list[str], *, script: bool = False) -> list[str]:
        """Run a command of the framework (or a script) as one step; return its lines."""
        path = self.layout.logs / log
        command = [str(self.bench.python), "-W", "ignore", *words] if script else self.bench.command(*words)
        with Step(title):
            try:
                return run_logged(command, path, cwd=self.bench.sites)
            except CommandFailed as error:
                raise explain(error, title[0].lower() + title[1:], self.layout.shown(path)) from None

    def fresh_key(self) -> str:
        """Hash of all that decides what a fresh site holds."""
        return digest(source_key(), SOURCE / "requirements.lock", SOURCE / "inside" / "fresh_site.py")

    def app_key(self) -> str:
        """Hash of the fresh site and of all in the app that a site hears of by install or migrate."""
        return digest(self.fresh_key(), *app_parts(self.layout.checkout / APP))

    def make_fresh_dump(self) -> str:
        """A dump of a site with the wizard done and no app of ours; returns its name."""
        if self.state.is_done("fresh-site", self.fresh_key()) and self._dump("fresh").exists():
            return "fresh"
        self.state.undone("fresh-site")
        self.drop(FRESH)
        self.run(
            "New site",
            "new-site.log",
            [
                "new-site",
                FRESH,
                "--db-name",
                self._database(FRESH),
                "--admin-password",
                ADMIN_PASSWORD,
                "--no-mariadb-socket",
            ],
        )
        script = str(SOURCE / "inside" / "fresh_site.py")
        self.run("Set-up wizard", "wizard.log", [script, FRESH, ADMIN_PASSWORD], script=True)
        self.dump(FRESH, "fresh")
        self.drop(FRESH)
        self.state.done("fresh-site", self.fresh_key())
        return "fresh"

    def make(self, site: str, dump: str, **config: Any) -> None:
        """Make a site from a dump; one of that name is thrown away."""
        held = self._held(dump)
        self.drop(site)
        database, password = self._database(site), secrets.token_urlsafe(18)
        for folder in FOLDERS:
            (self.bench.sites / site / folder).mkdir(parents=True)
        sql(
            self.state,
            self.ports,
            f"CREATE DATABASE `{database}`; CREATE USER '{database}'@'%' IDENTIFIED BY '{password}'; "
            f"GRANT ALL PRIVILEGES ON `{database}`.* TO '{database}'@'%';",
        )
        self._client("mariadb", held, database)
        self.configure(site, db_name=database, db_password=password, db_type="mariadb", **config)

    def configure(self, site: str, **config: Any) -> None:
        """Set values of the site's configuration."""
        path = self.bench.sites / site / "site_config.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        if known | config != known:
            write_whole(path, json.dumps(known | config, indent=1))

    def config(self, site: str) -> dict[str, Any]:
        """The site's configuration; empty if there is no such site."""
        path = self.bench.sites / site / "site_config.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def drop(self, site: str) -> None:
        """Remove a site, also a half-made one."""
        database = self._database(site)
        sql(
            self.state,
            self.ports,
            f"DROP DATABASE IF EXISTS `{database}`; "
            # `restore` gives the account the address it came from
            + " ".join(f"DROP USER IF EXISTS '{database}'@'{host}';" for host in ("%", "localhost", "127.0.0.1")),
        )
        shutil.rmtree(self.bench.sites / site, ignore_errors=True)

    def install_app(self, site: str) -> None:
        """Install the app in a site."""
        self.run(f"Installing {APP}", "install-app.log", ["--site", site, "install-app", APP])

    def migrate(self, site: str) -> None:
        """Bring a site to the app's present state."""
        self.run("Migrating", "migrate.log", ["--site", site, "migrate", "--skip-search-index"])

    def dump(self, site: str, name: str) -> None:
        """Keep what a site's database holds as `name`."""
        out = self._client("mariadb-dump", None, "--single-transaction", "--quick", self._database(site))
        part = self._dump(name).with_suffix(".part")
        with open(part, "wb") as file:
            file.write(gzip.compress(out, 1))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, self._dump(name))

    def make_throwaway(self, site: str, **config: Any) -> None:
        """A site with the app as it is now and nothing else; quick unless the app has changed."""
        key, name = self.app_key(), "with-app"
        if self.state.is_done("app-site", key) and self._dump(name).exists():
            with Step("Restoring the site"):
                self.make(site, name, **config)
            return
        self.state.undone("app-site")
        self.make(site, self.make_fresh_dump(), **config)
        self.install_app(site)
        self.dump(site, name)
        self.state.done("app-site", key)

    def _held(self, name: str) -> bytes:
        """What a dump holds. A damaged one is removed, so that the next run makes it anew."""
        path = self._dump(name)
        try:
            held = gzip.decompress(path.read_bytes())
        except (EOFError, gzip.BadGzipFile, zlib.error):
            held = b""
        if not held:
            path.unlink()
            raise SandboxError(
                f"{self.layout.shown(path)} was damaged and is removed: run the command again, it is made anew."
            )
        return held

    def _dump(self, name: str) -> Path:
        return self.layout.dumps / f"{name}.sql.gz"

    def _database(self, site: str) -> str:
        return f"_{site.partition('.')[0]}"

    def _client(self, name: str, data: bytes | None, *words: str) -> bytes:
        command = [
            needs.program(name) or name,
            "--no-defaults",
            "-h127.0.0.1",
            f"-P{self.ports['mariadb']}",
            "-uroot",
            *words,
        ]
        env = os.environ | {"MYSQL_PWD": root_password(self.state)}
        out = subprocess.run(command, input=data, env=env, capture_output=True, check=False)
        if out.returncode:
            said = out.stderr.decode(errors="replace").strip()[-300:]
            raise SandboxError(f"{name} failed ({said}): run `python3 -m sandbox reset` and the command again.")
        return out.stdout
