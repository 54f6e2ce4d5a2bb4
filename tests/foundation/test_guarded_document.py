"""What holds for every document with a workflow, shown on Repair Request."""

import frappe
import pytest
from frappe.model.workflow import WorkflowPermissionError, WorkflowTransitionError, apply_workflow

from property_service.property_service.guarded_document import advance
from property_service.tests import factories as make


@pytest.fixture
def request_doc():
    community = make.make_community()
    unit = make.make_unit(make.make_building(community))
    officer = make.make_staff("Property Front Desk", community=community)
    technician = make.make_staff("Property Technician", community=community)
    resident = make.make_resident(unit)
    frappe.set_user(officer)
    doc = make.make_repair(unit, resident)
    frappe.set_user("Administrator")
    yield frappe._dict(doc=doc, officer=officer, technician=technician, community=community, unit=unit)
    frappe.set_user("Administrator")


def stored_state(doc):
    return frappe.db.get_value(doc.doctype, doc.name, ["status", "stage"])


def test_starts_in_the_first_state_with_its_stage(request_doc):
    assert stored_state(request_doc.doc) == ("New", "Open")


@pytest.mark.parametrize("state", ["Closed", "Completed", "Nonsense"])
def test_cannot_be_born_in_a_later_state(request_doc, state):
    with pytest.raises((WorkflowPermissionError, frappe.LinkValidationError)):
        make.make_repair(request_doc.unit, status=state)


def test_a_plain_save_by_the_right_role_moves_it(request_doc):
    frappe.set_user(request_doc.officer)
    doc = frappe.get_doc("Repair Request", request_doc.doc.name)
    doc.status = "Accepted"
    doc.save()
    assert stored_state(doc)[0] == "Accepted"


@pytest.mark.parametrize("state", ["Closed", "In Progress", "Completed"])
def test_a_plain_save_may_not_jump(request_doc, state):
    frappe.set_user(request_doc.officer)
    doc = frappe.get_doc("Repair Request", request_doc.doc.name)
    doc.status = state
    with pytest.raises(WorkflowPermissionError):
        doc.save()
    assert stored_state(doc)[0] == "New"


def test_a_client_cannot_claim_to_be_the_system(request_doc):
    frappe.set_user(request_doc.officer)
    sent = request_doc.doc.as_dict()
    sent.update(
        {"status": "Closed", "flags": {"advance": ("New", "Closed"), "historic_state": True, "system_edit": True}}
    )
    with pytest.raises(WorkflowPermissionError):
        frappe.get_doc(sent).save()


def test_the_stage_is_never_the_clients(request_doc):
    frappe.set_user(request_doc.officer)
    doc = frappe.get_doc("Repair Request", request_doc.doc.name)
    doc.stage = "Done"
    doc.save()
    assert stored_state(doc) == ("New", "Open")


def test_only_the_roles_of_a_state_edit_in_it(request_doc):
    frappe.db.set_value("Repair Request", request_doc.doc.name, {"status": "Closed", "stage": "Done"})
    frappe.set_user(request_doc.officer)
    doc = frappe.get_doc("Repair Request", request_doc.doc.name)
    doc.description = "Something else"
    with pytest.raises(WorkflowPermissionError):
        doc.save()


def test_nobody_approves_what_he_asked_for_where_the_workflow_forbids_it(request_doc):
    workflow = frappe.get_doc("Workflow", {"document_type": "Repair Request", "is_active": 1})
    for row in workflow.transitions:
        if row.action == "Accept":
            row.allow_self_approval = 0
    workflow.save()
    frappe.set_user(request_doc.officer)
    doc = frappe.get_doc("Repair Request", request_doc.doc.name)
    assert doc.requested_by == request_doc.officer
    doc.status = "Accepted"
    with pytest.raises(WorkflowPermissionError):
        doc.save()
    frappe.set_user("Administrator")
    other = make.make_staff("Property Front Desk", community=request_doc.community)
    frappe.set_user(other)
    doc = frappe.get_doc("Repair Request", request_doc.doc.name)
    doc.status = "Accepted"
    doc.save()
    assert stored_state(doc)[0] == "Accepted"


def test_the_platforms_button_is_judged_alike(request_doc):
    frappe.set_user(request_doc.officer)
    apply_workflow(frappe.get_doc("Repair Request", request_doc.doc.name).as_json(), "Accept")
    assert stored_state(request_doc.doc)[0] == "Accepted"


def test_the_system_makes_only_its_own_moves(request_doc):
    frappe.set_user("Guest")
    doc = frappe.get_doc("Repair Request", request_doc.doc.name)
    with pytest.raises(WorkflowTransitionError):
        advance(doc, "Closed", "because I say so")
    assert stored_state(doc)[0] == "New"
    assert frappe.session.user == "Guest"


def test_what_was_worked_on_is_not_deleted(request_doc):
    frappe.set_user(request_doc.officer)
    doc = frappe.get_doc("Repair Request", request_doc.doc.name)
    doc.status = "Accepted"
    doc.save()
    frappe.set_user("Administrator")
    with pytest.raises(frappe.ValidationError):
        frappe.delete_doc("Repair Request", doc.name)


def test_a_workflow_with_an_unmapped_state_is_refused():
    workflow = frappe.get_doc("Workflow", {"document_type": "Repair Request", "is_active": 1})
    make.insert("Workflow State", workflow_state_name="Waiting for Godot")
    workflow.append("states", {"state": "Waiting for Godot", "doc_status": "0", "allow_edit": "Property Manager"})
    with pytest.raises(frappe.ValidationError):
        workflow.save()
    settings = frappe.get_doc("Property Service Settings")
    settings.append(
        "stage_map", {"document_type": "Repair Request", "workflow_state": "Waiting for Godot", "stage": "Waiting"}
    )
    settings.save()
    workflow.reload()
    workflow.append("states", {"state": "Waiting for Godot", "doc_status": "0", "allow_edit": "Property Manager"})
    workflow.save()


@pytest.fixture
def submitted(request_doc, monkeypatch):
    """The request as a submitted document whose workflow lets the front desk void it, but nobody what he asked for."""
    states = (("Confirmed", "1", "Open"), ("Locked", "1", "Open"), ("Voided", "2", "Void"))
    settings = frappe.get_doc("Property Service Settings")
    workflow = frappe.get_doc("Workflow", {"document_type": "Repair Request", "is_active": 1})
    for state, doc_status, stage in states:
        if not frappe.db.exists("Workflow State", state):
            make.insert("Workflow State", workflow_state_name=state)
        settings.append("stage_map", {"document_type": "Repair Request", "workflow_state": state, "stage": stage})
        workflow.append("states", {"state": state, "doc_status": doc_status, "allow_edit": "Property Front Desk"})
    settings.save()
    workflow.append(
        "transitions",
        {
            "state": "Confirmed",
            "action": "Cancel",
            "next_state": "Voided",
            "allowed": "Property Front Desk",
            "allow_self_approval": 0,
        },
    )
    workflow.save()
    monkeypatch.setattr(frappe.get_meta("Repair Request"), "is_submittable", 1)
    values = {"status": "Confirmed", "stage": "Open", "docstatus": 1}
    frappe.db.set_value("Repair Request", request_doc.doc.name, values)
    return frappe._dict(request_doc, other=make.make_staff("Property Front Desk", community=request_doc.community))


def to_cancel(made, user, **values):
    """The document as `user` holds it; the platform's own permission to cancel is given."""
    frappe.set_user(user)
    doc = frappe.get_doc("Repair Request", made.doc.name).update(values)
    doc.flags.ignore_permissions = True
    return doc


def stored_cancel(made):
    return frappe.db.get_value("Repair Request", made.doc.name, ["status", "stage", "docstatus"])


def test_cancelling_takes_the_cancelled_state_and_its_stage(submitted):
    to_cancel(submitted, submitted.other).cancel()
    assert stored_cancel(submitted) == ("Voided", "Void", 2)


def test_the_platforms_button_cancels(submitted):
    apply_workflow(to_cancel(submitted, submitted.other), "Cancel")
    assert stored_cancel(submitted) == ("Voided", "Void", 2)


@pytest.mark.parametrize(("who", "stored", "asked"), [
    ("technician", {}, {}),
    ("officer", {}, {}),
    ("other", {"status": "Locked"}, {}),
    ("other", {"status": "Locked"}, {"status": "Voided"}),
    ("other", {"status": "Locked"}, {"status": "Confirmed"}),
    ("other", {}, {"status": "Closed"}),
    ("other", {}, {"status": "Locked"}),
])  # fmt: skip
def test_nobody_cancels_around_the_workflow(submitted, who, stored, asked):
    """Without the transition, what he asked for himself, from a state that has none, with another state named."""
    if stored:
        frappe.db.set_value("Repair Request", submitted.doc.name, stored)
    before = stored_cancel(submitted)
    with pytest.raises(WorkflowPermissionError):
        to_cancel(submitted, submitted[who], **asked).cancel()
    assert stored_cancel(submitted) == before


def test_asking_whether_one_may_cancel_changes_nothing(submitted):
    doc = to_cancel(submitted, submitted.other)
    doc.check_permission("cancel")
    assert (doc.status, doc.docstatus) == ("Confirmed", 1)


def test_a_foreign_document_cannot_be_pulled_into_ones_own_scope(request_doc):
    stranger = make.make_staff("Property Front Desk", community=make.make_community())
    mine = make.make_unit()
    frappe.set_user(stranger)
    doc = frappe.get_doc("Repair Request", request_doc.doc.name)
    doc.community, doc.unit, doc.building = mine.community, mine.name, mine.building
    with pytest.raises(frappe.PermissionError):
        doc.save()
    assert frappe.db.get_value("Repair Request", doc.name, "unit") == request_doc.unit.name


def test_a_place_of_another_community_is_refused(request_doc):
    elsewhere = make.make_building()
    with pytest.raises(frappe.ValidationError):
        make.make_repair(request_doc.unit, building=elsewhere.name)


def test_the_community_follows_from_the_room_whatever_was_sent(request_doc):
    doc = make.make_repair(request_doc.unit, community=make.make_community().name)
    assert doc.community == request_doc.community.name
