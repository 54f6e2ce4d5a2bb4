"""Staff of another community try to pull a foreign document into their own scope, by every way a client can write."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe import client
from frappe.core.doctype.data_import.importer import Importer
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs

ATTACKERS = ("far_desk", "far_manager", "owner", "gone", "guest")
# Masters of the whole site: staff of every community may change them.
SHARED = {"Service Calendar", "Repair Category", "Repair Price List"}


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
    bring_in(doctype, name, field)
    assert frappe.db.get_value(doctype, name, field) == before
    frappe.set_user(world.people["manager"])
    bring_in(doctype, name, field)
    assert str(frappe.db.get_value(doctype, name, field)) == "33", "whoever works there may"
    frappe.set_user("Administrator")


def bring_in(doctype: str, name: str, field: str) -> None:
    """Run the platform's importer as the session's user, on a file that writes 33 into the field."""
    user = frappe.session.user
    frappe.set_user("Administrator")
    out = io.StringIO()
    csv.writer(out).writerows([["ID", frappe.get_meta(doctype).get_label(field)], [name, "33"]])
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
            "import_type": "Update Existing Records",
            "import_file": file.file_url,
        }
    ).insert()
    frappe.set_user(user)
    try:
        Importer(doctype, data_import=data_import).import_data()
    except (frappe.PermissionError, frappe.ValidationError):
        pass
    file.delete_file_data_content()
