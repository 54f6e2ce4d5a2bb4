"""A committed estate with a round for its patrollers, and a web server that may go away and come back at the same address."""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import frappe
import pytest
from frappe.utils.password import update_password

from property_service.patrol.typed_codes import shown
from property_service.tests import factories as make
from property_service.tests import patrol_factories as patrol
from tests.conftest import ROOT
from tests.portal.world import PASSWORD, World, remove_world

CHILDREN = {
    "Patrol Route Point": "Patrol Route",
    "Patrol Plan Time": "Patrol Plan",
    "Patrol Plan Exception": "Patrol Plan",
    "Patrol Answer": "Patrol Record",
    "Finding Recheck": "Inspection Finding",
}
DOOR = {"question": "Door", "kind": "Single", "options": "Shut\nOpen", "normal_options": "Shut", "photo_required": 1}
PRESSURE = {
    "question": "Pressure",
    "kind": "Number",
    "has_lowest": 1,
    "lowest": 0.35,
    "has_highest": 1,
    "highest": 0.6,
    "measure": "MPa",
    "required": 1,
}
PLACES = ("East Gate", "Pump Room", "Garage A", "Playground", "West Gate")


class OwnServer:
    """A web server of the test's own on one port."""

    def __init__(self, site: str, folder: Path) -> None:
        self.site, self.log, self.process = site, folder / "web.log", None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Start it and wait until it answers."""
        program = str(ROOT / "sandbox" / "web_server.py")
        command = [sys.executable, "-W", "ignore", program, "--sites", ".", "--site", self.site]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)], stdout=subprocess.PIPE, stderr=log, text=True
            )
        first = self.process.stdout.readline() if self.process.stdout else ""
        if not first.startswith("ready "):
            pytest.fail(f"the web server does not start:\n{self.log.read_text()[-2000:]}", pytrace=False)
        threading.Thread(target=shutil.copyfileobj, args=(self.process.stdout, io.StringIO()), daemon=True).start()

    def vanish(self) -> None:
        """End it at once."""
        if self.process:
            self.process.kill()
            self.process.wait(20)


@contextmanager
def patrol_world(server: str) -> Iterator[frappe._dict]:
    """Yields {world, server, task, points, codes}: a round of five points that has just begun, for `patroller`."""
    world, checklist = World(server), None
    try:
        community = make.make_community()
        world.homes, world.calendars = {"here": community.name}, [community.service_calendar]
        world.people = {who: patrol.make_patroller(community) for who in ("patroller", "mate")}
        world.people["guard"] = make.make_staff("Property Gate Guard", community=community)
        for user in world.people.values():
            update_password(user, PASSWORD)
        checklist = patrol.make_checklist([DOOR, PRESSURE])
        points = [
            patrol.make_checkpoint(
                community.name,
                checkpoint_name=place,
                place="Ground floor",
                checklist=checklist.name if place == "Pump Room" else None,
            )
            for place in PLACES
        ]
        route = patrol.make_route(community.name, points, route_name="Night Round B")
        task = patrol.make_round(route, world.people["patroller"])
        frappe.db.commit()
        yield frappe._dict(
            world=world,
            server=server,
            task=task,
            route=route,
            points={point.checkpoint_name: point.name for point in points},
            codes={point.checkpoint_name: shown(point.typed_code) for point in points},
        )
    finally:
        frappe.db.rollback()
        frappe.set_user("Administrator")
        for doctype in ("Inspection Finding", "Patrol Record"):
            for name in frappe.get_all(doctype, {"community": ["in", list(world.homes.values())]}, pluck="name"):
                for file in frappe.get_all("File", {"attached_to_name": name}, pluck="name"):
                    frappe.delete_doc("File", file, force=True)
        for child, parent in CHILDREN.items():
            names = frappe.get_all(parent, {"community": ["in", list(world.homes.values())]}, pluck="name")
            frappe.db.delete(child, {"parent": ["in", names or [""]]})
        if checklist:
            frappe.db.delete("Patrol Checklist Item", {"parent": checklist.name})
            frappe.db.delete("Patrol Checklist", {"name": checklist.name})
        frappe.db.delete("Notification Log", {"for_user": ["in", list(world.people.values()) or [""]]})
        frappe.db.commit()  # removing the world begins with a rollback
        remove_world(world)
