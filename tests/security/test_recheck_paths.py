"""Whoever put a finding right does not recheck it, and nobody confirms an assessment past its button, by whatever path he writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe import client
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs

from property_service.patrol import api, findings
from property_service.patrol.findings import FINDING, FindingOrder
from property_service.tests import factories as make
from tests.security.test_scope_pulling import bring_in, stored

CLOSED = {"status": "Closed", "closed_by": "Administrator"}
TRIES: tuple[dict[str, Any], ...] = (
    {"status": "Closed"},
    {"fixed_by": "Administrator"},
    {"recheck_count": 1, "closed_at": "2026-01-01 00:00:00"},
    {"rechecks": [{"recheck_no": 1, "result": "Passed", "rechecked_by": "Administrator"}]},
    {"status": "Withdrawn", "withdrawn_reason": "None"},
    {"due_at": "2099-01-01 00:00:00"},
)
WATCHED = ("status", "fixed_by", "recheck_count", "closed_at", "closed_by", "due_at", "withdrawn_reason", "rechecks")


def by_put(doctype: str, name: str, values: dict[str, Any]) -> None:
    """What the platform's PUT does."""
    doc = frappe.get_doc(doctype, name)
    doc.update(values)
    doc.save()


def by_set_value(doctype: str, name: str, values: dict[str, Any]) -> None:
    client.set_value(doctype, name, values)


def by_client_save(doctype: str, name: str, values: dict[str, Any]) -> None:
    client.save(json.dumps({**stored(doctype, name), **values}, default=str))


def by_desk(doctype: str, name: str, values: dict[str, Any]) -> None:
    savedocs(json.dumps({**stored(doctype, name), **values}, default=str), "Save")


def by_bulk_edit(doctype: str, name: str, values: dict[str, Any]) -> None:
    submit_cancel_or_update_docs(doctype, json.dumps([name]), "update", json.dumps(values))


def by_import(doctype: str, name: str, values: dict[str, Any]) -> None:
    bring_in(doctype, name, {field: value for field, value in values.items() if not isinstance(value, list)} or CLOSED)


WAYS: tuple[Callable[..., None], ...] = (by_put, by_set_value, by_client_save, by_desk, by_bulk_edit, by_import)


def attempt(way: Callable[..., None], doctype: str, name: str, values: dict[str, Any], user: str) -> None:
    frappe.db.savepoint("attack")
    frappe.set_user(user)
    try:
        way(doctype, name, values)
    except (frappe.PermissionError, frappe.ValidationError):
        frappe.db.rollback(save_point="attack")
    finally:
        frappe.set_user("Administrator")
        frappe.clear_document_cache(doctype, name)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nobody_closes_a_finding_by_hand(world: Any, no_commit: None, way: Callable[..., None]) -> None:
    here = frappe.db.get_value(FINDING, world.documents[FINDING], "community")
    changed = []
    for person in ("manager", "patroller", "Administrator"):
        user = world.people.get(person, person)
        name = findings.raise_finding(FindingOrder(here, "Lamp out"), world.people["desk"]).name
        findings.fix(name, user, "New lamp")
        before = {field: stored(FINDING, name)[field] for field in WATCHED}
        for values in TRIES:
            attempt(way, FINDING, name, values, user)
            now = {field: stored(FINDING, name)[field] for field in WATCHED}
            changed += [f"{person}: {field}" for field in WATCHED if now[field] != before[field]]
    assert not changed


def test_the_endpoint_refuses_whoever_fixed_it(world: Any) -> None:
    here = frappe.db.get_value(FINDING, world.documents[FINDING], "community")
    for person in ("manager", "leader", "patroller", "desk"):
        name = findings.raise_finding(FindingOrder(here, "Lamp out"), "Administrator").name
        findings.fix(name, world.people[person], "New lamp")
        frappe.set_user(world.people[person])
        for passed in (True, False):
            with pytest.raises(frappe.PermissionError):
                api.recheck(name, passed, "Fine")
        frappe.set_user("Administrator")
        # … nor the Administrator for himself
        findings.recheck(name, "Administrator", False, "Still dark")
        findings.fix(name, "Administrator", "New wire")
        with pytest.raises(frappe.PermissionError):
            api.recheck(name, True)
        assert frappe.db.get_value(FINDING, name, "status") == "Fixed"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nobody_confirms_an_assessment_by_hand(world: Any, no_commit: None, way: Callable[..., None]) -> None:
    doctype = "Contractor Assessment"
    here = frappe.db.get_value(FINDING, world.documents[FINDING], "community")
    team = make.make_team(frappe._dict(name=here))
    doc = make.insert(doctype, contractor=team.name, community=here, month="2026-01-01", monthly_fee=1000)
    changed = []
    for person in ("manager", "leader", "Administrator"):
        user = world.people.get(person, person)
        for values in ({"status": "Confirmed"}, {"confirmed_by": user, "confirmed_at": "2026-01-01 00:00:00"}):
            attempt(way, doctype, doc.name, values, user)
            now = stored(doctype, doc.name)
            if (now["status"], now["confirmed_by"], now["confirmed_at"]) != ("Draft", None, None):
                changed.append(f"{person} by {list(values)}")
        attempt(way, doctype, doc.name, {"score": 99, "payable": 9999}, user)
        if (stored(doctype, doc.name)["score"], float(stored(doctype, doc.name)["payable"])) != (100, 1000):
            changed.append(f"{person} wrote the score")
    api.confirm_assessment(doc.name)
    for person in ("manager", "Administrator"):
        attempt(way, doctype, doc.name, {"monthly_fee": 5, "remark": "Later"}, world.people.get(person, person))
        if stored(doctype, doc.name)["remark"]:
            changed.append(f"{person} after it was confirmed")
    assert not changed
