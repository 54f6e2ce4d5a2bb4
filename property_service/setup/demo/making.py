"""Makes the demo estate in one transaction: either all of it is there, or nothing."""

from __future__ import annotations

import time
from random import Random

import frappe
from frappe import _
from frappe.utils import get_url, getdate, today
from frappe.utils.password import check_password

from property_service.property_service.errors import InputRefused, rules_speak
from property_service.setup.demo import (
    complaint_cases,
    estate_rows,
    events,
    fee_history,
    fee_plan,
    front_desk_contacts,
    knowledge,
    notices,
    patrol_findings,
    patrol_rounds,
    portal_people,
    service_days,
    staff,
    tasks,
    two_months,
)
from property_service.setup.demo.cases import homes_of
from property_service.setup.demo.estate_plan import USUAL_UNITS, CommunityPlan, plan_estate
from property_service.setup.demo.households import Households, settle

SEED = 20160930
PASSWORD = "demo-2026"  # noqa: S105  printed for everybody to read, and never on a site with real communities
CODES = staff.BOTH
# Where somebody with these roles alone begins.
PAGES = {(staff.TECHNICIAN,): "/jobs", (staff.PATROLLER,): "/patrol"}


def make_demo(units: int | None = None, password: str | None = None) -> list[dict]:
    """See `property_service.setup.demo.make`."""
    if demo_communities():
        print("The demo estate is there already; nothing was changed.")
        return logins(None)
    refuse_real_communities()
    password = password or PASSWORD
    begun = time.monotonic()
    plans = make_estate(units or USUAL_UNITS, password)
    make_life(*plans, password)
    make_money(*plans[:2])
    make_patrols()
    make_calls()
    make_complaints()
    make_events()
    make_reading()
    make_service()
    print(f"Demo estate made in {time.monotonic() - begun:.1f} s.")
    return logins(password)


def make_estate(units: int, password: str) -> tuple[CommunityPlan, CommunityPlan, Households]:
    """Places, people, staff and teams, in an order in which each finds what it refers to."""
    day, random = getdate(today()), Random(SEED)  # noqa: S311  not a secret: the same estate every time
    with rules_speak():
        lake, cloud = plan_estate(units, day, random)
        households = settle(lake, cloud, day, random)
        portal_people.give_second_room(lake, households)
        staff.make_calendars()
        for plan in (lake, cloud):
            estate_rows.make_community(plan)
        staff.make_people(password)
        estate_rows.set_managers(CODES)
        for plan in (lake, cloud):
            estate_rows.make_places(plan)
        estate_rows.make_households(households, day)
        staff.make_teams()
    return lake, cloud, households


def make_life(lake: CommunityPlan, cloud: CommunityPlan, households: Households, password: str) -> None:
    """Residents with accounts, and two months of work of everybody."""
    random = Random(SEED)  # noqa: S311  as above
    homes = [*homes_of(lake, households), *homes_of(cloud, households)]
    portal = portal_people.portal_homes(homes, households, random)
    users = portal_people.make_portal_people(portal, households, password)
    refused = two_months.play(homes, portal, users).refused
    if refused:
        print(f"Acts the rules did not allow, left out: {len(refused)}.")


def make_money(lake: CommunityPlan, cloud: CommunityPlan) -> None:
    """Fees of fourteen months: charged, paid, closed and owed."""
    begun = time.monotonic()
    diary = fee_history.play((lake, cloud), portal_people.resident_of(portal_people.PAYER))
    if diary.refused:
        print(f"Acts with money the rules did not allow, left out: {len(diary.refused)}.")
    print(f"Fees of {len(fee_plan.quarters(getdate(today())))} quarters played in {time.monotonic() - begun:.1f} s.")


def make_patrols() -> None:
    """Two months of rounds with what they found. The decorations come with the money, since deposits are paid for them."""
    begun = time.monotonic()
    with rules_speak():
        patrol_rounds.make()
        patrol_findings.make()
    print(f"Patrols of {frappe.db.count('Patrol Task')} rounds made in {time.monotonic() - begun:.1f} s.")


def make_calls() -> None:
    """Two months of calls at the front desk, with what was promised in them."""
    begun = time.monotonic()
    with rules_speak():
        front_desk_contacts.make()
    print(f"{frappe.db.count('Service Contact')} contacts of the front desk made in {time.monotonic() - begun:.1f} s.")


def make_complaints() -> None:
    """Two months of complaints, suggestions and praise, and what return visits have brought to light."""
    begun = time.monotonic()
    with rules_speak():
        refused = complaint_cases.make()
    if refused:
        print(f"Acts with complaints the rules did not allow, left out: {len(refused)}.")
    print(f"{frappe.db.count('Resident Complaint')} complaints played in {time.monotonic() - begun:.1f} s.")


def make_service() -> None:
    """What the manager sees of the front desk; last, since its figures are those of all the others."""
    begun = time.monotonic()
    with rules_speak():
        service_days.make()
    print(f"Shifts, checks, emergencies and reports made in {time.monotonic() - begun:.1f} s.")


def make_reading() -> None:
    """What people look up and are told: answers, numbers, equipment, notices, greetings."""
    begun = time.monotonic()
    with rules_speak():
        knowledge.make()
        notices.make()
    print(f"Answers and {frappe.db.count('Community Notice')} notices made in {time.monotonic() - begun:.1f} s.")


def make_events() -> None:
    """Events held, going on and to come, with who signed up."""
    begun = time.monotonic()
    with rules_speak():
        events.make()
    print(f"Events with {frappe.db.count('Event Registration')} sign-ups made in {time.monotonic() - begun:.1f} s.")


def demo_communities() -> list[str]:
    """Codes of the communities marked as demo."""
    return frappe.get_all("Community", {"is_demo": 1}, pluck="name", order_by="name asc")


def refuse_real_communities() -> None:
    """Demo people have passwords that everybody knows: they have no place beside real residents."""
    real = frappe.get_all("Community", {"is_demo": 0}, pluck="community_name", order_by="name asc", limit=3)
    if real:
        frappe.throw(
            _("This site holds real communities ({0}). Make the demo estate on a site of its own.").format(
                frappe.utils.escape_html(", ".join(real))
            ),
            InputRefused,
        )


def logins(password: str | None) -> list[dict]:
    """Who can sign in, staff first. `password` None: the usual one where it still holds, else left out."""
    known = password or (PASSWORD if _holds(staff.PEOPLE[0].user) else "")
    told = {
        staff.BURST_PIPE: tasks.burst_pipe(),
        staff.WARRANTY_LEAK: tasks.warranty_leak(),
        staff.COUNTER: tasks.counter(),
        staff.RATES: tasks.rates(),
        staff.PATROL: tasks.patrol(),
        staff.RECHECK: tasks.recheck(),
        staff.DOOR: tasks.door(),
        staff.REFUND: tasks.refund(),
    }
    people = [
        {
            "role": person.roles[0].removeprefix("Property "),
            "name": person.name,
            "user": person.user,
            "password": known,
            "url": get_url(PAGES.get(person.roles, "/app")),
            "communities": ", ".join(person.communities),
            "try": told.get(person.task, person.task),
        }
        for person in staff.PEOPLE
    ]
    return people + portal_people.guest_logins(known)


def _holds(user: str) -> bool:
    try:
        check_password(user, PASSWORD, delete_tracker_cache=False)
    except frappe.AuthenticationError:
        return False
    return True
