"""Roles as the files give them, and as a migrate puts them right: residents stay on the portal, and nothing is for all the world."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe import client

from property_service.setup.install import after_migrate
from property_service.setup.roles import ALL_ROLES, DESK_ROLES, RESIDENT
from property_service.tests import factories as make

APP = Path(__file__).parents[2] / "property_service"
OTHER_ROLES = {"System Manager"}
# What a role may do with a document, besides reading it.
ACTS = (
    "write",
    "create",
    "delete",
    "submit",
    "cancel",
    "amend",
    "report",
    "export",
    "import",
    "share",
    "print",
    "email",
)
# DocType → what a resident may do besides reading; all his changes go through the portal's endpoints.
RESIDENTS_MAY: dict[str, tuple[str, ...]] = {}
# DocType → roles that may share it; a share is added to the list past all our conditions.
SHARED_BY: dict[str, tuple[str, ...]] = {}


def files() -> list[dict[str, Any]]:
    """Every JSON of the app that names roles."""
    rows = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(APP.glob("*/*/*/*.json")))
    return [row for row in rows if isinstance(row, dict) and (row.get("permissions") or row.get("roles"))]


@pytest.mark.pure
def test_no_file_names_a_role_of_the_whole_world_or_of_another_app() -> None:
    for row in files():
        named = {rule["role"] for rule in [*row.get("permissions", []), *row.get("roles", [])]}
        assert named <= {*ALL_ROLES, *OTHER_ROLES}, (row["name"], named)


@pytest.mark.pure
def test_residents_hold_read_only_and_nobody_shares() -> None:
    seen = 0
    for row in files():
        for rule in row.get("permissions", []):
            if rule["role"] == RESIDENT:
                seen += 1
                more = tuple(act for act in ACTS if rule.get(act))
                assert more == RESIDENTS_MAY.get(row["name"], ()), row["name"]
                assert not rule.get("permlevel"), row["name"]
            if rule.get("share"):
                assert rule["role"] in SHARED_BY.get(row["name"], ()), f"{rule['role']} may share {row['name']}"
    assert seen >= 5


@pytest.mark.pure
def test_no_page_report_or_workspace_is_for_residents_or_without_roles() -> None:
    for kind in ("page", "report", "workspace"):
        for path in sorted(APP.glob(f"*/{kind}/*/*.json")):
            row = json.loads(path.read_text(encoding="utf-8"))
            roles = {rule["role"] for rule in row.get("roles", [])}
            assert roles and RESIDENT not in roles, f"{row['name']}: {roles or 'open to everybody on the desk'}"


def test_a_migrate_puts_the_roles_right_and_with_them_the_accounts(site: str) -> None:
    """Somebody ticked "Desk Access" of residents, and took it from the front desk."""
    user = make.make_portal_user(make.make_resident(make.make_unit()))
    clerk = make.make_staff("Property Front Desk")
    for name, access in ((RESIDENT, 1), ("Property Front Desk", 0)):
        role = frappe.get_doc("Role", name)
        role.desk_access = access
        role.save()
    frappe.get_doc("User", user).save()
    assert frappe.db.get_value("User", user, "user_type") == "System User", "else nothing would be put right"
    after_migrate()
    assert {name: frappe.db.get_value("Role", name, "desk_access") for name in ALL_ROLES} == {
        **dict.fromkeys(DESK_ROLES, 1),
        RESIDENT: 0,
    }
    assert frappe.db.get_value("User", user, "user_type") == "Website User"
    assert frappe.db.get_value("User", clerk, "user_type") == "System User"


def test_no_resident_gives_himself_a_role(site: str) -> None:
    resident = make.make_resident(make.make_unit())
    user = frappe.get_doc("User", make.make_portal_user(resident))
    assert [row.role for row in user.roles] == [RESIDENT]
    frappe.set_user(user.name)
    for call in (
        lambda: frappe.get_doc("User", user.name).add_roles("Property Manager"),
        lambda: frappe.get_doc("Role", RESIDENT).save(),
        lambda: client.set_value("User", user.name, "user_type", "System User"),
    ):
        with pytest.raises(frappe.PermissionError):
            call()
    frappe.set_user("Administrator")
    assert frappe.db.get_value("User", user.name, "user_type") == "Website User"
