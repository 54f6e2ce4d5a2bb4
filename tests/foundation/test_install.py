"""Installing, migrating and removing: what is ours is made once, what the customer changed stays, nothing is left."""

from pathlib import Path

import frappe
import pytest

from property_service.setup import install, roles, workflows
from property_service.setup.api import restore_workflow
from property_service.tests import factories as make

WATCHED = (
    "Role",
    "Workflow",
    "Workflow State",
    "Workflow Action Master",
    "Service Calendar",
    "Repair Category",
    "Workflow Stage Map",
    "Kanban Board",
    "List View Settings",
)
# What a customer may have set; a migrate that saves it anew would say so in `modified`.
STAMPED = ("Workflow", "Kanban Board", "List View Settings", "Property Service Settings")


def counts() -> dict[str, int]:
    return {doctype: frappe.db.count(doctype) for doctype in WATCHED}


def changed_at() -> dict[str, list]:
    """When each document of these kinds was changed last."""
    return {
        doctype: [frappe.get_doc(doctype).modified]
        if frappe.get_meta(doctype).issingle
        else frappe.get_all(doctype, fields=["name", "modified"], order_by="name asc")
        for doctype in STAMPED
    }


def test_a_second_migrate_changes_nothing():
    install.after_migrate()
    before, stamps = counts(), changed_at()
    assert frappe.db.exists("Kanban Board", {"reference_doctype": "Repair Request"})
    install.after_migrate()
    assert counts() == before
    assert changed_at() == stamps


def test_residents_never_get_the_desk():
    assert frappe.db.get_value("Role", "Resident", "desk_access") == 0
    user = make.make_portal_user(make.make_resident())
    assert frappe.db.get_value("User", user, "user_type") == "Website User"
    frappe.db.set_value("Role", "Resident", "desk_access", 1)
    roles.ensure_roles()
    assert frappe.db.get_value("Role", "Resident", "desk_access") == 0
    assert frappe.db.get_value("User", user, "user_type") == "Website User"


@pytest.mark.parametrize("role", roles.DESK_ROLES)
def test_staff_have_the_desk(role):
    make.insert(
        "User", email="keeper@example.com", first_name="K", send_welcome_email=0, roles=[{"role": "System Manager"}]
    )
    user = make.insert("User", email="new@example.com", first_name="New", send_welcome_email=0, roles=[{"role": role}])
    assert user.user_type == "System User"


def test_a_customers_workflow_survives_a_migrate_and_is_restored_on_request():
    workflow = frappe.get_doc("Workflow", {"document_type": "Repair Request", "is_active": 1})
    rows = len(workflow.transitions)
    workflow.transitions = workflow.transitions[1:]
    workflow.save()
    install.after_migrate()
    assert len(frappe.get_doc("Workflow", workflow.name).transitions) == rows - 1
    restored = restore_workflow("Repair Request")["workflow"]
    assert len(frappe.get_doc("Workflow", restored).transitions) == rows


def test_only_a_system_manager_restores(monkeypatch):
    frappe.set_user(make.make_staff("Property Manager"))
    monkeypatch.setitem(frappe.flags, "in_test", False)  # the platform's own check sleeps in tests
    with pytest.raises(frappe.PermissionError):
        restore_workflow("Repair Request")


def test_every_state_of_a_standard_workflow_has_a_stage_and_editors():
    for document_type, workflow in workflows.standard_workflows().items():
        states = {row["state"] for row in workflow["states"]}
        assert all(row["stage"] and row["editors"] for row in workflow["states"]), document_type
        for row in workflow["transitions"]:
            assert set(row["from"]) | {row["to"]} <= states and row["roles"], row


def test_uninstall_takes_away_what_install_made():
    user = make.make_portal_user(make.make_resident())
    ours = frappe.get_all("DocType", {"module": ["in", frappe.get_module_list("property_service")]}, pluck="name")
    assert frappe.get_all("Kanban Board", {"reference_doctype": ["in", ours]})
    install.before_uninstall()
    assert not frappe.get_all("Kanban Board", {"reference_doctype": ["in", ours]})
    assert not frappe.db.exists("User", user)
    assert not frappe.db.exists("Workflow", {"document_type": "Repair Request"})
    assert not frappe.get_all("Role", {"name": ["in", roles.ALL_ROLES]})
    assert not frappe.db.exists("Workflow State", "Awaiting Visit")
    assert not frappe.get_all("Has Role", {"role": ["in", roles.ALL_ROLES], "parenttype": "User"})
    assert frappe.db.exists("Workflow State", "Approved"), "the platform's own states stay"


def test_settings_a_newer_release_added_get_their_default_and_those_people_set_stay():
    settings = "Property Service Settings"
    frappe.db.set_single_value(settings, "complaints_per_day", 0)
    frappe.db.delete("Singles", {"doctype": settings, "field": ["in", ("promise_minutes", "greeting_time")]})
    frappe.clear_document_cache(settings, settings)
    install.after_migrate()
    stored = frappe.get_doc(settings)
    assert (stored.promise_minutes, str(stored.greeting_time), stored.complaints_per_day) == (120, "09:00:00", 0)


def test_uninstall_takes_away_what_the_platform_keeps_about_our_documents():
    unit = make.make_unit()
    request = make.make_repair(unit, make.make_resident(unit))
    request.add_comment("Comment", "Seen")
    kept = make.insert(
        "File",
        file_name="letter.txt",
        content=f"to {request.name}",
        is_private=1,
        attached_to_doctype=request.doctype,
        attached_to_name=request.name,
    )
    other = make.insert("File", file_name="other.txt", content=f"not about {request.name}", is_private=1)
    staff = make.make_staff("Property Manager", community=frappe.get_doc("Community", request.community))
    assert frappe.db.exists("Scheduled Job Type", {"method": ["like", "property_service.%"]})
    frappe.db.sql("INSERT INTO tabSeries (name, current) VALUES ('FB-1999-', 3), ('RR-1999-', 3), ('NOT-OURS-', 3)")
    install.before_uninstall()
    assert frappe.db.sql("SELECT name FROM tabSeries WHERE current = 3 AND name LIKE '%-1999-'") == ()
    assert frappe.db.sql("SELECT name FROM tabSeries WHERE name = 'NOT-OURS-'")
    assert not frappe.db.exists("Scheduled Job Type", {"method": ["like", "property_service.%"]})
    assert not frappe.db.exists("Comment", {"reference_doctype": request.doctype})
    assert not frappe.db.exists("User Permission", {"user": staff})
    assert not frappe.db.exists("File", kept.name)
    assert frappe.db.exists("File", other.name)
    assert not frappe.db.sql("SELECT field FROM tabSingles WHERE doctype = 'Property Service Settings'")
    assert frappe.db.exists("User", staff), "people of the site stay"
    kept_at, other_at = Path(kept.get_full_path()), Path(other.get_full_path())
    assert kept_at.exists(), "what is not committed yet takes no file away"
    frappe.db.after_commit.run()
    assert (kept_at.exists(), other_at.exists()) == (False, True)
    other_at.unlink()
