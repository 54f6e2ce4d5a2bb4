"""One estate for the attacks: a document of each DocType in the community "here", and everybody who might look at it."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from frappe.utils import add_days, now_datetime, today

from property_service.portal.access import forget_cached_access
from property_service.tests import factories as make
from tests.security import complaints, contacts, decorations, events, fees, findings, notices, rounds, service_days


@pytest.fixture(scope="module")
def world(site: str) -> Any:
    """{people, documents, there}: users by what they are, names of documents by DocType, a room elsewhere."""
    here, there = make.make_community(), make.make_community()
    building, far_building = make.make_building(here), make.make_building(there)
    entrance = make.make_entrance(building)
    unit, next_door, far_unit = (
        make.make_unit(building, entrance=entrance.name),
        make.make_unit(building),
        make.make_unit(far_building),
    )
    owner, neighbour, gone = make.make_resident(unit), make.make_resident(next_door), make.make_resident()
    make.make_occupancy(unit, gone, to_date=add_days(today(), 30))
    people = {
        "guest": "Guest",
        "owner": make.make_portal_user(owner),
        "neighbour": make.make_portal_user(neighbour),
        "gone": make.make_portal_user(gone),
    }
    frappe.db.set_value("Unit Occupancy", {"resident": gone.name}, "to_date", add_days(today(), -1))
    for name, role, home in (
        ("desk", "Property Front Desk", here),
        ("far_desk", "Property Front Desk", there),
        ("technician", "Property Technician", here),
        ("leader", "Property Team Leader", here),
        ("cashier", "Property Cashier", here),
        ("guard", "Property Gate Guard", here),
        ("patroller", "Property Patroller", here),
        ("manager", "Property Manager", here),
        ("far_manager", "Property Manager", there),
    ):
        people[name] = make.make_staff(role, community=home)
    category = make.make_category()
    team = make.make_team(here, (people["technician"],), (category.name,), leader=people["leader"])
    repair = make.make_repair(unit, owner, category)
    frappe.db.set_value("Repair Request", repair.name, {"team": team.name, "assigned_to": people["technician"]})
    incident = make.insert(
        "Service Incident", community=here.name, title="No water", building=building.name, started_at=now_datetime()
    )
    documents = {
        "Community": here.name,
        "Building": building.name,
        "Entrance": entrance.name,
        "Property Unit": unit.name,
        "Service Area": make.insert("Service Area", community=here.name, area_name=make.unique("Area")).name,
        "Service Calendar": here.service_calendar,
        "Resident": owner.name,
        "Unit Occupancy": frappe.db.get_value("Unit Occupancy", {"resident": owner.name}),
        "Resident Vehicle": make.insert(
            "Resident Vehicle", plate="粤B" + make.unique()[:5], unit=unit.name, resident=owner.name
        ).name,
        "Access Code": stored(
            "Access Code",
            community=here.name,
            kind="Repair Request",
            reference_doctype="Repair Request",
            reference_name=repair.name,
            token_hash=make.unique("hash"),
        ),
        "Sign In Code": stored("Sign In Code", phone_hash="x", code_hash="y", purpose="Join", resident=owner.name),
        "Service Message": stored(
            "Service Message",
            community=here.name,
            resident=owner.name,
            channel="Portal",
            subject="Hello",
            status="Sent",
        ),
        "Work Batch": stored("Work Batch", job="x", status="Done"),
        "Property Import": stored(
            "Property Import", community=here.name, kind="Estate", file="/private/files/x.csv", status="Draft"
        ),
        "Work Team": team.name,
        "Service Incident": incident.name,
        "Repair Category": category.name,
        "Repair Price List": make.insert(
            "Repair Price List",
            list_name=make.unique("Prices"),
            valid_from=today(),
            items=[{"item_name": "Tap", "kind": "Material", "rate": 30}],
        ).name,
        "Repair Request": repair.name,
        "Repair Step": stored(
            "Repair Step", repair_request=repair.name, community=here.name, step="Note", happened_at=now_datetime()
        ),
        "Return Visit": stored(
            "Return Visit",
            community=here.name,
            visit_kind="Repair",
            reference_doctype="Repair Request",
            reference_name=repair.name,
            unit=unit.name,
            status="Due",
            due_at=now_datetime(),
        ),
        **fees.documents(here, unit, owner, people["cashier"], stored),
        "Patrol Checklist": stored("Patrol Checklist", checklist_name=make.unique("Checklist "), enabled=1),
        **findings.documents(here, unit, team.name, stored),
        **rounds.documents(here, stored),
        **decorations.documents(here, unit, owner, stored),
        **complaints.documents(here, unit, owner, stored),
        **service_days.documents(here, stored),
        **contacts.documents(here, stored),
        **events.documents(here, unit, owner, stored),
        **notices.documents(here, unit, owner, stored),
    }
    forget_cached_access()
    yield frappe._dict(people=people, documents=documents, far_unit=far_unit)
    frappe.set_user("Administrator")


@pytest.fixture
def no_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's bulk tools commit and roll back by themselves; the tests keep their own savepoint."""
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    real = frappe.db.rollback
    monkeypatch.setattr(
        frappe.db, "rollback", lambda save_point=None, **kw: real(save_point=save_point) if save_point else None
    )


def stored(doctype: str, **values: Any) -> str:
    """A row as it stands in the database, for DocTypes whose rows only the server makes."""
    doc = frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=10), **values})
    doc.flags.name_set = True
    doc.db_insert()
    return doc.name
