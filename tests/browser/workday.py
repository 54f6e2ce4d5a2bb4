"""A small estate with its desk and technicians, committed, for tests in a browser; and what takes it away again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import frappe
from frappe.utils import add_days, today
from frappe.utils.password import update_password

from property_service.tests import factories as make
from tests.portal.world import PASSWORD, World, remove_world

WAIT = 60_000
PHONE, DESK = (390, 844), (1366, 768)
SEAL, HOSE = "Test seal ring", "Test hose 50 cm"
ROLES = {
    "desk": "Property Front Desk",
    "leader": "Property Team Leader",
    "technician": "Property Technician",
    "mate": "Property Technician",
    "cashier": "Property Cashier",
}


@contextmanager
def workday(server: str, dispatch_mode: str = "Grab") -> Iterator[frappe._dict]:
    """Yields {world, room, resident, category, team, server}; the price list of these days has a seal and a hose."""
    world, team, prices = World(server), None, None
    try:
        community = make.make_community()
        world.homes, world.calendars = {"here": community.name}, [community.service_calendar]
        building = make.make_building(community, building_no="3", shut_off_valve="Shaft beside the lift")
        room = make.make_unit(building, room_no="1203")
        resident = make.make_resident(room, resident_name="Lin Owner")
        world.residents["resident"] = resident.name
        world.people = {who: make.make_staff(role, community=community) for who, role in ROLES.items()}
        for user in world.people.values():
            update_password(user, PASSWORD)
        category = make.make_category(is_active=1, clock="Round the Clock", default_priority="High")
        world.categories["tap"] = category.name
        team = make.make_team(
            community,
            (world.people["technician"], world.people["mate"]),
            (category.name,),
            leader=world.people["leader"],
            dispatch_mode=dispatch_mode,
        )
        prices = make_prices()
        frappe.db.commit()
        yield frappe._dict(world=world, room=room, resident=resident, category=category, team=team, server=server)
    finally:
        frappe.db.rollback()
        frappe.set_user("Administrator")
        for child in ("Work Team Member", "Work Team Place", "Work Team Category"):
            frappe.db.delete(child, {"parent": team.name if team else ""})
        frappe.db.delete("Work Team", {"name": team.name if team else ""})
        if prices:
            frappe.delete_doc("Repair Price List", prices.name, force=True)
        frappe.db.delete("Notification Log", {"for_user": ["in", list(world.people.values()) or [""]]})
        frappe.db.commit()  # removing the world begins with a rollback
        remove_world(world)


def make_prices() -> Any:
    """The latest price list, so that it is the valid one while the test runs."""
    latest = frappe.get_all("Repair Price List", {"valid_from": ["<=", today()]}, pluck="valid_from")
    rows = [
        {"item_name": SEAL, "kind": "Material", "uom": "pcs", "rate": 1.5},
        {"item_name": HOSE, "kind": "Material", "uom": "pcs", "rate": 22},
        {"item_name": "Test labour", "kind": "Labour", "grade": "Skilled", "uom": "h", "rate": 50},
    ]
    day = max([str(day) for day in latest] + [add_days(today(), -1)])
    # Of two that begin on the same day the first by name is valid.
    return make.insert("Repair Price List", list_name=make.unique("0 TEST "), valid_from=day, is_active=1, items=rows)


def new_repair(day: frappe._dict, **values: Any) -> str:
    """A committed request of the room; returns its name."""
    doc = make.make_repair(day.room, day.resident, day.category, **values)
    frappe.db.commit()
    return doc.name


def dispatched(day: frappe._dict, user: str | None = None, **values: Any) -> str:
    """A committed request that the leader has sent to the team, or to one of its members."""
    from property_service.repairs import staff_acts

    name = new_repair(day, **values)
    frappe.set_user(day.world.people["desk"])
    staff_acts.accept(staff_acts.locked(name), None, None, None)
    if frappe.db.get_value("Repair Request", name, "status") != "Dispatched":
        frappe.set_user(day.world.people["leader"])
        staff_acts.dispatch(staff_acts.locked(name), day.team.name, day.world.people[user] if user else None)
    frappe.set_user("Administrator")
    frappe.db.commit()
    return name


def value(name: str, *fieldnames: str) -> Any:
    """What the database holds now of a request."""
    frappe.db.rollback()
    found = frappe.db.get_value("Repair Request", name, list(fieldnames), as_dict=True)
    return found if len(fieldnames) > 1 else found[fieldnames[0]]


def close_message(page: Any, text: str) -> None:
    """Wait for a message of the desk and close it; one that is still fading in would not hear the click."""
    page.locator(".msgprint", has_text=text).wait_for()
    message = page.locator(".modal.show", has=page.locator(".msgprint"))
    page.wait_for_function("$('.modal.show .msgprint').closest('.modal').css('opacity') === '1'")
    page.wait_for_timeout(400)
    message.locator(".btn-modal-close").first.click()
    message.wait_for(state="hidden")


class Browsers:
    """Signed-in people, each with a browser context of his own; `wrong` collects errors of the pages.

    At the desk a person keeps his from one test to the next, as somebody does who works there all day; a phone is new for each.
    """

    at_desk: ClassVar[dict[str, Any]] = {}

    def __init__(self, chromium: Any, day: frappe._dict) -> None:
        self.chromium, self.day, self.wrong = chromium, day, []
        self.contexts: list[Any] = []
        self.pages: list[Any] = []

    def page(self, who: str, size: tuple[int, int] = PHONE, strict: bool = True) -> Any:
        """A page of somebody who has signed in; phones have a touch screen. `strict`: errors of its scripts count."""
        user = self.day.world.people[who]
        context = self.at_desk.get(user) if size == DESK else None
        if not context:
            phone = size == PHONE
            context = self.chromium.new_context(
                viewport={"width": size[0], "height": size[1]}, is_mobile=phone, has_touch=phone
            )
            answer = context.request.post(f"{self.day.server}/api/method/login", form={"usr": user, "pwd": PASSWORD})
            assert answer.ok, answer.text()
            if size == DESK:
                self.at_desk[user] = context
            else:
                self.contexts.append(context)
        page = context.new_page()
        self.pages.append(page)
        page.set_default_timeout(WAIT)
        if strict:
            page.on("pageerror", self.note)
        return page

    def note(self, error: Any) -> None:
        """Keep an error of a page, but for one of the platform's chart library: while a chart is drawn for the first
        time its SVG is out of the page for half a second; a resize in that time asks for its removal once more."""
        if "removeChild" in str(error) and "boundDrawFn" in (error.stack or ""):
            return
        self.wrong.append(f"{error}\n{error.stack}")

    def close(self) -> None:
        """Close all pages; fails where one had an error."""
        for page in self.pages:
            page.close()
        for context in self.contexts:
            context.close()
        assert not self.wrong, self.wrong
