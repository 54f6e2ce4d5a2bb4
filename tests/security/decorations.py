"""Module Decoration for the attacks: who may do what with its documents, one of each "here", arguments of its endpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe.utils import add_days, now_datetime, today

from property_service.decoration.worker_passes import WORKER_PASS
from property_service.patrol.findings import FindingOrder, raise_finding
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from tests.portal.world import World

INSPECTED = {"desk": "r", "leader": "r", "patroller": "r", "manager": "r"}
EXPECTED: dict[str, dict[str, str]] = {
    "Decoration Inspection": INSPECTED,
    "Decoration Permit": {
        "owner": "r",
        "desk": "rwc",
        "leader": "rw",
        "cashier": "r",
        "patroller": "r",
        "manager": "rwc",
    },
    "Decoration Terms": {"desk": "r", "cashier": "r", "patroller": "r", "manager": "rwc"},
    WORKER_PASS: {"desk": "rwc", "cashier": "r", "patroller": "r", "manager": "rwc"},
}

PERMIT, PASS = {"name": "{permit}"}, {"name": "{worker_pass}"}
CASH = {"mode": "Cash"}
# Endpoint (path without the app's name) → arguments of a real call; words in braces are filled in from `make_words`.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "decoration.api.approve": PERMIT,
    "decoration.api.ask_for": {**PERMIT, "document_names": '["Drawings of the Works"]'},
    "decoration.api.deduct": {
        **PERMIT,
        "finding": "{permit_finding}",
        "side": "Owner",
        "amount": "1.00",
        "reason": "Walk",
    },
    "decoration.api.extend": {**PERMIT, "until": "2099-01-01", "reason": "Walk"},
    "decoration.api.finish_water_test": {**PERMIT, "passed": "1"},
    "decoration.api.make_pass": {**PERMIT, "worker_name": "Mason Qian", "id_last_four": "1234"},
    "decoration.api.make_usual_terms": {"community": "{community}"},
    "decoration.api.note_paper": {**PERMIT, "document_name": "Drawings of the Works"},
    "decoration.api.permit_facts": PERMIT,
    "decoration.api.raise_finding": {**PERMIT, "found": '[{"title": "Walk"}]'},
    "decoration.api.record_acceptance": {**PERMIT, "passed": "1"},
    "decoration.api.record_inspection": {**PERMIT, "hours_kept": "1", "passes_worn": "1"},
    "decoration.api.record_observation": {**PERMIT, "passed": "1"},
    "decoration.api.refund": {**PERMIT, "side": "Owner", "original": "Given Back", **CASH},
    "decoration.api.reject": {**PERMIT, "reason": "Walk"},
    "decoration.api.report": {**PERMIT, "reported_to": "Walk"},
    "decoration.api.request_acceptance": PERMIT,
    "decoration.api.resume": PERMIT,
    "decoration.api.revoke_pass": {**PASS, "because": "Walk"},
    "decoration.api.send": PERMIT,
    "decoration.api.start_water_test": PERMIT,
    "decoration.api.stop_work": PERMIT,
    "decoration.api.supply": {**PERMIT, "document_name": "Drawings of the Works"},
    "decoration.api.suspend": {**PERMIT, "reason": "Walk"},
    "decoration.api.take_back_pass": PASS,
    "decoration.api.take_deposit": {**PERMIT, "side": "Owner", **CASH},
    "decoration.api.take_pass_deposit": {**PASS, **CASH},
}


def documents(here: Any, unit: Any, owner: Any, stored: Callable[..., str]) -> dict[str, str]:
    """DocType → name of a document of `unit`, which `owner` decorates; without rows of child tables."""
    place = {"community": here.name, "unit": unit.name}
    terms = stored("Decoration Terms", community=here.name, work_calendar=here.service_calendar, most_days=90)
    permit = stored(
        "Decoration Permit",
        **place,
        building=unit.building,
        applicant=owner.name,
        works="Walls painted",
        from_date=today(),
        to_date=add_days(today(), 30),
        site_manager="Foreman Zhao",
        site_manager_phone="13900001111",
        status="In Progress",
        stage="Working",
        open_key=make.unique("unit "),
    )
    return {
        "Decoration Terms": terms,
        "Decoration Permit": permit,
        "Decoration Inspection": stored(
            "Decoration Inspection",
            **place,
            permit=permit,
            due_on=today(),
            status="Due",
            inspection_key=make.unique("day "),
        ),
        WORKER_PASS: stored(
            WORKER_PASS,
            **place,
            permit=permit,
            worker_name="Mason Qian",
            id_last_four="1234",
            status="Valid",
            valid_from=today(),
            valid_to=now_datetime().date(),
        ),
    }


def make_words(world: World) -> dict[str, str]:
    """Make what the arguments name, in the community "here"; returns word → name. `remove` takes the rows of child tables away."""
    room = frappe.get_doc("Property Unit", world.rooms["room"])
    owner = frappe.get_doc("Resident", world.residents["owner"])
    contractor = make.make_resident(resident_type="Organisation")
    world.residents["contractor"] = contractor.name
    permit = deco.make_working(room, applicant=owner, contractor=contractor.name)
    world.calendars += [f"Decoration {kind} {room.community}" for kind in ("Work", "Quiet")]
    worker = make.insert(WORKER_PASS, permit=permit.name, worker_name="Mason Qian", id_last_four="1234")
    found = FindingOrder(
        community=room.community,
        title="Rubbish in the corridor",
        source="Decoration",
        reference=(permit.doctype, permit.name),
        unit=room.name,
    )
    finding = raise_finding(found, "Administrator")
    return {"permit": permit.name, "worker_pass": worker.name, "permit_finding": finding.name}


def remove(homes: list[str]) -> None:
    """Delete the rows of child tables of the communities' permits and terms."""
    for parent, tables in (
        ("Decoration Permit", ("Decoration Answer", "Decoration Document", "Decoration Acceptance")),
        ("Decoration Terms", ("Decoration Question", "Decoration Document Rule")),
    ):
        names = frappe.get_all(parent, {"community": ["in", homes or [""]]}, pluck="name", order_by="name asc")
        for table in tables:
            frappe.db.delete(table, {"parent": ["in", names or [""]]})
    frappe.db.commit()
