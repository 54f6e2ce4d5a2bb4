"""A request in whose middle the database goes, two transactions meet, or the disk is full: whole or nothing, said in a sentence.

And the request after it works, and does the act once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import frappe
import pytest

from property_service.community_life import events
from property_service.property_service.service_clock import site_now
from property_service.tests import factories as make
from tests import figures
from tests.conftest import ROOT
from tests.faults import invariants, tables
from tests.portal import bills
from tests.portal.world import World, jpeg, make_world

pytestmark = pytest.mark.fault

SETTINGS = "Property Service Settings"
POINTS = ("1", "3", "commit")
SENTENCE = {"kill": (200, 503), "deadlock": (200, 409), "timeout": (200, 409)}


@pytest.fixture(scope="module")
def breaking(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Path]]:
    """The portal's world with money and an event, and the file that tells its server what is to break."""
    folder = tmp_path_factory.mktemp("breaking")
    plan = folder / "plan"
    before, usual = tables.names(), frappe.db.get_single_value(SETTINGS, "requests_per_day")
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("fragile_server.py"))]
    command += [str(ROOT / "sandbox" / "web_server.py"), "--sites", ".", "--site", site]
    with open(folder / "web.log", "wb") as log:
        web = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | {"FAULT_PLAN": str(plan)}
        )
    try:
        first = web.stdout.readline() if web.stdout else ""
        assert first.startswith("ready "), (folder / "web.log").read_text()[-2000:]
        world = make_world(first.split()[1])
        set_requests_per_day(100)
        world.person("owner").get("/resident/account")
        world.at_the_desk("cashier")
        yield world, plan
    finally:
        web.kill()
        web.wait(20)
        frappe.db.rollback()
        set_requests_per_day(usual)
        tables.remove_added(before)


def set_requests_per_day(most: int) -> None:
    """One resident reports more here than anybody does."""
    frappe.db.set_single_value(SETTINGS, "requests_per_day", most)
    frappe.db.commit()
    frappe.clear_document_cache(SETTINGS, SETTINGS)


def report(world: World, words: str, **more: Any) -> tuple[Callable[[], Any], Callable[[], int]]:
    """A resident reports a fault; how many requests have these words, with their first step and message."""

    def act() -> Any:
        return world.person("owner").call(
            "report_fault", unit=world.rooms["room"], category=world.categories["water"], description=words, **more
        )

    def made() -> int:
        names = frappe.get_all("Repair Request", {"description": words}, pluck="name", order_by="name asc")
        steps = frappe.db.count("Repair Step", {"repair_request": ["in", [*names, ""]], "step": "Reported"})
        assert steps == len(names)
        return len(names)

    return act, made


def pay(world: World, words: str) -> tuple[Callable[[], Any], Callable[[], int]]:
    """The cashier takes a payment; how many receipts have this key."""
    month = frappe.utils.getdate("2026-01-01") + timedelta(days=31 * pay.number)
    pay.number += 1
    item = make.make_fee_item(world.homes["here"]).name
    bill = bills.bill(world, "owner", "room", item, month.replace(day=1), frappe.utils.getdate("2099-01-01"))
    frappe.db.commit()
    amount = str(frappe.db.get_value("Fee Bill", bill, "outstanding"))

    def act() -> Any:
        return world.person("cashier").call(
            "property_service.fees.counter_api.pay", community=world.homes["here"], payer=world.residents["owner"],
            tenders=frappe.as_json([{"mode": "Cash", "amount": amount}]), to_pay=amount, client_key=words,
            charges=frappe.as_json(bills.charges_of(bill)),
        )  # fmt: skip

    return act, lambda: frappe.db.count("Fee Receipt", {"client_key": words, "docstatus": 1})


pay.number = 0


def sign_up(world: World, words: str) -> tuple[Callable[[], Any], Callable[[], int]]:
    """A resident signs up for an event; how many registrations it has."""
    start = site_now() + timedelta(days=2)
    event = make.insert(
        "Community Event", title=words, community=world.homes["here"], place="Lawn", starts_at=start,
        ends_at=start + timedelta(hours=2), capacity=10, most_persons=4,
    ).name  # fmt: skip
    events.publish(event)
    frappe.db.commit()

    def act() -> Any:
        return world.person("owner").call("property_service.portal.event_api.sign_up", event=event, persons=1)

    return act, lambda: frappe.db.count("Event Registration", {"event": event, "status": "Registered"})


@pytest.mark.parametrize("begin", [report, pay, sign_up])
@pytest.mark.parametrize("kind", ["kill", "deadlock", "timeout"])
def test_whole_or_nothing(breaking: tuple[World, Path], kind: str, begin: Callable) -> None:
    world, plan = breaking
    for point in POINTS if kind == "kill" else POINTS[:2]:
        act, made = begin(world, make.unique(f"{kind} at {point} "))
        plan.write_text(f"{kind} {point}")
        answer = act()
        assert not plan.exists(), answer.text[:600]
        figures.count("faults tried")
        frappe.db.rollback()
        assert "Traceback" not in answer.text
        # Where the commit is cut off, the platform answers in its own words.
        allowed = (500,) if point == "commit" else SENTENCE[kind]
        assert answer.status_code in allowed, (point, answer.status_code, answer.text[:600])
        assert made() == (answer.status_code == 200), point
        if answer.status_code != 200:
            assert "again" in answer.text or point == "commit", answer.text[:600]
            assert act().status_code == 200
            frappe.db.rollback()
            assert made() == 1
    invariants.check()


@pytest.mark.parametrize("begin", [report, pay, sign_up])
@pytest.mark.parametrize(("kind", "status"), [("kill", 503), ("deadlock", 409), ("timeout", 409)])
def test_what_does_not_pass_is_said_so(breaking: tuple[World, Path], kind: str, status: int, begin: Callable) -> None:
    """Each time the act is tried again it breaks again."""
    world, plan = breaking
    act, made = begin(world, make.unique(f"{kind} every time "))
    plan.write_text(f"{kind} every")
    try:
        answer = act()
    finally:
        plan.unlink()
    figures.count("faults tried")
    frappe.db.rollback()
    assert answer.status_code == status, answer.text[:600]
    assert "Traceback" not in answer.text and "again" in answer.text
    assert made() == 0
    assert act().status_code == 200
    frappe.db.rollback()
    assert made() == 1
    invariants.check()


def test_a_full_disk_keeps_no_half_photo(breaking: tuple[World, Path]) -> None:
    world, plan = breaking
    folder = Path(frappe.get_site_path("private", "files"))
    files, rows = set(os.listdir(folder)), frappe.db.count("File")
    words = make.unique("with a photo ")
    act, made = report(world, words, files=[("photos", ("a.jpg", jpeg(), "image/jpeg"))])
    plan.write_text("full")
    answer = act()
    assert not plan.exists(), "nothing broke"
    figures.count("faults tried")
    frappe.db.rollback()
    assert answer.status_code == 507, (answer.status_code, answer.text[:600])
    assert "Traceback" not in answer.text and "again" in answer.text
    assert (made(), frappe.db.count("File")) == (0, rows)
    assert set(os.listdir(folder)) == files
    assert act().status_code == 200
    frappe.db.rollback()
    assert (made(), frappe.db.count("File"), len(os.listdir(folder))) == (1, rows + 1, len(files) + 1)
    invariants.check()


def attach(world: World) -> Any:
    """The technician adds a photo of his work."""
    person = world.person("technician")
    return person.call(
        "property_service.repairs.api.attach_photo", name=world.repairs["mine"], kind="work",
        files={"file": ("work.jpg", jpeg(color=f"#{frappe.generate_hash(length=6)}"), "image/jpeg")},
    )  # fmt: skip


def upload(world: World) -> Any:
    """The desk attaches a file by the platform's own upload."""
    return world.person("desk").call(
        "upload_file", doctype="Repair Request", docname=world.repairs["mine"], is_private=1,
        files={"file": ("list.txt", frappe.generate_hash().encode(), "text/plain")},
    )  # fmt: skip


def complain(world: World) -> Any:
    """A resident complains, with a photo."""
    return world.person("owner").call(
        "property_service.portal.complaint_api.complain", details=make.unique("The lift stinks "),
        files={"photo": ("lift.jpg", jpeg(), "image/jpeg")},
    )  # fmt: skip


def report_with_photo(world: World) -> Any:
    """A resident reports a fault, with a photo."""
    return report(world, make.unique("with a photo "), files=[("photos", ("a.jpg", jpeg(), "image/jpeg"))])[0]()


@pytest.mark.parametrize("act", [attach, complain, report_with_photo])
def test_a_photo_is_kept_where_its_act_is_tried_again(
    breaking: tuple[World, Path], act: Callable[[World], Any]
) -> None:
    world, plan = breaking
    world.at_the_desk("technician")
    before = frappe.db.count("File")
    plan.write_text("deadlock 1")
    answer = act(world)
    assert not plan.exists(), "nothing broke"
    figures.count("faults tried")
    frappe.db.rollback()
    assert answer.status_code == 200, answer.text[:600]
    assert frappe.db.count("File") == before + 1


@pytest.mark.parametrize(("act", "status"), [(attach, 507), (upload, 500)])
def test_a_full_disk_under_the_staff(breaking: tuple[World, Path], act: Callable[[World], Any], status: int) -> None:
    """Nothing is kept of it; the platform's upload answers in its own words and leaves the half file, which no row names."""
    world, plan = breaking
    for who in ("technician", "desk"):
        world.at_the_desk(who)

    def kept() -> tuple[int, int]:
        frappe.db.rollback()
        return frappe.db.count("File"), frappe.db.count("Repair Step", {"repair_request": world.repairs["mine"]})

    before, folder = kept(), Path(frappe.get_site_path("private", "files"))
    files = set(os.listdir(folder))
    plan.write_text("full")
    answer = act(world)
    assert not plan.exists(), "nothing broke"
    figures.count("faults tried")
    assert answer.status_code == status, answer.text[:600]
    assert kept() == before
    left = set(os.listdir(folder)) - files
    assert not left or act is upload
    for name in left:
        (folder / name).unlink()
    assert act(world).status_code == 200
    assert kept()[0] == before[0] + 1
