"""No step of a workflow is taken by somebody it is not for, by whatever path, and nobody approves what he asked for himself.

The workflows are read from the app's files; what the base class does by itself is tested in `tests/foundation/test_guarded_document.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe import client
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs
from frappe.model.workflow import apply_workflow, bulk_workflow_approval

from property_service.property_service.guarded_document import may_move
from tests import figures

FILES = sorted((Path(__file__).parents[2] / "property_service/setup/workflows").glob("*.json"))
WORKFLOWS = {row["document_type"]: row for row in (json.loads(path.read_text(encoding="utf-8")) for path in FILES)}
ROLES = {
    "desk": "Property Front Desk",
    "technician": "Property Technician",
    "leader": "Property Team Leader",
    "cashier": "Property Cashier",
    "guard": "Property Gate Guard",
    "patroller": "Property Patroller",
    "manager": "Property Manager",
}
Step = dict[str, Any]


def steps(doctype: str) -> Iterator[Step]:
    """{action, from, to, roles, no_self_approval, doc_status} of every transition, one for each state it starts from."""
    workflow = WORKFLOWS[doctype]
    status = {row["state"]: int(row.get("doc_status", 0)) for row in workflow["states"]}
    for row in workflow["transitions"]:
        for state in row["from"]:
            yield {"no_self_approval": False, **row, "from": state, "submits": status[row["to"]] > status[state]}


def may_take(doctype: str, person: str, state: str, to: str) -> bool:
    """Whether any transition lets this person's role go this way."""
    return any(ROLES.get(person) in row["roles"] for row in steps(doctype) if (row["from"], row["to"]) == (state, to))


def by_button(doctype: str, name: str, step: Step) -> None:
    apply_workflow(frappe.get_doc(doctype, name), step["action"])


def by_many_buttons(doctype: str, name: str, step: Step) -> None:
    bulk_workflow_approval(json.dumps([name]), doctype, step["action"])


def by_value(doctype: str, name: str, step: Step) -> None:
    client.set_value(doctype, name, "status", step["to"])


def by_put(doctype: str, name: str, step: Step) -> None:
    doc = frappe.get_doc(doctype, name)
    doc.status = step["to"]
    doc.save()


def by_desk(doctype: str, name: str, step: Step) -> None:
    sent = {**frappe.get_doc(doctype, name).as_dict(), "status": step["to"]}
    savedocs(json.dumps(sent, default=str), "Submit" if step["submits"] else "Save")


def by_bulk_edit(doctype: str, name: str, step: Step) -> None:
    submit_cancel_or_update_docs(doctype, json.dumps([name]), "update", json.dumps({"status": step["to"]}))


def by_submitting(doctype: str, name: str, step: Step) -> None:
    client.submit(json.dumps({**frappe.get_doc(doctype, name).as_dict(), "status": step["to"]}, default=str))


WAYS: tuple[Callable[[str, str, Step], None], ...] = (
    by_button,
    by_many_buttons,
    by_value,
    by_put,
    by_desk,
    by_bulk_edit,
    by_submitting,
)


@pytest.mark.pure
def test_these_are_the_workflows_of_the_app() -> None:
    from property_service import hooks

    assert sorted(WORKFLOWS) == sorted(hooks.property_service_guarded_doctypes)
    for doctype in WORKFLOWS:
        assert all(set(step["roles"]) <= set(ROLES.values()) for step in steps(doctype)), doctype


def stand(doctype: str, name: str, state: str, owner: str = "") -> None:
    """Put the stored document into a state, as its past would have."""
    values = {"status": state, "docstatus": 0}
    if owner:
        values |= {
            field: owner
            for field in ("owner", "requested_by_user")
            if field == "owner" or frappe.get_meta(doctype).has_field(field)
        }
    frappe.db.set_value(doctype, name, values, update_modified=False)
    frappe.clear_document_cache(doctype, name)


def standing(doctype: str, name: str) -> tuple[Any, ...]:
    return tuple(frappe.db.get_value(doctype, name, ["status", "docstatus", "modified"]) or ())


def tried(world: Any, person: str, doctype: str, step: Step, way: Callable[..., None], owner: str = "") -> bool:
    """True where somebody moved or changed the document on this way; everything is undone."""
    name = world.documents[doctype]
    frappe.db.savepoint("one_step")
    stand(doctype, name, step["from"], owner)
    before = standing(doctype, name)
    figures.count("attacks tried")
    frappe.set_user(world.people[person])
    try:
        way(doctype, name, step)
    except (frappe.PermissionError, frappe.ValidationError, frappe.DoesNotExistError):
        pass
    finally:
        frappe.set_user("Administrator")
        after = standing(doctype, name)
        frappe.db.rollback(save_point="one_step")
        frappe.clear_document_cache(doctype, name)
        frappe.local.message_log = []
    return before != after


@pytest.mark.parametrize("doctype", WORKFLOWS)
def test_no_step_is_taken_by_whom_it_is_not_for(world: Any, no_commit: None, doctype: str) -> None:
    """Every step by everybody whose role it is not, and by staff of elsewhere whose role it is; the paths in turn."""
    ways, wrong = cycle(WAYS), []
    for step in steps(doctype):
        for person in (*ROLES, "far_manager"):  # others may not write at all: `test_doctypes.py`
            if may_take(doctype, person, step["from"], step["to"]):
                continue
            way = next(ways)
            if tried(world, person, doctype, step, way):
                wrong.append(f"{person} {way.__name__}: {step['from']} to {step['to']}")
    assert not wrong


@pytest.mark.parametrize("doctype", WORKFLOWS)
def test_no_step_is_invented(world: Any, no_commit: None, doctype: str) -> None:
    """From every state to every other that no transition leads to, by the manager and by the desk, the paths in turn."""
    states = [row["state"] for row in WORKFLOWS[doctype]["states"]]
    known = {(step["from"], step["to"]) for step in steps(doctype)}
    ways, people, wrong = cycle(WAYS[2:]), cycle(("manager", "desk")), []
    for number, state in enumerate(states):
        for other, to in enumerate(states):
            # Every second pair, like the squares of a chessboard: the rule is the same for all.
            if state == to or (state, to) in known or (number + other) % 2:
                continue
            step = {"from": state, "to": to, "action": "", "submits": False}
            way, person = next(ways), next(people)
            if tried(world, person, doctype, step, way):
                wrong.append(f"{person} {way.__name__}: {state} to {to}")
    assert not wrong


OWN = [(doctype, step) for doctype in WORKFLOWS for step in steps(doctype) if step["no_self_approval"]]


@pytest.mark.pure
def test_there_is_something_nobody_decides_for_himself() -> None:
    assert {doctype for doctype, _step in OWN} >= {"Fee Adjustment"}


@pytest.mark.parametrize(
    ("doctype", "step"), OWN, ids=lambda value: value if isinstance(value, str) else value["action"]
)
def test_nobody_approves_what_he_asked_for_himself(world: Any, no_commit: None, doctype: str, step: Step) -> None:
    wrong = []
    for person, role in ROLES.items():
        if role not in step["roles"]:
            continue
        for way in WAYS:
            if tried(world, person, doctype, step, way, owner=world.people[person]):
                wrong.append(f"{person} {way.__name__}")
    assert not wrong


def open_to(world: Any, person: str, doctype: str, step: Step) -> bool:
    """Whether the workflow itself lets somebody take a step, whatever else the document lacks for it."""
    name = world.documents[doctype]
    frappe.db.savepoint("one_step")
    stand(doctype, name, step["from"])
    frappe.set_user(world.people[person])
    try:
        return may_move(frappe.get_doc(doctype, name), step["to"])
    finally:
        frappe.set_user("Administrator")
        frappe.db.rollback(save_point="one_step")
        frappe.clear_document_cache(doctype, name)


@pytest.mark.parametrize("doctype", WORKFLOWS)
def test_each_step_is_open_to_its_roles_and_to_nobody_else(world: Any, doctype: str) -> None:
    """Else the refusals above would prove nothing: the documents of these tests lack much of what a step needs."""
    wrong = []
    for step in steps(doctype):
        for person in ROLES:
            expected = may_take(doctype, person, step["from"], step["to"])
            if open_to(world, person, doctype, step) != expected:
                wrong.append(f"{person}: {step['from']} to {step['to']} is {'closed' if expected else 'open'}")
    assert not wrong


def test_whole_documents_are_moved_by_the_button(world: Any, no_commit: None) -> None:
    for doctype in ("Fee Adjustment", "Repair Request"):
        assert any(
            tried(world, person, doctype, step, by_button)
            for step in steps(doctype)
            for person in ROLES
            if may_take(doctype, person, step["from"], step["to"])
        ), doctype
