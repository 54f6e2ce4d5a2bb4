"""An estate with people in it, committed, for tests over HTTP; and what takes it away again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import frappe
import requests
from frappe.utils import add_days, today
from frappe.utils.password import update_password
from PIL import Image

from property_service.tests import factories

ACCOUNT = (
    *("send_code", "sign_in_by_code", "sign_in_by_password", "choose_person", "join", "sign_out"),
    *("set_language", "set_password"),
)
PASSWORD = "Lotus-Pond-42"


def jpeg(size: tuple[int, int] = (64, 48), color: str = "red") -> bytes:
    """A small picture, as a phone would send it."""
    target = BytesIO()
    Image.new("RGB", size, color).save(target, "JPEG")
    return target.getvalue()


class Person:
    """Somebody with a browser: keeps cookies, sends the token of the forms along."""

    def __init__(self, server: str, user: str | None = None, language: str = "en") -> None:
        self.server = server
        self.http = requests.Session()
        self.http.headers["Accept-Language"] = language
        # An address of its own, so that the tries of one test do not limit another.
        self.http.headers["X-Forwarded-For"] = ".".join(["10", *(str(secrets.randbelow(256)) for _ in range(3))])
        self.token = ""
        if user:
            answer = self.http.post(f"{server}/api/method/login", data={"usr": user, "pwd": PASSWORD}, timeout=60)
            assert answer.status_code == 200, answer.text

    def get(self, path: str, **options: Any) -> requests.Response:
        """Open a page; follows no redirect."""
        options.setdefault("allow_redirects", False)
        answer = self.http.get(f"{self.server}{path}", timeout=60, **options)
        if found := re.search(r'name="csrf_token" value="([^"]*)"', answer.text):
            self.token = found[1]
        return answer

    def post(self, path: str, files: Any = None, **values: Any) -> requests.Response:
        """Send a form to a page of the portal, with its token."""
        if not self.token and self.http.cookies.get("sid", "Guest") != "Guest":
            self.get("/resident/account")
        data = {"csrf_token": self.token, **values}
        return self.http.post(f"{self.server}{path}", data=data, files=files, timeout=60, allow_redirects=False)

    def call(self, method: str, verb: str = "POST", files: Any = None, **values: Any) -> requests.Response:
        """Call a method of the API; a short name means one of the portal's endpoints."""
        if "." not in method and method not in ("login", "logout", "upload_file"):
            method = f"property_service.portal.{'account_api' if method in ACCOUNT else 'api'}.{method}"
        headers = {"X-Frappe-CSRF-Token": self.token} if self.token else {}
        where = {"params": values} if verb == "GET" else {"data": values, "files": files}
        answer = self.http.request(
            verb, f"{self.server}/api/method/{method}", headers=headers, timeout=60, allow_redirects=False, **where
        )
        # Pages that ask for their token by a call send it along from then on.
        if found := re.search(r'"csrf_token": ?"([^"]+)"', answer.text):
            self.token = found[1]
        return answer


@dataclass
class World:
    """Names of the documents; people by what they are. `homes` are the communities."""

    server: str
    people: dict[str, str] = field(default_factory=dict)
    residents: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    rooms: dict[str, str] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    repairs: dict[str, str] = field(default_factory=dict)
    calendars: list[str] = field(default_factory=list)
    _sessions: dict[str, Person] = field(default_factory=dict)

    def person(self, who: str, fresh: bool = False) -> Person:
        """Somebody of this world, signed in; "guest" is nobody."""
        if fresh or who not in self._sessions:
            self._sessions[who] = Person(self.server, self.people.get(who))
        return self._sessions[who]

    def at_the_desk(self, who: str) -> Person:
        """A member of staff with the desk open."""
        person = self.person(who)
        found = re.search(r'csrf_token = "([^"]+)"', person.get("/app").text)
        assert found, f"{who} does not see the desk"
        person.token = found[1]
        return person


def make_world(server: str) -> World:
    """Two communities; owner and tenant of one room, a neighbour, somebody who moved out, staff of both."""
    world = World(server)
    here, there = factories.make_community(), factories.make_community()
    world.homes = {"here": here.name, "there": there.name}
    world.calendars = [here.service_calendar, there.service_calendar]
    building, far = factories.make_building(here), factories.make_building(there)
    units = {
        "room": factories.make_unit(building),
        "shop": factories.make_unit(building, usage="Shop"),
        "next_door": factories.make_unit(building),
        "far_room": factories.make_unit(far),
    }
    world.rooms = {name: unit.name for name, unit in units.items()}
    people = {
        "owner": factories.make_resident(units["room"], resident_name="Lin Owner"),
        "tenant": factories.make_resident(units["room"], "Tenant", resident_name="Tang Tenant"),
        "neighbour": factories.make_resident(units["next_door"], resident_name="Niu Neighbour"),
        "stranger": factories.make_resident(units["far_room"], resident_name="Shi Stranger"),
        "gone": factories.make_resident(resident_name="Gao Gone"),
    }
    factories.make_occupancy(units["shop"], people["owner"])
    factories.make_occupancy(units["room"], people["gone"], to_date=add_days(today(), 1))
    for name, resident in people.items():
        world.residents[name], world.phones[name] = resident.name, resident.primary_phone
        world.people[name] = factories.make_portal_user(resident)
    for name, role, home in (
        ("desk", "Property Front Desk", here),
        ("manager", "Property Manager", here),
        ("technician", "Property Technician", here),
        ("cashier", "Property Cashier", here),
        ("far_desk", "Property Front Desk", there),
        ("far_manager", "Property Manager", there),
        ("far_leader", "Property Team Leader", there),
        ("far_technician", "Property Technician", there),
        ("far_cashier", "Property Cashier", there),
    ):
        world.people[name] = factories.make_staff(role, community=home)
    for user in world.people.values():
        update_password(user, PASSWORD)
    world.categories["water"] = factories.make_category(is_active=1, in_portal=1).name
    category = frappe.get_doc("Repair Category", world.categories["water"])
    world.repairs["mine"] = factories.make_repair(units["room"], people["owner"], category).name
    world.repairs["theirs"] = factories.make_repair(units["next_door"], people["neighbour"], category).name
    # Technicians see what is theirs or their team's.
    frappe.db.set_value("Repair Request", world.repairs["mine"], "assigned_to", world.people["technician"])
    frappe.db.commit()
    return world


def move_out(world: World, who: str) -> None:
    """His occupancies ended yesterday."""
    frappe.db.set_value("Unit Occupancy", {"resident": world.residents[who]}, "to_date", add_days(today(), -1))
    frappe.db.commit()


def remove_world(world: World) -> None:
    """Delete every row of the two communities and of their people."""
    frappe.db.rollback()
    homes, residents, users = (list(names.values()) for names in (world.homes, world.residents, world.people))
    ours = frappe.get_all("DocType", {"module": ["in", frappe.get_module_list("property_service")]}, pluck="name")
    repairs = frappe.get_all("Repair Request", {"community": ["in", homes]}, pluck="name")
    # "in" with an empty name would find every file that is attached to nothing.
    files = frappe.get_all("File", {"attached_to_name": ["in", repairs]}, pluck="name") if repairs else []
    for file in files:
        frappe.delete_doc("File", file, force=True)
    frappe.db.delete("Comment", {"reference_name": ["in", [*repairs, *residents, ""]]})
    for doctype in ours:
        meta = frappe.get_meta(doctype)
        if meta.has_field("community") and not meta.istable and not meta.issingle:
            frappe.db.delete(doctype, {"community": ["in", homes]})
    frappe.db.delete("Sign In Code", {"resident": ["in", residents]})
    for doctype in ("Resident Phone", "Resident Vehicle"):
        frappe.db.delete(
            doctype,
            {"parent": ["in", residents]} if frappe.get_meta(doctype).istable else {"resident": ["in", residents]},
        )
    frappe.db.delete("Resident", {"name": ["in", residents]})
    frappe.db.delete("Community", {"name": ["in", homes]})
    for name in world.calendars:
        frappe.delete_doc("Service Calendar", name, force=True)
    for name in world.categories.values():
        frappe.delete_doc("Repair Category", name, force=True)
    factories.remove_users(users)
    frappe.db.commit()


@contextmanager
def peopled(server: str) -> Iterator[World]:
    """A world for as long as the block lasts; "gone" has signed in while he lived here and has moved out since."""
    made = make_world(server)
    try:
        made.person("gone")
        move_out(made, "gone")
        yield made
    finally:
        remove_world(made)
