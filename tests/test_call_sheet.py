"""The call sheet: who is on it, in how many queries, and what its endpoints record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest.mock import patch

import frappe
import pytest
from frappe.utils import now_datetime

from property_service.front_desk import api, return_visits, visit_list, visit_reminders
from property_service.front_desk.return_visits import plan_visit
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.tests.factories import (
    make_building,
    make_community,
    make_portal_user,
    make_resident,
    make_staff,
    make_unit,
    managers_of_everything,
)
from property_service.tests.utils import count_queries

MOST_QUERIES = 15


@pytest.fixture
def estate() -> Iterator[frappe._dict]:
    """A community on the site's own clock, and a front-desk officer of it; it is eleven in the morning."""
    zone = frappe.utils.get_system_timezone()
    community = make_community(time_zone=zone)
    building = make_building(community)
    officer = make_staff("Property Front Desk", community=community)
    morning = datetime.combine(now_datetime().date(), datetime.min.time()).replace(hour=11)
    with (
        patch.object(return_visits, "site_now", lambda: morning),
        patch.object(visit_list, "site_now", lambda: morning),
    ):
        yield frappe._dict(community=community, building=building, officer=officer, morning=morning)


def plan(estate: frappe._dict, **values: object) -> str:
    return plan_visit(
        **{
            "kind": "Repair",
            "reference_doctype": None,
            "reference_name": None,
            "community": estate.community.name,
            "unit": None,
            "resident": None,
            "contact_name": "Wang",
            "contact_phone": None,
            "doer": None,
            "reason": "Rule",
            "due_at": estate.morning + timedelta(hours=5),
            **values,
        }
    )


def names(sheet: dict) -> list[list[str]]:
    return [[visit["name"] for visit in household["visits"]] for household in sheet["households"]]


def test_today_overdue_first_later_days_left_out(estate: frappe._dict) -> None:
    today, tomorrow = plan(estate), plan(estate, due_at=estate.morning + timedelta(days=1))
    overdue = plan(estate, due_at=estate.morning - timedelta(days=3))
    plan(estate, due_at=estate.morning + timedelta(days=30), not_before=estate.morning + timedelta(days=30))
    frappe.set_user(estate.officer)
    sheet = api.due_visits()
    assert names(sheet) == [[overdue], [today]]
    assert sheet["counts"] == {
        "households": 2, "visits": 2, "overdue": 1, "waiting": 0, "on_site": 0, "done_today": 0
    }  # fmt: skip
    assert sheet["calls"][estate.community.name]["allowed"] is True
    later = api.due_visits(day=(estate.morning + timedelta(days=1)).date())
    assert names(later) == [[overdue], [today], [tomorrow]]


def test_one_call_for_one_household(estate: frappe._dict) -> None:
    unit = make_unit(estate.building)
    resident = make_resident(unit)
    one = plan(estate, unit=unit.name, contact_phone="13900000001")
    other = plan(estate, unit=unit.name, resident=resident.name)
    recheck = plan(estate, unit=unit.name, on_site_recheck=True)
    frappe.set_user(estate.officer)
    sheet = api.due_visits()
    assert names(sheet) == [[one, other], [recheck]]
    household = sheet["households"][0]
    assert (household["unit_label"], household["contact_phone"]) == (unit.short_label, "13900000001")
    call = api.call_sheet([one, other])
    assert [visit["name"] for visit in call["visits"]] == [one, other]
    assert call["visits"][0]["script"] == sheet["scripts"]["Repair"]
    assert "Wang" in call["opening"]


def test_not_reached_waits_until_its_time_comes(estate: frappe._dict) -> None:
    one, other = plan(estate, contact_phone="13900000001"), plan(estate, contact_phone="13900000002")
    frappe.set_user(estate.officer)
    assert [row["attempt_count"] for row in api.record_attempt([one], note="No answer")] == [1]
    sheet = api.due_visits()
    assert names(sheet) == [[other], [one]]
    waiting = sheet["households"][1]
    assert waiting["waiting_until"] == str(estate.morning.replace(hour=14) + timedelta(days=1))
    assert waiting["visits"][0]["tried_now"] is True
    assert waiting["visits"][0]["attempts"][0]["note"] == "No answer"
    with pytest.raises(NotAllowedNow):
        api.record_attempt([one])


def test_a_result_leaves_the_list_and_joins_the_history(estate: frappe._dict) -> None:
    unit = make_unit(estate.building)
    first = plan(estate, unit=unit.name, topic="Burst Pipe")
    second = plan(estate, unit=unit.name, due_at=estate.morning + timedelta(hours=6))
    frappe.set_user(estate.officer)
    answer = api.record_result(first, "Dissatisfied", "Manner", "Was rude")
    assert (answer["status"], answer["result"]) == ("Reached", "Dissatisfied")
    sheet = api.due_visits()
    assert names(sheet) == [[second]]
    assert sheet["counts"]["done_today"] == 1
    history = api.call_sheet([second])["history"]
    assert [(row.name, row.result, row.topic) for row in history] == [(first, "Dissatisfied", "Burst Pipe")]


def test_all_visits_of_a_household_or_none(estate: frappe._dict) -> None:
    mine, supervisors = plan(estate), plan(estate, supervisor_only=True)
    frappe.set_user(estate.officer)
    frappe.db.savepoint("before_act")
    with pytest.raises(frappe.PermissionError):
        api.record_attempt([mine, supervisors])
    frappe.db.rollback(save_point="before_act")
    assert frappe.db.count("Return Visit Attempt", {"parent": ["in", [mine, supervisors]]}) == 0
    why = {v["name"]: v["why_not"] for h in api.due_visits()["households"] for v in h["visits"]}
    assert why[mine] is None
    assert "team leader" in why[supervisors]


def test_nobody_sees_another_community(estate: frappe._dict) -> None:
    visit = plan(estate)
    stranger = make_staff("Property Front Desk", community=make_community())
    frappe.set_user(stranger)
    assert api.due_visits()["households"] == []
    assert api.due_visits(community=estate.community.name)["households"] == []
    with pytest.raises(frappe.DoesNotExistError):
        api.call_sheet([visit])
    with pytest.raises(frappe.PermissionError):
        api.record_result(visit, "Satisfied")
    with pytest.raises(frappe.PermissionError):
        api.record_attempt([visit])


def test_residents_and_guests_are_shut_out(estate: frappe._dict) -> None:
    visit = plan(estate)
    resident = make_portal_user(make_resident(make_unit(estate.building)))
    calls = (
        lambda: api.due_visits(),
        lambda: api.call_sheet([visit]),
        lambda: api.scripts(),
        lambda: api.record_attempt([visit]),
        lambda: api.record_result(visit, "Satisfied"),
        lambda: api.reassign(visit, None),
        lambda: api.possible_visitors(visit),
    )
    for user in (resident, "Guest"):
        frappe.set_user(user)
        for call in calls:
            with pytest.raises(frappe.PermissionError):
                call()


@pytest.mark.parametrize("visits", [[], [1], ["x"] * 51 + ["y"], [["RV"]], [{"name": "RV"}]])
def test_senseless_lists_are_refused(estate: frappe._dict, visits: list) -> None:
    frappe.set_user(estate.officer)
    with pytest.raises((InputRefused, frappe.DoesNotExistError)):
        api.record_attempt(visits)


def test_what_was_done_is_told_by_the_room_it_comes_from(estate: frappe._dict) -> None:
    visit = plan(estate)
    frappe.set_user(estate.officer)
    done = {"title": "RR-1", "lines": ["Valve replaced"]}

    def tell(point: str, **arguments: object) -> list:
        return [None, done] if point == "property_service_visit_context" else []

    with patch.object(visit_list, "call_extensions", tell):
        assert api.call_sheet([visit])["visits"][0]["context"] == done


def test_whom_a_visit_may_be_given_to(estate: frappe._dict) -> None:
    leader = make_staff("Property Team Leader", community=estate.community)
    make_staff("Property Technician", community=estate.community)
    stranger = make_staff("Property Front Desk", community=make_community())

    def offered(visit: str) -> set[str]:
        frappe.set_user(leader)
        return {person["value"] for person in api.possible_visitors(visit)} & {leader, estate.officer, stranger}

    frappe.set_user("Administrator")
    anyone, doers, supervisors = plan(estate), plan(estate, doer=estate.officer), plan(estate, supervisor_only=True)
    assert offered(anyone) == {leader, estate.officer}
    assert offered(doers) == {leader}
    assert offered(supervisors) == {leader}
    assert api.reassign(anyone, estate.officer)["assigned_to"] == estate.officer


def test_the_overdue_are_called_to_mind_once(estate: frappe._dict) -> None:
    manager = make_staff("Property Manager", community=estate.community)
    late = [plan(estate, due_at=now_datetime() - timedelta(hours=hours)) for hours in (1, 2)]
    given = plan(estate, due_at=now_datetime() - timedelta(hours=1))
    supervisors = plan(estate, due_at=now_datetime() - timedelta(hours=1), supervisor_only=True)
    waiting = plan(estate, due_at=now_datetime() - timedelta(hours=1))
    plan(estate, due_at=now_datetime() + timedelta(hours=1))
    colleague = make_staff("Property Team Leader", community=estate.community)
    frappe.db.set_value("Return Visit", given, "assigned_to", colleague)
    frappe.db.set_value("Return Visit", waiting, "next_attempt_at", now_datetime() + timedelta(hours=3))

    everywhere = managers_of_everything()  # of the site, whatever other roles they hold

    def told() -> dict[str, str]:
        with patch.object(visit_reminders, "tell_many") as tell:
            visit_reminders.remind_overdue()
        notices = tell.call_args[0][0] if tell.called else []
        ours = [one for one in notices if one["name"] in (*late, given, supervisors, waiting)]
        return {user: (one["name"], one["subject"][2]) for one in ours for user in set(one["users"]) - everywhere}

    assert told() == {estate.officer: (late[1], 2), colleague: (given, 1), manager: (supervisors, 1)}
    assert told() == {}
    frappe.db.set_value("Return Visit", waiting, "next_attempt_at", now_datetime() - timedelta(minutes=1))
    assert told() == {estate.officer: (waiting, 1)}


@pytest.mark.parametrize("many", [20, 200])
def test_queries_do_not_grow_with_the_list(estate: frappe._dict, many: int) -> None:
    units = [make_unit(estate.building) for _ in range(10)]
    for at in range(many):
        name = plan(
            estate, unit=units[at % 10].name if at % 2 else None, contact_phone=f"139{at:08d}", doer="Administrator"
        )
        if at % 3 == 0:
            frappe.db.set_value("Return Visit", name, "attempt_count", 1)
    frappe.set_user(estate.officer)
    api.due_visits()
    with count_queries() as queries:
        sheet = api.due_visits()
    assert sheet["counts"]["visits"] == many
    assert len(queries) <= MOST_QUERIES, "\n".join(queries)
