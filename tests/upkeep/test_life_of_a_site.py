"""The life of one site, in order: the first state of the app migrates, is backed up and restored, the app goes and comes again.

`tests/data/first_state.json.gz` is what installing commit 515d459 in a fresh site and working in it a little left there, played through
the functions of that commit and kept by `inside.py SITE record`. The tests run in the order of this file, on one site of their own.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox.layout import APP, here
from sandbox.services import sql
from sandbox.sites import ADMIN_PASSWORD, FOLDERS, Sites
from sandbox.state import State
from tests import figures
from tests.conftest import ROOT
from tests.portal.world import Person
from tests.upkeep import inside

FIRST_STATE = ROOT / "tests" / "data" / "first_state.json.gz"
# Rows of the platform about its own work, written by each migrate or each deletion.
OWN_WORK = {"tabVersion", "version_id_seq", "tabInstalled Application", "access_log_id_seq", "activity_log_id_seq"}
# Values of settings the same; restoring a site switches its scheduler on.
PLATFORMS_OWN = ("Installed Applications|", "System Settings|")
SAVED_AT = "Property Service Settings|modified"
# First data whose names are drawn by lot: two installs have as many of them.
NAMED_BY_LOT = {"tabUseful Contact"}
pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(
        os.environ.get("PROPERTY_SERVICE_NIGHTLY") != "1", reason="takes minutes: set PROPERTY_SERVICE_NIGHTLY=1"
    ),
]


@dataclass
class Place:
    """The site of these tests, seen from outside; `kept` is what a test leaves for the next."""

    sites: Sites
    folder: Path
    site: str = "upkeep.localhost"
    kept: dict[str, Any] = field(default_factory=dict)

    def run(self, *command: str, **environment: str) -> str:
        """A program in the bench's `sites`; its output, once it ended well."""
        done = subprocess.run(
            command,
            cwd=self.sites.bench.sites,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command[3:])}\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def frappe(self, *words: str) -> str:
        """The framework's command line on the site."""
        return self.run(*self.sites.bench.command("--site", self.site, *words))

    def inside(self, act: str, *arguments: str) -> Any:
        """An act of `inside.py` in the site."""
        said = self.run(
            sys.executable, "-W", "ignore", str(ROOT / "tests" / "upkeep" / "inside.py"), self.site, act, *arguments
        )
        return json.loads(said.splitlines()[-1])

    def survey(self) -> dict[str, Any]:
        """Every table and row of the site."""
        path = self.folder / "survey.json"
        self.inside("survey", str(path))
        return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def place(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The place, on the services that are running for the tests; its site is thrown away at the end."""
    layout = here()
    state = State(layout)
    place = Place(Sites(layout, state, state.get("ports")), tmp_path_factory.mktemp("upkeep"))
    yield place
    place.sites.drop(place.site)


@pytest.fixture(scope="module")
def migrated(place: Place) -> Place:
    """The site in the app's first state, migrated to the present one."""
    place.sites.make(place.site, place.sites.make_fresh_dump(), pause_scheduler=1)
    place.kept["without the app"] = place.survey()
    place.inside("load", str(FIRST_STATE))
    place.frappe("migrate", "--skip-search-index")
    return place


def differences(one: dict[str, Any], two: dict[str, Any]) -> dict[str, list[str]]:
    """{table: rows that only one has, or that say other things}, the platform's own work apart."""
    found = {}
    for table in sorted({*one["rows"], *two["rows"]} - OWN_WORK):
        rows, others = one["rows"].get(table, {}), two["rows"].get(table, {})
        if table in NAMED_BY_LOT and len(rows) == len(others):
            continue
        keys = sorted(key for key in {*rows, *others} if rows.get(key) != others.get(key))
        if keys := [key for key in keys if not key.startswith(PLATFORMS_OWN) and key != SAVED_AT]:
            found[table] = keys
    return found


def test_nothing_of_the_first_state_is_lost(migrated: Place) -> None:
    figures.count("faults tried")
    with gzip.open(FIRST_STATE) as file:
        people = {row["resident_name"]: row["name"] for row in json.load(file)["rows"]["tabResident"]}
    changed = {
        (table, name, field): (before, now)
        for table, name, field, before, now in migrated.inside("changes", str(FIRST_STATE))
    }
    assert {key: value for key, value in changed.items() if key[0] in ("tabRepair Request", "tabResident")} == {
        ("tabRepair Request", "RR-2026-00005", "warranty_status"): ("Survey", "Site Survey"),
        ("tabResident", people["Paul"], "language"): ("fr", ""),
        ("tabResident", people["林四"], "language"): ("zh-TW", "zh"),
    }
    rest = {(table, field, *value) for (table, _name, field), value in changed.items()} - {
        ("tabRepair Request", "warranty_status", "Survey", "Site Survey"),
        ("tabResident", "language", "fr", ""),
        ("tabResident", "language", "zh-TW", "zh"),
    }
    assert rest == {
        ("tabRepair Warranty Step", "step", "Survey", "Site Survey"),
        ("tabRepair Step", "reason", "Survey", "Site Survey"),
    }


def test_what_came_after_the_first_state_is_filled_in(migrated: Place) -> None:
    assert {name: pair for name, pair in migrated.inside("settings").items() if not same(*pair)} == {}
    assert migrated.inside("visits") == {"RR-2026-00003": "RV-2026-00001", "RR-2026-00004": "RV-2026-00002"}
    assert migrated.inside("refused") == []


def same(value: str, default: str) -> bool:
    """Whether a setting is its default, however the database writes it."""
    try:
        return float(value) == float(default)
    except ValueError:
        return value.lstrip("0") == default.lstrip("0")


def test_a_second_migrate_changes_nothing(migrated: Place) -> None:
    before = migrated.survey()
    migrated.frappe("migrate", "--skip-search-index")
    after = migrated.survey()
    assert differences(before, after) == {}
    assert after["tables"] == before["tables"]
    migrated.kept["migrated"] = after


def test_a_migrated_site_has_the_tables_and_indexes_of_a_new_one(migrated: Place, site: str) -> None:
    first, now = Place(migrated.sites, migrated.folder, site).survey()["tables"], migrated.survey()["tables"]
    assert {name: now[name] for name in first} == first
    assert set(now) == set(first)


@contextmanager
def served(place: Place) -> Iterator[str]:
    """Address of a web server on the site, a process of its own."""
    command = [sys.executable, "-W", "ignore", str(ROOT / "sandbox" / "web_server.py")]
    log = open(place.folder / "web.log", "ab")
    web = subprocess.Popen(
        [*command, "--sites", ".", "--site", place.site],
        cwd=place.sites.bench.sites,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    try:
        first = web.stdout.readline() if web.stdout else ""
        assert first.startswith("ready "), (place.folder / "web.log").read_text()[-2000:]
        threading.Thread(target=shutil.copyfileobj, args=(web.stdout, io.StringIO()), daemon=True).start()
        yield first.split()[1]
    finally:
        web.terminate()
        web.wait(20)
        log.close()


def owner_at(server: str) -> Person:
    """The resident of the first state, signed in by phone and password."""
    person = Person(server)
    answer = person.call("sign_in_by_password", phone="13900000001", password="first-days-1")
    assert answer.json()["message"] == {"signed_in": True}
    return person


def administrator_at(server: str) -> Person:
    """The Administrator, signed in."""
    person = Person(server)
    assert person.call("login", usr="Administrator", pwd=ADMIN_PASSWORD).status_code == 200
    return person


@pytest.fixture(scope="module")
def restored(migrated: Place) -> Place:
    """The site used, backed up, taken away whole, and restored as on a new machine, by the platform's own commands."""
    made = migrated.inside("work")
    migrated.kept |= {"photo": made["photo"], "figures": migrated.inside("figures")}
    safe = migrated.folder / "safe"
    migrated.frappe("backup", "--with-files", "--backup-path", str(safe))
    site, sites = migrated.site, migrated.sites
    sites.drop(site)
    for name in FOLDERS:
        (sites.bench.sites / site / name).mkdir(parents=True)
    sites.configure(site, db_name="_upkeep", db_password="another", db_type="mariadb", pause_scheduler=1)
    (database,) = safe.glob("*-database.sql.gz")
    (private,) = safe.glob("*-private-files.tar")
    (public,) = set(safe.glob("*-files.tar")) - {private}
    migrated.frappe(
        *("restore", str(database), "--force"),
        *("--with-public-files", str(public), "--with-private-files", str(private)),
    )
    return migrated


def test_a_restored_site_holds_what_was_backed_up(restored: Place) -> None:
    figures.count("faults tried")
    before, now = restored.kept["figures"], restored.inside("figures")
    assert now == before
    assert dict((kind, float(amount)) for _community, kind, amount in now["ledger"])["Payment"] == -100.30
    assert now["counts"]["Repair Request"] == 6
    assert None not in now["files"].values()
    assert "/private/files/first.txt" in now["files"]


def test_encrypted_fields_need_the_key_of_the_backup(restored: Place) -> None:
    assert restored.inside("secret").startswith("not readable")
    (kept,) = (restored.folder / "safe").glob("*-site_config_backup.json")
    restored.sites.configure(restored.site, encryption_key=json.loads(kept.read_text())["encryption_key"])
    assert restored.inside("secret") == inside.SECRET


def test_people_sign_in_and_get_their_files_from_either_of_two_servers(restored: Place) -> None:
    """Two web processes on one database and one Redis stand for two machines."""
    with served(restored) as one, served(restored) as two:
        owner, photo = owner_at(one), restored.kept["photo"]
        for server in (one, two):
            owner.server = server
            assert owner.get(photo).headers["Content-Type"] == "image/jpeg"
            assert owner.get("/resident").status_code == 200
            assert owner.get("/private/files/first.txt").status_code == 403, "his neighbour's"
            assert Person(server).get(photo).status_code == 403
        administrator = administrator_at(two)
        administrator.server = one
        answer = administrator.get('/api/resource/Fee Receipt?fields=["amount"]').json()
        assert [row["amount"] for row in answer["data"]] == [100.3]
        # a try at one server counts at the other
        guesser, answers = Person(one), []
        for number in range(40):
            guesser.server = (one, two)[number % 2]
            answer = guesser.call("sign_in_by_password", phone="13900000001", password=f"wrong-{number}")
            answers.append(answer.status_code)
            if answer.status_code == 429:
                break
        assert answers[-1] == 429
        assert guesser.call("sign_in_by_password", phone="13900000001", password="wrong").status_code == 429
        guesser.server = (one, two)[len(answers) % 2]
        assert guesser.call("sign_in_by_password", phone="13900000001", password="wrong").status_code == 429


SPAN = {
    **{"from_date": "2026-11-01", "to_date": "2026-11-30"},
    **{"from_month": "2026-11-01", "to_month": "2026-11-01", "month": "2026-11-01"},
}
PLAIN_REFUSAL = 417  # a report that wants a unit or an event as well


class Replica:
    """A door to the database by which the server sees another client's address, one whose account may only read."""

    def __init__(self, port: int) -> None:
        self.port, self.connections = port, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self.port), source_address=("127.0.0.2", 0))
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self.forward, args=(source, target), daemon=True).start()

    def forward(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


def test_reports_and_lists_read_from_a_replica_that_cannot_be_written(restored: Place) -> None:
    sites, site = restored.sites, restored.site
    password, database = sites.config(site)["db_password"], sites.config(site)["db_name"]
    sql(
        sites.state,
        sites.ports,
        f"CREATE USER '{database}'@'127.0.0.2' IDENTIFIED BY '{password}'; "
        f"GRANT SELECT ON `{database}`.* TO '{database}'@'127.0.0.2';",
    )
    replica = Replica(sites.ports["mariadb"])
    port = replica.listener.getsockname()[1]
    sites.configure(site, read_from_replica=1, replica_host="127.0.0.1", replica_db_port=port)
    try:
        with served(restored) as server:
            administrator, wrong = administrator_at(server), []
            community = administrator.get("/api/resource/Community").json()["data"][0]["name"]
            filters = json.dumps({"community": community, **SPAN})
            reports, shown = restored.inside("own_reports"), 0
            for report, doctype in reports:
                before = replica.connections
                answers = [
                    administrator.call("frappe.desk.query_report.run", "GET", report_name=report, filters=filters),
                    administrator.call("frappe.desk.reportview.get", "GET", doctype=doctype, fields='["name"]'),
                ]
                report_status, list_status = (answer.status_code for answer in answers)
                read = report_status in (200, PLAIN_REFUSAL) and list_status == 200
                shown += report_status == 200
                if not read or replica.connections < before + 2:
                    wrong.append((report, replica.connections - before, *(answer.text[:300] for answer in answers)))
            assert not wrong
            assert shown > len(reports) * 3 / 4, "most need nothing but a community and a time"
    finally:
        replica.listener.close()
        sites.configure(site, read_from_replica=0)
        sql(sites.state, sites.ports, f"DROP USER '{database}'@'127.0.0.2';")


@pytest.fixture(scope="module")
def removed(restored: Place) -> Place:
    """The site without the app again."""
    restored.frappe("uninstall-app", APP, "--yes", "--no-backup")
    restored.kept["removed"] = restored.survey()
    return restored


# Accounts of staff, with what the platform keeps for each.
STAYS = {"tabNotification Settings"}


def test_the_app_leaves_nothing_behind(removed: Place) -> None:
    figures.count("faults tried")
    before, now = removed.kept["without the app"], removed.kept["removed"]
    assert set(now["tables"]) == set(before["tables"])
    assert {table: rows for table, rows in differences(before, now).items() if table not in STAYS} == {}
    site = removed.sites.bench.sites / removed.site
    assert not [path.name for kind in ("private", "public") for path in (site / kind / "files").iterdir()]


def test_a_second_install_is_as_the_first(removed: Place) -> None:
    figures.count("faults tried")
    removed.frappe("install-app", APP)
    again = removed.survey()
    removed.sites.make_throwaway(removed.site)
    removed.frappe("clear-cache")
    first = removed.survey()
    assert again["tables"] == first["tables"]
    assert {table: rows for table, rows in differences(first, again).items() if table not in STAYS} == {}
