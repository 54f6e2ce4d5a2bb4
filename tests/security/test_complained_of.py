"""The person complained of gets nothing of it by any path, whatever his role; neither does a resident of another's, or a name of an anonymous one.

Each path is first walked by a colleague, to whom it shows the complaint: a path that shows nobody anything proves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import frappe
import pytest
from frappe.utils import add_days

from property_service.front_desk import (
    callback_promises,
    complaint_view,
    complaints,
    complaints_api,
    handovers,
    promise_sweep,
    return_visits,
    visit_list,
)
from property_service.front_desk.callback_promises import PROMISE, PromiseOrder
from property_service.front_desk.complaint_states import DOCTYPE
from property_service.front_desk.complaints import ComplaintOrder
from property_service.front_desk.report.complaint_causes.complaint_causes import execute
from property_service.portal import complaint_api, complaint_pages
from property_service.portal.access import forget_cached_access
from property_service.portal.viewer import viewer_of
from property_service.property_service import staff_notices
from property_service.property_service.service_clock import as_of, site_now
from property_service.tests import factories as make

SECRET = "Quicksilver was rude at the counter"
ROLES = ("Property Front Desk", "Property Team Leader", "Property Manager")


def secret(role: str) -> str:
    """What is complained of whom, in words of its own."""
    return f"{SECRET}: {role}"


@pytest.fixture(scope="module")
def case(site: str) -> Iterator[Any]:
    """{here, people: role → complained of, colleagues: role → another, complaints: role → name, visits: role → name}."""
    here = make.make_community()
    unit = make.make_unit(make.make_building(here))
    owner = make.make_resident(unit, resident_name="Lin Owner")
    people = {role: make.make_staff(role, community=here) for role in ROLES}
    colleagues = {role: make.make_staff(role, community=here) for role in ROLES}
    desk = colleagues["Property Front Desk"]
    category = make.insert(
        "Complaint Category", category_name=make.unique("Cause "), default_level="General", enabled=1
    )
    found, visits = {}, {}
    for role, person in people.items():
        frappe.set_user(desk)
        doc = complaints.receive(
            ComplaintOrder(
                community=here.name,
                subject=secret(role),
                details=secret(role),
                category=category.name,
                resident=owner.name,
                unit=unit.name,
                person_complained_of=person,
            ),
            desk,
        )
        frappe.set_user("Administrator")
        found[role] = doc.name
        visits[role] = return_visits.plan_visit(
            "Complaint", DOCTYPE, doc.name, here.name, unit.name, owner.name, "Lin", "13900001111", desk, "Rule",
            site_now(), kept_from=person, topic=secret(role),
        )  # fmt: skip
    yield SimpleNamespace(
        here=here.name, unit=unit, owner=owner, people=people, colleagues=colleagues, complaints=found, visits=visits,
        category=category.name,
    )  # fmt: skip
    frappe.set_user("Administrator")


def ask(method: str, **form: Any) -> Any:
    """Call a method of the platform as the desk's pages do."""
    frappe.local.form_dict = frappe._dict(form)
    frappe.local.response = frappe._dict(docs=[], message=None)
    instead = frappe.get_hooks("override_whitelisted_methods", {}).get(method, [method])[0]
    return frappe.get_attr(instead)(**form)


def shown(of: Callable[[], Any]) -> str:
    """Everything a path shows, as one text; "" where it is refused."""
    try:
        found = of()
    except (frappe.PermissionError, frappe.DoesNotExistError, frappe.ValidationError):
        found = ""
    finally:
        frappe.local.message_log = []
    return frappe.as_json([found, frappe.local.response])


def paths(case: Any, role: str) -> dict[str, Callable[[], Any]]:
    """Name → a way by which staff comes to a complaint or to what tells of it."""
    name, visit = case.complaints[role], case.visits[role]
    message = frappe.db.get_value("Service Message", {"reference_name": name})
    fields = json.dumps(["name", "subject", "details"])
    return {
        "document": lambda: frappe.get_doc(DOCTYPE, name).check_permission("read") or secret(role),
        "print": lambda: frappe.get_doc(DOCTYPE, name).check_permission("print") or secret(role),
        "list": lambda: frappe.get_list(DOCTYPE, {"community": case.here}, ["name", "subject"]),
        "client.get": lambda: ask("frappe.client.get", doctype=DOCTYPE, name=name),
        "client.get_list": lambda: ask("frappe.client.get_list", doctype=DOCTYPE, fields=fields, limit_page_length=0),
        "client.get_value": lambda: ask(
            "frappe.client.get_value", doctype=DOCTYPE, fieldname="subject", filters=json.dumps({"name": name})
        ),
        "form": lambda: ask("frappe.desk.form.load.getdoc", doctype=DOCTYPE, name=name),
        "list view": lambda: ask(
            "frappe.desk.reportview.get", doctype=DOCTYPE, fields=fields, filters="[]", start=0, page_length=500
        ),
        "link search": lambda: ask("frappe.desk.search.search_link", doctype=DOCTYPE, txt=name),
        "link search of everything": lambda: ask(
            "frappe.desk.search.search_link",
            doctype=DOCTYPE,
            txt="",
            ignore_user_permissions=1,
            page_length=500,
            filters=json.dumps({"community": case.here}),
        ),
        "count": lambda: ask(
            "frappe.client.get_count", doctype=DOCTYPE, filters=json.dumps({"name": name})
        )
        and secret(role),
        "report": lambda: [
            row for row in execute({"community": case.here, "group_by": "Cause"})[1] if count_of(row) == len(ROLES)
        ]
        and secret(role),
        "facts": lambda: complaints_api.complaint_facts(name),
        "visit": lambda: frappe.get_doc("Return Visit", visit).check_permission("read") or secret(role),
        "visits": lambda: frappe.get_list("Return Visit", {"name": visit}, ["name", "topic"]),
        "visits view": lambda: ask(
            "frappe.desk.reportview.get",
            doctype="Return Visit",
            fields=json.dumps(["name", "topic"]),
            filters=json.dumps([["Return Visit", "name", "=", visit]]),
            start=0,
            page_length=500,
        ),
        "call sheet": lambda: visit_list.household_sheet([visit]),
        "due visits": lambda: [
            one for house in visit_list.due_list(case.here)["households"] for one in house["visits"] if one.name == visit
        ],
        "message": lambda: frappe.get_doc("Service Message", message).check_permission("read") or secret(role),
        "messages": lambda: frappe.get_list("Service Message", {"name": message}, ["name", "text"]),
    }  # fmt: skip


def count_of(row: dict[str, Any]) -> int:
    return 0 if row.get("is_total") else row["complaints"]


def tells(text: str, case: Any, role: str) -> bool:
    return secret(role) in text or case.complaints[role] in text or case.visits[role] in text


@pytest.mark.parametrize("role", ROLES)
def test_no_path_shows_it_to_the_person_complained_of(case: Any, role: str) -> None:
    for path, of in paths(case, role).items():
        seen = {}
        for who, user in (("colleague", case.colleagues["Property Manager"]), ("himself", case.people[role])):
            frappe.set_user(user)
            seen[who] = tells(shown(of), case, role)
        assert seen == {"colleague": True, "himself": False}, (path, seen)


@pytest.mark.parametrize("role", ROLES)
def test_he_can_do_nothing_with_it(case: Any, role: str) -> None:
    name = case.complaints[role]
    frappe.set_user(case.people[role])
    for act, values in (
        ("assign", {"user": case.people[role]}),
        ("start", {}),
        ("answer", {"text": "x"}),
        ("interim", {"text": "x"}),
        ("resolve", {"resolution": "x"}),
        ("reopen", {"because": "x"}),
        ("withdraw", {"because": "x"}),
        ("note", {"text": "x"}),
        ("join", {"first": ""}),
    ):
        with pytest.raises(frappe.PermissionError):
            getattr(complaints_api, act)(name, **values)
    doc = frappe.get_doc(DOCTYPE, name)
    doc.person_complained_of = None
    with pytest.raises(frappe.PermissionError):
        doc.save()
    with pytest.raises(frappe.PermissionError):
        ask("frappe.client.set_value", doctype=DOCTYPE, name=name, fieldname="person_complained_of", value="")
    with pytest.raises(frappe.PermissionError):
        return_visits.record_attempt(case.visits[role], "Phone", False)


def test_nobody_hands_it_to_him(case: Any) -> None:
    role = "Property Manager"
    name, person = case.complaints[role], case.people[role]
    frappe.set_user(case.colleagues[role])
    with pytest.raises(frappe.ValidationError):
        complaints_api.assign(name, person)
    assert person not in {row["value"] for row in complaint_view.facts(frappe.get_doc(DOCTYPE, name))["handlers"]}
    frappe.set_user("Administrator")
    with pytest.raises(frappe.PermissionError):
        frappe.share.add(DOCTYPE, name, person, read=1)
    assert not frappe.db.exists("DocShare", {"share_name": name})


def test_a_system_manager_sees_what_is_about_himself(case: Any) -> None:
    user = make.make_staff("System Manager", "Property Manager")
    frappe.db.set_value(DOCTYPE, case.complaints[ROLES[0]], "person_complained_of", user)
    frappe.set_user(user)
    assert frappe.get_doc(DOCTYPE, case.complaints[ROLES[0]]).has_permission("read")


def test_named_later_he_loses_what_he_had(case: Any) -> None:
    handler, manager = (case.colleagues[role] for role in ("Property Front Desk", "Property Manager"))
    frappe.set_user(handler)
    doc = complaints.receive(ComplaintOrder(community=case.here, subject="Slow", resident=case.owner.name), handler)
    frappe.set_user(manager)
    complaints_api.assign(doc.name, handler)
    frappe.set_user("Administrator")
    frappe.share.add(DOCTYPE, doc.name, handler, read=1)
    frappe.set_user(manager)
    owed = promised(case, doc.name, handler)
    for doctype, name in ((DOCTYPE, doc.name), (PROMISE, owed.name)):
        staff_notices.deliver([{"users": [handler], "subject": "x", "doctype": doctype, "name": name}], "Administrator")
    doc.reload()
    doc.person_complained_of = handler
    doc.save()
    assert doc.assigned_to is None
    owed.reload()
    assert owed.responsible in {manager, *make.managers_of_everything(), case.people["Property Manager"]}
    assert not frappe.db.exists("Notification Log", {"document_name": owed.name, "for_user": handler})
    about = {"DocShare": "share_name", "Notification Log": "document_name"}
    assert not [table for table, field in about.items() if frappe.db.exists(table, {field: doc.name})]
    frappe.set_user(handler)
    assert not frappe.get_list(DOCTYPE, {"name": doc.name})
    with pytest.raises(frappe.PermissionError):
        frappe.get_doc(DOCTYPE, doc.name).check_permission("read")


def promised(case: Any, name: str, by: str, about: str = SECRET) -> Any:
    """A promise about a complaint, to call back within an hour."""
    order = PromiseOrder(about, site_now() + timedelta(hours=1), unit=case.unit.name, reference=(DOCTYPE, name))
    return callback_promises.promise(order, by)


def test_the_handover_shows_it_to_nobody(case: Any) -> None:
    """Whoever is complained of may be the next on duty; what is about nobody stands there."""
    desk = case.colleagues["Property Front Desk"]
    frappe.set_user(desk)
    plain = complaints.receive(ComplaintOrder(community=case.here, subject="Slow", resident=case.owner.name), desk)
    visit = return_visits.plan_visit(
        "Complaint", DOCTYPE, plain.name, case.here, case.unit.name, case.owner.name, "Lin", "13900001111", desk, "Rule",
        site_now(), topic="Slow",
    )  # fmt: skip
    call = promised(case, plain.name, desk, "Slow")
    for name in case.complaints.values():
        promised(case, name, desk)
    rows = handovers.open_matters(case.here, desk)
    assert {plain.name, visit, call.name} <= {row["reference_name"] for row in rows}
    told = frappe.as_json(rows)
    assert SECRET not in told and not [role for role in ROLES if tells(told, case, role)]


@pytest.mark.parametrize("role", ROLES)
def test_the_sweep_of_promises_tells_him_nothing(case: Any, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither as the one who was to call, nor as leader or manager above; somebody hears of it all the same."""
    person, manager = case.people[role], case.colleagues["Property Manager"]
    home = frappe.get_doc("Community", case.here)
    doer = make.make_staff("Property Technician", community=home)
    if role != "Property Front Desk":
        make.make_team(home, [doer], leader=person)
    frappe.db.set_value("Community", case.here, "manager", person)
    frappe.clear_document_cache("Community", case.here)
    desk = case.colleagues["Property Front Desk"]
    owed = {user: promised(case, case.complaints[role], desk) for user in (person, doer)}
    for user, doc in owed.items():
        doc.db_set("responsible", user)
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(promise_sweep, "tell_many", told.extend)
    heard = []
    for minutes in (50, 61):
        told.clear()
        with as_of(site_now() + timedelta(minutes=minutes)):
            promise_sweep.sweep()
        assert all(one["users"] for one in told)
        heard.append([users_told(told, owed[user].name) for user in (person, doer)])
    assert heard[0] == [set(), {doer}]
    assert manager in heard[1][0] and {manager, doer} <= heard[1][1]
    assert not [users for users in heard[1] if person in users]


def users_told(told: list[dict[str, Any]], name: str) -> set[str]:
    return {user for one in told if one["name"] == name for user in one["users"]}


def test_a_title_is_told_to_nobody_who_only_knows_the_number(case: Any) -> None:
    frappe.set_user(case.people[ROLES[0]])
    told = ask("frappe.desk.search.get_link_title", doctype=DOCTYPE, docname=case.complaints[ROLES[0]])
    assert SECRET not in str(told)
    assert not frappe.get_meta(DOCTYPE).get_global_search_fields()


# Residents


@pytest.fixture
def resident(case: Any) -> str:
    user = make.make_portal_user(case.owner)
    forget_cached_access()
    return user


def test_an_anonymous_complaint_keeps_nobody_and_is_still_his_to_follow(case: Any, resident: str) -> None:
    frappe.set_user(resident)
    name = complaint_api.complain("The guard sleeps", is_anonymous=True, unit=case.unit.name, client_key="k1")["name"]
    assert complaint_api.complain("The guard sleeps", is_anonymous=True, client_key="k1")["name"] == name
    rows = complaint_pages.complaint_rows(viewer_of(resident))["rows"]
    assert name in {row.name for row in rows}
    complaint_api.withdraw(name, "It was nothing")
    frappe.set_user("Administrator")
    for table, key in (
        (DOCTYPE, "name"),
        ("Complaint Step", "parent"),
        ("Version", "docname"),
        ("Comment", "reference_name"),
        ("Service Message", "reference_name"),
        ("Notification Log", "document_name"),
    ):
        stored = json.dumps(frappe.db.get_values(table, {key: name}, "*", as_dict=True), default=str)
        for trace in (resident, case.owner.name, case.owner.resident_name, case.unit.name, case.owner.primary_phone):
            assert trace not in stored, (table, trace)
    assert frappe.db.get_value(DOCTYPE, name, "status") == "Withdrawn"


def test_nobody_follows_anothers(case: Any, resident: str) -> None:
    frappe.set_user(resident)
    own = complaint_api.complain("The lift stinks", unit=case.unit.name)["name"]
    hidden = complaint_api.complain("The lift stinks", is_anonymous=True)["name"]
    next_door = make_neighbour(case)
    for name in (own, hidden, *case.complaints.values(), "RC-0", "' or '1'='1", None, ["x"]):
        frappe.set_user(next_door)
        with pytest.raises(frappe.PermissionError):
            complaint_pages.own_complaint(name)
        assert not frappe.has_permission(DOCTYPE, "read", user=next_door)
    assert complaint_pages.complaint_rows(viewer_of(next_door))["rows"] == []
    frappe.set_user(resident)
    assert complaint_pages.own_complaint(own).name == own


def test_who_has_moved_out_sees_nothing_more(case: Any) -> None:
    user = make_neighbour(case)
    frappe.set_user(user)
    own = complaint_api.complain("The lift stinks")["name"]
    frappe.set_user("Administrator")
    person = frappe.db.get_value("Resident", {"user": user})
    frappe.db.set_value("Unit Occupancy", {"resident": person}, "to_date", add_days(site_now().date(), -1))
    forget_cached_access()
    frappe.set_user(user)
    with pytest.raises(frappe.PermissionError):
        complaint_pages.own_complaint(own)


def test_so_many_a_day_with_a_name_or_without(case: Any) -> None:
    user = make_neighbour(case)
    frappe.set_user(user)
    for number in range(5):
        complaint_api.complain(f"Complaint {number}", is_anonymous=number % 2 == 0)
    with pytest.raises(frappe.ValidationError) as refused:
        complaint_api.complain("One too many")
    assert refused.value.http_status_code == 429


def make_neighbour(case: Any) -> str:
    frappe.set_user("Administrator")
    home = make.make_unit(frappe.get_doc("Building", case.unit.building))
    user = make.make_portal_user(make.make_resident(home))
    forget_cached_access()
    return user
