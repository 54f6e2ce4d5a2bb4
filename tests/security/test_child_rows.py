"""Rows of child tables have no door of their own: nobody reads, writes, adds or deletes one past its document."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe import client
from frappe.desk import reportview

from property_service import hooks
from property_service.decoration import states
from property_service.patrol import findings
from property_service.patrol.findings import FINDING, FindingOrder
from property_service.property_service.service_clock import site_now
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from tests.security.test_doctypes import MODULES

ACCEPTANCE, RECHECK, DOCUMENT = "Decoration Acceptance", "Finding Recheck", "Decoration Document"


@pytest.fixture(scope="module")
def rows(site: str) -> Any:
    """{permit, finding, acceptance, recheck, document, people}: works that failed a recheck, and a finding that failed one."""
    unit = make.make_unit()
    owner = make.make_resident(unit)
    permit = deco.make_permit(unit, owner)
    here, there = frappe._dict(name=permit.community), make.make_community()
    people = {
        "manager": make.make_staff("Property Manager", community=here),
        "leader": make.make_staff("Property Team Leader", community=here),
        "desk": make.make_staff("Property Front Desk", community=here),
        "patroller": make.make_staff("Property Patroller", community=here),
        "far_manager": make.make_staff("Property Manager", community=there),
        "stranger": make.make_portal_user(make.make_resident(make.make_unit())),
    }
    permit.append(
        "acceptances",
        {
            "acceptance_no": 1,
            "kind": "After Observation",
            "result": "Failed",
            "inspected_at": site_now(),
            "note": "Damp",
        },
    )
    permit.acceptances[0].db_insert()
    found = findings.raise_finding(FindingOrder(permit.community, "Lamp out"), "Administrator")
    findings.fix(found.name, people["leader"], "New lamp")
    found = findings.recheck(found.name, people["desk"], False, "Still dark")
    frappe.db.savepoint("world")
    yield frappe._dict(
        permit=permit,
        finding=found,
        people=people,
        of={
            ACCEPTANCE: permit.acceptances[0].name,
            DOCUMENT: permit.documents[0].name,
            RECHECK: found.rechecks[0].name,
        },
        parents={ACCEPTANCE: states.DOCTYPE, DOCUMENT: states.DOCTYPE, RECHECK: FINDING},
    )


def by_put(doctype: str, name: str, values: dict[str, Any]) -> None:
    """What the platform's PUT does with a row of a child table."""
    doc = frappe.get_doc(doctype, name, for_update=True)
    doc.update(values)
    doc.save()
    frappe.get_doc(doc.parenttype, doc.parent).save()


def by_post(doctype: str, name: str, values: dict[str, Any]) -> None:
    place = frappe.db.get_value(doctype, name, ["parent", "parenttype", "parentfield"], as_dict=True)
    frappe.get_doc({"doctype": doctype, **place, "idx": 9, **values}).insert()


def by_client_insert(doctype: str, name: str, values: dict[str, Any]) -> None:
    place = frappe.db.get_value(doctype, name, ["parent", "parenttype", "parentfield"], as_dict=True)
    client.insert(json.dumps({"doctype": doctype, **place, **values}))


def by_set_value(doctype: str, name: str, values: dict[str, Any]) -> None:
    client.set_value(doctype, name, values)


def by_client_save(doctype: str, name: str, values: dict[str, Any]) -> None:
    client.save(json.dumps({**frappe.get_doc(doctype, name).as_dict(), **values}, default=str))


def by_delete(doctype: str, name: str, values: dict[str, Any]) -> None:
    client.delete(doctype, name)


def by_rest_delete(doctype: str, name: str, values: dict[str, Any]) -> None:
    frappe.delete_doc(doctype, name, ignore_missing=False)


WAYS: tuple[Callable[..., None], ...] = (
    *(by_put, by_post, by_client_insert, by_set_value, by_client_save, by_delete, by_rest_delete),
)
FORGED: dict[str, dict[str, Any]] = {
    ACCEPTANCE: {"kind": "After Observation", "result": "Passed", "acceptance_no": 2},
    RECHECK: {"result": "Passed", "fixed_by": "Guest", "rechecked_by": "Administrator", "recheck_no": 2},
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("doctype", FORGED)
def test_no_row_is_forged(rows: Any, no_commit: None, doctype: str, way: Callable[..., None]) -> None:
    parent = frappe.db.get_value(doctype, rows.of[doctype], "parent")
    before = frappe.get_all(doctype, {"parent": parent}, ["*"], order_by="idx asc")
    changed = []
    for person in ("manager", "leader", "desk", "patroller", "far_manager", "stranger", "Administrator"):
        frappe.db.savepoint("attack")
        frappe.set_user(rows.people.get(person, person))
        try:
            way(doctype, rows.of[doctype], FORGED[doctype])
        except (frappe.PermissionError, frappe.ValidationError):
            frappe.db.rollback(save_point="attack")
        finally:
            frappe.set_user("Administrator")
        if frappe.get_all(doctype, {"parent": parent}, ["*"], order_by="idx asc") != before:
            changed.append(person)
        frappe.db.rollback(save_point="attack")
    assert not changed


def test_every_child_table_is_named_in_the_hooks() -> None:
    tables = frappe.get_all(
        "DocType", {"module": ["in", MODULES], "istable": 1, "custom": 0}, pluck="name", order_by="name asc"
    )
    assert tables == [*hooks._CHILD_TABLES]


def _list(doctype: str, name: str, parent: str) -> Any:
    return client.get_list(doctype, fields=["name"], filters={"name": name}, parent=parent)


def _get(doctype: str, name: str, parent: str) -> Any:
    return client.get(doctype, name, parent=parent)


def _get_value(doctype: str, name: str, parent: str) -> Any:
    return client.get_value(doctype, "name", {"name": name}, parent=parent)


def _report_view(doctype: str, name: str, parent: str) -> Any:
    frappe.local.form_dict = frappe._dict(
        doctype=doctype, fields='["name"]', filters=json.dumps([[doctype, "name", "=", name]])
    )
    return reportview.get()


@pytest.mark.parametrize("read", [_list, _get, _get_value, _report_view], ids=lambda read: read.__name__)
@pytest.mark.parametrize("doctype", [ACCEPTANCE, DOCUMENT, RECHECK])
def test_no_row_is_read_from_elsewhere(rows: Any, doctype: str, read: Callable[..., Any]) -> None:
    told = []
    for person in ("far_manager", "stranger"):
        frappe.set_user(rows.people[person])
        try:
            answer = read(doctype, rows.of[doctype], rows.parents[doctype])
        except (frappe.PermissionError, frappe.ValidationError):
            continue
        finally:
            frappe.set_user("Administrator")
        if answer:
            told.append(f"{person}: {answer}"[:200])
    assert not told
