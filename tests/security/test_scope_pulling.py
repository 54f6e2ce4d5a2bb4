"""Staff of another community try to pull a foreign document into their own scope, by every way a client can write."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import frappe
import pytest
from frappe import client
from frappe.core.doctype.data_import.importer import Importer
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs
from frappe.permissions import update_permission_property

from tests.security.test_doctypes import MODULES

ATTACKERS = ("far_desk", "far_manager", "owner", "gone", "guest")
# Masters of the whole site: staff of every community may change them.
SHARED = {"Greeting Occasion", "Service Calendar", "Repair Category", "Repair Price List"}


def scope_fields(doctype: str) -> list[str]:
    wanted = ("community", "building", "entrance", "unit")
    return [field for field in wanted if frappe.get_meta(doctype).has_field(field)]


def own_values(world: Any, doctype: str) -> dict[str, str | None]:
    """The attacker's own places, for the fields that say where a document belongs."""
    unit = world.far_unit
    own = {"community": unit.community, "building": unit.building, "entrance": None, "unit": unit.name}
    return {field: own[field] for field in scope_fields(doctype)}


def by_put(world: Any, doctype: str, name: str) -> None:
    doc = frappe.get_doc(doctype, name)
    doc.update(own_values(world, doctype))
    doc.save()


def by_set_value(world: Any, doctype: str, name: str) -> None:
    client.set_value(doctype, name, own_values(world, doctype) or {"modified_by": "me"})


def by_client_save(world: Any, doctype: str, name: str) -> None:
    client.save(json.dumps({**stored(doctype, name), **own_values(world, doctype)}, default=str))


def by_desk(world: Any, doctype: str, name: str) -> None:
    savedocs(json.dumps({**stored(doctype, name), **own_values(world, doctype)}, default=str), "Save")


def by_bulk_edit(world: Any, doctype: str, name: str) -> None:
    failed = submit_cancel_or_update_docs(doctype, json.dumps([name]), "update", json.dumps(own_values(world, doctype)))
    if name in failed:
        raise frappe.PermissionError


def by_deleting(world: Any, doctype: str, name: str) -> None:
    client.delete(doctype, name)


def by_renaming(world: Any, doctype: str, name: str) -> None:
    client.rename_doc(doctype, name, f"{name}-mine")


WAYS: tuple[Callable[[Any, str, str], None], ...] = (
    by_put,
    by_set_value,
    by_client_save,
    by_desk,
    by_bulk_edit,
    by_deleting,
    by_renaming,
)


def stored(doctype: str, name: str) -> dict[str, Any]:
    user = frappe.session.user
    frappe.set_user("Administrator")
    try:
        return frappe.get_doc(doctype, name).as_dict()
    finally:
        frappe.set_user(user)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nothing_moves(world: Any, no_commit: None, way: Callable[[Any, str, str], None]) -> None:
    pulled = []
    for doctype, name in world.documents.items():
        if doctype in SHARED:
            continue
        frappe.set_user("Administrator")
        before = stored(doctype, name)
        for person in ATTACKERS:
            frappe.set_user(world.people[person])
            frappe.db.savepoint("attack")
            try:
                way(world, doctype, name)
                refused = False
            except frappe.DoesNotExistError:
                refused = True
            except (frappe.PermissionError, frappe.ValidationError, frappe.LinkExistsError):
                refused = True
            frappe.set_user("Administrator")
            now = stored(doctype, name) if frappe.db.exists(doctype, name) else {}
            if not refused or any(
                now.get(field) != before.get(field) for field in ("name", *scope_fields(doctype), "modified")
            ):
                pulled.append(f"{person} moved {doctype}")
            frappe.db.rollback(save_point="attack")
            frappe.clear_document_cache(doctype, name)
    assert not pulled


@pytest.mark.parametrize("doctype", ["Building", "Property Unit", "Unit Occupancy"])
def test_an_import_is_judged_like_a_save(world: Any, no_commit: None, doctype: str) -> None:
    """Even where a role of the site may start the platform's Data Import."""
    name = world.documents[doctype]
    field = "floors" if doctype == "Building" else "notes"
    frappe.set_user("Administrator")
    before = frappe.db.get_value(doctype, name, field)
    frappe.set_user(world.people["far_manager"])
    assert not frappe.has_permission("Data Import", "create")
    bring_in(doctype, name, {field: "33"})
    assert frappe.db.get_value(doctype, name, field) == before
    frappe.set_user(world.people["manager"])
    bring_in(doctype, name, {field: "33"})
    assert str(frappe.db.get_value(doctype, name, field)) == "33", "whoever works there may"
    frappe.set_user("Administrator")


@pytest.mark.parametrize("who", ["far_manager", "manager"])
def test_an_import_moves_nothing(world: Any, no_commit: None, who: str) -> None:
    """Neither into one's own community, nor out of it; in every document that says where it belongs."""
    modules = frappe.get_module_list("property_service")
    importable = frappe.get_all(
        "DocType", {"module": ["in", modules], "allow_import": 1}, pluck="name", order_by="name"
    )
    assert {name for name in importable if frappe.get_meta(name).module in MODULES} <= set(world.documents)
    moved = []
    for doctype, name in world.documents.items():
        if doctype in SHARED or not scope_fields(doctype):
            continue
        frappe.set_user("Administrator")
        before = stored(doctype, name)
        # Both in one row and the community alone: the place alone would carry the community along.
        values = {field: value for field, value in own_values(world, doctype).items() if value}
        for sent in (values, {"community": values["community"]}, {list(values)[-1]: list(values.values())[-1]}):
            frappe.db.savepoint("attack")
            frappe.set_user(world.people[who])
            log = bring_in(doctype, name, sent)
            frappe.set_user("Administrator")
            now = stored(doctype, name)
            if any(now.get(field) != before.get(field) for field in scope_fields(doctype)):
                moved.append(f"{doctype} by {list(sent)}")
            if not log:
                moved.append(f"{doctype}: {list(sent)} was not even tried")
            frappe.db.rollback(save_point="attack")
            frappe.clear_document_cache(doctype, name)
    assert not moved


@pytest.fixture
def may_import_repairs(world: Any) -> Iterator[None]:
    """A site whose manager may import repair requests."""
    frappe.db.set_value("DocType", "Repair Request", "allow_import", 1)
    frappe.clear_cache(doctype="Repair Request")
    update_permission_property("Repair Request", "Property Manager", 0, "import", 1)
    yield
    frappe.set_user("Administrator")
    frappe.db.rollback(save_point="before_test")
    frappe.clear_cache(doctype="Repair Request")


@pytest.mark.parametrize("state", ["Closed", "Completed", "In Progress", "Awaiting Visit", "Nonsense"])
def test_an_import_goes_around_no_workflow(world: Any, no_commit: None, may_import_repairs: None, state: str) -> None:
    name = world.documents["Repair Request"]
    before = frappe.db.get_value("Repair Request", name, ["status", "stage", "modified"])
    frappe.set_user(world.people["manager"])
    assert frappe.has_permission("Repair Request", "import")
    log = bring_in("Repair Request", name, {"status": state})
    # A state that does not exist is refused by the importer before any row.
    assert bool(log) == (state != "Nonsense") and not any(row.success for row in log or ())
    assert frappe.db.get_value("Repair Request", name, ["status", "stage", "modified"]) == before


def test_an_import_makes_no_finished_request(world: Any, no_commit: None, may_import_repairs: None) -> None:
    count = frappe.db.count("Repair Request")
    unit, category = (world.documents[doctype] for doctype in ("Property Unit", "Repair Category"))
    values = {"unit": unit, "category": category, "description": "It drips", "channel": "Phone"}
    frappe.set_user(world.people["manager"])
    log = bring_in("Repair Request", None, {**values, "status": "Closed"})
    assert [row.success for row in log] == [0]
    assert frappe.db.count("Repair Request") == count
    assert [row.success for row in bring_in("Repair Request", None, {**values, "status": "New"})] == [1]


def bring_in(doctype: str, name: str | None, values: dict[str, Any]) -> list[Any] | None:
    """Run the platform's importer as the session's user on one row: of a document that is there, or of a new one.

    Returns the rows {success} of its log; None where it tried none.
    """
    user = frappe.session.user
    frappe.set_user("Administrator")
    rows = [["ID", *values], [name, *values.values()]] if name else [[*values], [*values.values()]]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    file = frappe.get_doc(
        {
            "doctype": "File",
            "file_name": f"{frappe.generate_hash(length=8)}.csv",
            "content": out.getvalue(),
            "is_private": 1,
        }
    ).insert()
    data_import = frappe.get_doc(
        {
            "doctype": "Data Import",
            "reference_doctype": doctype,
            "import_type": "Update Existing Records" if name else "Insert New Records",
            "import_file": file.file_url,
        }
    ).insert()
    frappe.set_user(user)
    try:
        return Importer(doctype, data_import=data_import).import_data()
    finally:
        frappe.flags.in_import = False
        file.delete_file_data_content()
