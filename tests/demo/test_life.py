"""The two months of work in the demo estate: real documents with their steps, visits and times, and nothing from tomorrow."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import frappe
import pytest
from frappe.utils import add_days, get_datetime, now_datetime
from frappe.utils.password import check_password, update_password

from property_service.front_desk import visit_list
from property_service.portal.accounts import ensure_account
from property_service.property_service.service_clock import site_now
from property_service.setup.demo import make, making, portal_people, remove, service_days, two_months
from property_service.setup.demo.history import as_user
from property_service.setup.first_data_repairs import stored
from property_service.tests import factories
from tests.demo.tables import rows_of_every_table

OURS = {"community": ["in", ["LH", "YQ"]]}
STATES = {
    *("New", "Quoted", "Dispatched", "Taken", "In Progress", "On Hold", "Awaiting Visit", "Closed"),
    *("Referred", "Rejected", "Cancelled", "Reopened"),
}
MADE = ("make_life",)


def repairs(*fields: str, **filters: Any) -> list[frappe._dict]:
    return frappe.get_all(
        "Repair Request", {**OURS, **filters}, ["name", *fields], order_by="reported_at asc, name asc"
    )


def test_every_state_is_there_and_most_are_closed(estate: dict) -> None:
    states = Counter(row.status for row in repairs("status"))
    assert set(states) >= STATES
    assert 140 <= sum(states.values()) <= 200
    assert states["Closed"] > sum(states.values()) * 0.6
    assert states["New"] >= 3 and states["Awaiting Visit"] >= 6


def test_both_estates_every_category_and_every_week_have_some(estate: dict) -> None:
    rows = repairs("community", "category", "reported_at")
    assert {row.community for row in rows} == {"LH", "YQ"}
    seasonal = {"Heating", "Air Conditioner"}
    leaves = {row["category_name"] for row in stored("repair_categories")["rows"] if not row.get("is_group")}
    assert len(leaves) > 20
    assert leaves - {row.category for row in rows} <= seasonal
    weeks = Counter((now_datetime() - row.reported_at).days // 7 for row in rows)
    assert all(weeks[week] >= 5 for week in range(8)), weeks


@pytest.mark.parametrize(
    ("doctype", "fields"),
    [
        ("Repair Request", ("reported_at", "accepted_at", "taken_at", "arrived_at", "finished_at", "closed_at")),
        ("Repair Request", ("creation", "modified")),
        ("Repair Step", ("happened_at",)),
        ("Return Visit", ("visited_at", "creation", "modified")),
        ("Service Incident", ("started_at", "closed_at")),
        ("Service Message", ("creation", "sent_at")),
    ],
)
def test_nothing_has_happened_in_the_future(estate: dict, doctype: str, fields: tuple[str, ...]) -> None:
    for row in frappe.get_all(doctype, OURS, list(fields)):
        for field in fields:
            assert not row[field] or row[field] <= now_datetime(), (doctype, row)


def test_the_times_of_a_request_come_one_after_the_other(estate: dict) -> None:
    order = ("reported_at", "accepted_at", "dispatched_at", "taken_at", "arrived_at", "finished_at")
    for row in repairs(*order, reopened_count=0):
        times = [row[field] for field in order if row[field]]
        assert times == sorted(times), row
    # An emergency is accepted and dispatched in one.
    for name in [row.name for row in repairs(priority=["!=", "Emergency"])][::7]:
        steps = frappe.get_all(
            "Repair Step", {"repair_request": name}, ["happened_at", "from_state", "to_state"], order_by="creation asc"
        )
        assert [step.happened_at for step in steps] == sorted(step.happened_at for step in steps)
        states = [step for step in steps if step.to_state]
        for earlier, later in pairwise(states):
            assert later.from_state == earlier.to_state, (name, states)


def test_every_closed_request_was_visited_or_needed_no_visit(estate: dict) -> None:
    for row in repairs("visit_status", "visit_result", "referred_to", status="Closed"):
        assert row.referred_to or row.visit_status in ("Done", "Not Needed"), row
        assert (row.visit_status == "Done") == bool(row.visit_result), row
    done = frappe.get_all("Return Visit", {**OURS, "result": ["is", "set"]}, ["result", "visited_by", "doer"])
    results = Counter(row.result for row in done)
    assert set(results) == {"Satisfied", "Fairly Satisfied", "Dissatisfied", "Unreachable", "Declined"}
    assert results["Satisfied"] > len(done) / 2
    assert all(row.visited_by and row.visited_by != row.doer for row in done)
    reasons = {*frappe.get_all("Return Visit", {**OURS, "result": "Dissatisfied"}, pluck="dissatisfied_reason")}
    assert reasons == {"Not Fixed", "Manner", "Lateness", "Charge", "Beyond Our Duty"}


def test_some_are_late_reopened_reworked_paid_and_urged(estate: dict) -> None:
    rows = repairs("finish_late", "reopened_count", "is_rework", "payment_status", "urge_count", "rating", "stage")
    assert 3 <= sum(row.finish_late for row in rows) <= len(rows) / 6
    assert any(row.finish_late and row.stage in ("Open", "Working", "Waiting") for row in rows)
    assert sum(row.reopened_count for row in rows) >= 5
    assert sum(row.is_rework for row in rows) >= 1
    assert {row.payment_status for row in rows} == {"Not Chargeable", "Unpaid", "Paid", "To Next Bill", "Waived"}
    assert any(row.urge_count for row in rows)
    assert {1, 2} & {row.rating for row in rows} and {5} & {row.rating for row in rows}


def test_todays_call_sheet_is_not_empty(estate: dict) -> None:
    with as_user("front.desk@demo.invalid"):
        sheet = visit_list.due_list()
    assert sheet["counts"]["households"] >= 5
    assert any(len(household["visits"]) > 1 for household in sheet["households"])


def test_the_rules_allowed_every_act(estate: dict) -> None:
    assert "left out" not in estate["said"]


def test_it_is_as_lively_at_another_hour(estate: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    """Played up to five past midnight."""
    remove()
    plans = making.make_estate(60, "demo-2026")
    played = []
    play = two_months.play
    until = get_datetime(f"{add_days(site_now().date(), -1)} 00:05:00")

    def play_until(*args: Any) -> Any:
        played.append(play(*args, until=until))
        return played[0]

    monkeypatch.setattr(two_months, "play", play_until)
    # What is under way and the stories are enough: the past does not know what hour it is.
    monkeypatch.setattr(two_months, "past_cases", lambda *_args: [])
    making.make_life(*plans, "demo-2026")
    assert played[0].refused == []
    states = Counter(row.status for row in repairs("status"))
    assert set(states) >= STATES - {"Cancelled", "Rejected"}


def test_five_calls_about_one_pipe_became_one_incident(estate: dict) -> None:
    (incident,) = frappe.get_all("Service Incident", OURS, ["name", "status", "text_to_read", "closing_text", "scope"])
    assert incident.status == "Closed" and incident.scope == "Riser"
    assert incident.text_to_read and incident.closing_text
    calls = repairs("status", "work_done", incident=incident.name)
    assert len(calls) == 5
    informed = frappe.get_all(
        "Service Message", {**OURS, "dedupe_key": ["like", "%incident_closed%"]}, pluck="reference_name"
    )
    assert set(informed) == {call.name for call in calls}


def test_the_emergency_is_told_of_where_the_pipe_burst(estate: dict) -> None:
    frappe.db.savepoint("told")
    service_days.make_emergency("LH", [])
    log = frappe.get_last_doc("Emergency Log", {"community": "LH"})
    incident = frappe.get_doc("Service Incident", log.service_incident)
    (first, *_others) = repairs("unit", incident=incident.name)
    room = frappe.get_doc("Property Unit", first.unit)
    number = frappe.db.get_value("Building", room.building, "building_no")
    entrance = frappe.db.get_value("Entrance", room.entrance, "entrance_no")
    assert (log.building, incident.building) == (room.building, room.building)
    assert log.title.startswith(f"{number} 栋 {entrance} 单元") and log.place.startswith(f"{entrance} 单元")
    assert room.room_no in log.reported_by and room.room_no in log.entries[0].what
    frappe.db.rollback(save_point="told")


def test_one_warranty_leak_is_finished_and_one_waits_for_its_second_letter(estate: dict) -> None:
    rows = repairs("status", "warranty_status", "reopened_count", "reminder_letters", responsibility="Developer")
    assert [(row.warranty_status, row.reopened_count) for row in rows] == [("Owner Signed", 1), ("Reminded", 0)]
    assert rows[0].status == "Closed" and rows[1].status == "Dispatched" and rows[1].reminder_letters == 1
    second = frappe.get_all(
        "Return Visit", {"reference_name": rows[0].name, "reason": "Second Visit"}, ["status", "not_before"]
    )
    assert second and second[0].not_before


def test_residents_can_sign_in_with_phone_and_password(estate: dict) -> None:
    guests = [login for login in estate["logins"] if "phone" in login]
    assert len(guests) == 3
    for login in guests:
        person = frappe.get_doc("Resident", {"primary_phone": login["phone"]})
        assert person.portal_enabled and check_password(person.user, login["password"]) == person.user
        assert frappe.get_roles(person.user) and login["try"]
        assert repairs(resident=person.name)
    landlord = frappe.db.get_value("Resident", {"primary_phone": guests[0]["phone"]})
    rooms = frappe.get_all("Unit Occupancy", {"resident": landlord, "relation": "Owner"}, pluck="unit")
    assert len([room for room in rooms if frappe.db.get_value("Property Unit", room, "usage") == "Residence"]) == 2
    payer = frappe.db.get_value("Resident", {"primary_phone": guests[2]["phone"]})
    assert repairs(resident=payer, status="Quoted", quote_status="Waiting")


def test_an_account_of_the_demo_is_like_one_the_portal_makes(estate: dict) -> None:
    user = frappe.db.get_value("User", {"username": portal_people.GUESTS[0].login})
    made, single = (
        frappe.get_doc("User", user),
        frappe.get_doc("User", ensure_account(factories.make_resident(language="zh").name)),
    )
    own = {"name", "email", "username", "first_name", "full_name", "creation", "modified", "time_zone"}
    own |= {"last_password_reset_date", "api_key", "new_password", "reset_password_key"}
    for field in single.meta.get_valid_columns():
        if field not in own:
            assert made.get(field) == single.get(field), field
    assert [row.role for row in made.roles] == [row.role for row in single.roles]
    settings = [frappe.get_doc("Notification Settings", name) for name in (made.name, single.name)]
    assert settings[0].enabled == settings[1].enabled == 0


def test_nobody_is_told_outside_the_portal(estate: dict) -> None:
    assert set(frappe.get_all("Service Message", OURS, pluck="channel")) == {"Portal"}
    names = [row.name for row in repairs()]
    for doctype, field in (
        ("Notification Log", "document_name"),
        ("ToDo", "reference_name"),
        ("Email Queue", "reference_name"),
    ):
        assert not frappe.db.count(doctype, {field: ["in", names]})
    queued = [call for call in frappe.db.after_commit._functions if "enqueue" in repr(call)]
    assert not queued


def test_made_twice_nothing_changes(estate: dict, capsys: pytest.CaptureFixture) -> None:
    before = rows_of_every_table()
    again = make(units=80)
    assert rows_of_every_table() == before
    assert again == estate["logins"]
    assert "there already" in capsys.readouterr().out


def test_a_changed_password_is_not_printed(estate: dict) -> None:
    update_password("manager@demo.invalid", "something else")
    assert {login["password"] for login in make() if "user" in login} == {""}


def test_it_is_removed_without_a_trace(estate: dict) -> None:
    counts = remove()
    after = rows_of_every_table()
    left = {
        name: (estate["before"].get(name), rows) for name, rows in after.items() if rows != estate["before"].get(name)
    }
    assert not left
    assert counts["Property Unit"] > 400
    assert remove() == {}
