"""Residents of the demo who use the portal, and the three of them with whom a visitor can sign in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import frappe
from frappe.utils import get_url
from frappe.utils.password import update_password

from property_service.portal.accounts import DOMAIN, PICTURE
from property_service.setup.demo.accounts import store_accounts
from property_service.setup.demo.cases import Home
from property_service.setup.demo.estate_plan import CommunityPlan
from property_service.setup.demo.households import Households
from property_service.setup.roles import RESIDENT

# One home in so many has an account.
ONE_IN = 6
MOST = 40


@dataclass(frozen=True, slots=True)
class Guest:
    """A resident whose password is printed; `login` is the user name by which the account is found again."""

    login: str
    role: str
    task: str


LANDLORD = Guest(
    "demo-landlord",
    "Resident, owner of two rooms",
    "/resident: report a fault with a photo, for either room; see bills and receipts",
)
TENANT = Guest(
    "demo-tenant", "Resident, tenant", "/resident: rate the finished repair, 1 star makes the desk call back"
)
PAYER = Guest("demo-payer", "Resident, owner", "/resident: agree to the price of a repair; see what is open and pay it")
GUESTS = (LANDLORD, TENANT, PAYER)


def give_second_room(plan: CommunityPlan, households: Households) -> None:
    """The first owner who lives in his own home gets the first rented one, too: somebody with two rooms."""
    kept = {unit.name: unit for unit in plan.of_usage("Residence")}
    owns: dict[str, list[int]] = {}
    for position, stay in enumerate(households.stays):
        owns.setdefault(stay.person, []).append(position)
    current = [
        (position, stay)
        for position, stay in enumerate(households.stays)
        if stay.relation == "Owner" and stay.unit in kept and not stay.to_date and stay.share == 100
    ]
    homes = [stay for _position, stay in current if kept[stay.unit].occupancy_status == "Owner Occupied"]
    rented = [
        (position, stay)
        for position, stay in current
        if kept[stay.unit].occupancy_status == "Rented" and len(owns[stay.person]) == 1
    ]
    if homes and rented:
        position, former = rented[0]
        households.stays[position] = replace(former, person=homes[0].person)
        households.people = [person for person in households.people if person.key != former.person]


def portal_homes(homes: Iterable[Home], households: Households, random: Random) -> list[Home]:
    """Homes whose speaker uses the portal: people with a number of their own, the guests first (owner, tenant, payer)."""
    people = {person.key: person for person in households.people}
    numbers: dict[str, int] = {}
    for person in households.people:
        for number, _label in person.phones:
            numbers[number] = numbers.get(number, 0) + 1
    fitting = [
        home
        for home in homes
        if not people[home.resident].organisation
        and people[home.resident].language == "zh"
        and numbers[people[home.resident].phones[0][0]] == 1
    ]
    first = _guests(fitting, households)
    others = [home for home in fitting if home not in first]
    random.shuffle(others)
    return [*first, *others[: min(MOST, max(len(fitting) // ONE_IN, 3))]]


def _guests(homes: list[Home], households: Households) -> list[Home]:
    relations = {(stay.unit, stay.person): stay.relation for stay in households.stays if not stay.to_date}
    residences = {home.unit for home in homes}
    rooms: dict[str, int] = {}
    for stay in households.stays:
        if stay.relation == "Owner" and not stay.to_date and stay.unit in residences:
            rooms[stay.person] = rooms.get(stay.person, 0) + 1
    lake = [home for home in homes if home.community == "LH"]
    owners = [home for home in lake if relations[(home.unit, home.resident)] == "Owner"]
    landlord = next((home for home in owners if rooms[home.resident] > 1), owners[0])
    tenant = next(home for home in lake if relations[(home.unit, home.resident)] == "Tenant")
    payer = next(home for home in owners[len(owners) // 2 :] if home.resident != landlord.resident)
    return [landlord, tenant, payer]


def make_portal_people(homes: list[Home], households: Households, password: str) -> dict[str, str]:
    """Accounts of these homes' speakers, the guests with a password; returns resident → user."""
    names = {person.key: person.name for person in households.people}
    residents = list(dict.fromkeys(home.resident for home in homes))
    users = {resident: f"r-{frappe.generate_hash(length=20)}{DOMAIN}" for resident in residents}
    logins = [guest.login for guest in GUESTS] + [None] * len(residents)
    store_accounts(
        [
            {
                "name": users[resident],
                "full_name": names[resident],
                "username": login,
                "user_type": "Website User",
                "user_image": PICTURE,
                "thread_notify": 0,
                "document_follow_notify": 0,
            }
            for resident, login in zip(residents, logins, strict=False)
        ],
        [(RESIDENT,)] * len(residents),
    )
    frappe.db.set_value(
        "Notification Settings",
        {"name": ["in", list(users.values())]},
        {"enabled": 0, "enable_email_notifications": 0},
        update_modified=False,
    )
    for resident, user in users.items():
        frappe.db.set_value("Resident", resident, {"user": user, "portal_enabled": 1}, update_modified=False)
    for resident in residents[: len(GUESTS)]:
        update_password(users[resident], password)
    return users


def resident_of(guest: Guest) -> str:
    """The resident of a guest's account; an empty text where there is none."""
    user = frappe.db.get_value("User", {"username": guest.login})
    return (user and frappe.db.get_value("Resident", {"user": user})) or ""


def guest_logins(password: str) -> list[dict[str, Any]]:
    """The rows of the printed table for residents: phone instead of a user."""
    rows = []
    for guest in GUESTS:
        user = frappe.db.get_value("User", {"username": guest.login}, ["name", "full_name"], as_dict=True)
        if user:
            phone = frappe.db.get_value("Resident", {"user": user.name}, "primary_phone")
            rows.append(
                {
                    "role": guest.role,
                    "name": user.full_name,
                    "phone": phone,
                    "password": password,
                    "url": get_url("/resident/sign-in"),
                    "communities": "LH",
                    "try": guest.task,
                }
            )
    return rows
