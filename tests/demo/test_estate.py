"""The demo estate on a site: made once, as the desk would have entered it, and taken away without a trace."""

from __future__ import annotations

from collections import Counter
from typing import Any

import frappe
import pytest
from frappe.utils import getdate, today
from frappe.utils.password import check_password

from property_service.property_service import work_batches
from property_service.property_service.errors import InputRefused
from property_service.property_service.scope import allowed_communities
from property_service.property_service.unit_occupancies import settle_units
from property_service.setup.demo import make, making, removal, remove, staff
from property_service.setup.demo.making import refuse_real_communities
from property_service.setup.users import KEPT
from property_service.tests import factories
from property_service.tests.utils import count_queries

# Places, people and staff; what they do is in the other files.
MADE = ()


def test_there_are_two_communities_of_the_usual_size(estate: dict) -> None:
    for code, homes, towers in (("LH", 260, 5), ("YQ", 140, 3)):
        assert frappe.db.count("Property Unit", {"community": code, "usage": "Residence"}) == homes
        assert frappe.db.count("Building", {"community": code, "usage": "Residence"}) == towers
        assert frappe.db.get_value("Community", code, "is_demo") == 1
    assert getdate(frappe.db.get_value("Community", "LH", "delivered_on")).year == 2016
    months = (getdate(today()) - getdate(frappe.db.get_value("Community", "YQ", "delivered_on"))).days / 30.4
    assert 13.5 < months < 14.5


@pytest.mark.parametrize("doctype", ["Building", "Entrance", "Property Unit", "Resident", "Resident Vehicle"])
def test_each_row_of_a_block_could_have_been_saved_singly(estate: dict, doctype: str) -> None:
    """Saving it changes nothing: the block computed what the form computes."""
    order = "creation asc, name asc"
    filters = {"name": ["in", removal.demo_rows()[doctype]]}
    for name in frappe.get_all(doctype, filters, pluck="name", order_by=order)[::97][:8]:
        stored = frappe.db.get_value(doctype, name, "*", as_dict=True)
        doc = frappe.get_doc(doctype, name)
        children = [row.as_dict() for field in doc.meta.get_table_fields() for row in doc.get(field.fieldname)]
        doc.save()
        after = frappe.db.get_value(doctype, name, "*", as_dict=True)
        changed = {key: (stored[key], after[key]) for key in stored if stored[key] != after[key]}
        assert set(changed) <= {"modified"}, changed
        again = [row.as_dict() for field in doc.meta.get_table_fields() for row in doc.get(field.fieldname)]
        for old, new in zip(children, again, strict=True):
            assert {k: v for k, v in old.items() if k != "modified"} == {
                k: v for k, v in new.items() if k != "modified"
            }


@pytest.mark.parametrize("usage", ["Residence", "Parking Space", "Storage"])
def test_a_row_of_a_block_equals_a_document_inserted_singly(estate: dict, usage: str) -> None:
    name = frappe.get_all("Property Unit", {"community": "LH", "usage": usage}, pluck="name", order_by="name asc")[3]
    stored = frappe.db.get_value("Property Unit", name, "*", as_dict=True)
    values = {
        key: stored[key]
        for key in (
            *("building", "entrance", "room_no", "usage", "floor", "riser", "household_size", "billable_area"),
            *("inner_area", "delivery_status", "deemed_handover_date", "occupancy_status"),
        )
    }
    frappe.db.delete("Property Unit", {"name": name})
    factories.insert("Property Unit", **values)
    single = frappe.db.get_value("Property Unit", name, "*", as_dict=True)
    kept = {"creation", "modified"}
    assert {k: v for k, v in single.items() if k not in kept} == {k: v for k, v in stored.items() if k not in kept}


def test_every_occupancy_could_have_been_entered_at_the_desk(estate: dict) -> None:
    names = frappe.get_all("Unit Occupancy", {"community": ["in", ["LH", "YQ"]]}, pluck="name", order_by="name asc")
    for name in names[::60]:
        frappe.get_doc("Unit Occupancy", name).save()


def test_the_nightly_job_finds_nothing_to_put_right(estate: dict) -> None:
    units = frappe.get_all("Property Unit", {"community": ["in", ["LH", "YQ"]]}, pluck="name", order_by="name asc")
    assert settle_units(units) == 0


def test_every_room_has_its_steward(estate: dict) -> None:
    assert not frappe.db.count("Property Unit", {"community": ["in", ["LH", "YQ"]], "service_area": ["is", "not set"]})
    for area in frappe.get_all("Service Area", {"community": "LH"}, ["steward", "deputy"], order_by="name asc"):
        assert area.steward and area.deputy and area.steward != area.deputy


def test_the_teams_show_each_way_of_dispatch(estate: dict) -> None:
    teams = frappe.get_all(
        "Work Team",
        {"name": ["in", [team.name for team in staff.TEAMS]]},
        ["name", "dispatch_mode", "is_contractor", "out_of_hours_team"],
        order_by="name asc",
    )
    assert {team.dispatch_mode for team in teams} == {"Assign", "Grab", "Least Loaded", "Round Robin"}
    assert sum(team.is_contractor for team in teams) == 1
    assert {team.out_of_hours_team for team in teams} >= {staff.NIGHT_TEAM}


def test_there_is_somebody_for_every_role_and_each_can_sign_in(estate: dict) -> None:
    held = Counter(role for person in staff.PEOPLE for role in person.roles)
    desk = set(frappe.get_all("Role", {"name": ["like", "Property %"], "desk_access": 1}, pluck="name"))
    assert desk <= set(held)
    for login in estate["logins"]:
        if "user" in login:
            assert check_password(login["user"], login["password"]) == login["user"]
            assert frappe.db.get_value("User", login["user"], "user_type") == "System User"
            assert "System Manager" not in frappe.get_roles(login["user"])


def test_staff_see_their_own_communities_only(estate: dict) -> None:
    assert allowed_communities("manager@demo.invalid") == ("LH", "YQ")
    assert allowed_communities("steward.lake@demo.invalid") == ("LH",)


def test_a_demo_account_is_like_any_other(estate: dict) -> None:
    """The block writes what the platform's own insert writes."""
    made = frappe.get_doc("User", "front.desk@demo.invalid")
    single = frappe.get_doc(
        {
            "doctype": "User",
            "email": "single@demo.invalid",
            "first_name": made.first_name,
            "username": "single",
            "language": "zh",
            "send_welcome_email": 0,
            "roles": [{"role": "Property Front Desk"}],
        }
    ).insert(ignore_permissions=True)
    single.reload()
    personal = {"name", "email", "username", "creation", "modified", "api_key", "time_zone", "reset_password_key"}
    system = {"last_password_reset_date", "new_password"}
    for field in single.meta.get_valid_columns():
        if field not in personal | system:
            assert made.get(field) == single.get(field), field
    assert [role.role for role in made.roles] == ["Property Front Desk"]
    assert frappe.db.exists("Notification Settings", made.name)
    assert frappe.db.exists("DocShare", {"user": made.name, "share_doctype": "User", "share_name": made.name})


def test_it_stays_while_a_real_row_refers_to_it(estate: dict) -> None:
    real = factories.make_community(manager="manager@demo.invalid")
    with pytest.raises(InputRefused, match=f"{real.name} → User manager@demo.invalid"):
        remove()
    frappe.db.set_value("Community", real.name, "manager", None)
    colleague = factories.make_staff("Property Front Desk", community=frappe.get_doc("Community", "LH"))
    with pytest.raises(InputRefused, match="→ Community LH"):
        remove()
    assert frappe.db.exists("User", colleague)


def test_long_jobs_about_its_rows_go_with_it(estate: dict) -> None:
    """Such as the one that closes an incident many had reported."""
    incident = factories.insert(
        "Service Incident", title="停水", community="LH", status="Confirmed", scope="Estate", text_to_read="正在抢修"
    )
    batches = [
        name
        for about in (incident, frappe.get_doc("Community", "LH"), factories.make_community())
        for name in work_batches.add_batches("no.job", [{}], about.doctype, about.name)
    ]
    counts = remove()
    assert counts["Work Batch"] == 2
    assert frappe.get_all("Work Batch", {"name": ["in", batches]}, pluck="name") == batches[2:]


def test_a_resident_with_a_real_room_stays(estate: dict) -> None:
    owner = frappe.get_all("Unit Occupancy", {"community": "LH"}, pluck="resident", order_by="name asc")[0]
    factories.make_occupancy(factories.make_unit(), frappe.get_doc("Resident", owner))
    remove()
    assert frappe.db.exists("Resident", owner)
    assert not frappe.db.exists("Unit Occupancy", {"resident": owner, "community": "LH"})


def test_a_real_resident_without_a_room_stays(estate: dict) -> None:
    caller = factories.make_resident()
    remove()
    assert frappe.db.exists("Resident", caller.name)


def test_what_is_removed_with_an_account_exists_on_this_version(site: str) -> None:
    for doctype, field in KEPT.items():
        assert field == "parent" or field in frappe.get_meta(doctype).get_valid_columns()


def test_a_site_with_real_communities_is_refused(site: str) -> None:
    real = factories.make_community()
    with pytest.raises(InputRefused, match="Make the demo estate on a site of its own"):
        refuse_real_communities()
    frappe.db.set_value("Community", {"name": ["is", "set"]}, "is_demo", 1)
    refuse_real_communities()
    assert real.name in making.demo_communities()


@pytest.mark.parametrize("units", [19, 200_001])
def test_a_size_that_cannot_be_is_refused_with_a_sentence(site: str, units: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(making, "refuse_real_communities", lambda: None)
    monkeypatch.setattr(making, "demo_communities", lambda: [])
    with pytest.raises(InputRefused, match="20 to 200000"):
        make(units=units)


def test_a_larger_estate_takes_hardly_more_queries(site: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(making, "refuse_real_communities", lambda: None)
    monkeypatch.setattr(making, "demo_communities", lambda: [])
    remove()
    counts = []
    for units in (40, 400):
        frappe.db.savepoint("estate")
        with count_queries() as queries:
            making.make_estate(units, "demo-2026")
        frappe.db.rollback(save_point="estate")
        counts.append(len(queries))
    assert counts[1] <= counts[0] * 1.2 + 20, counts
