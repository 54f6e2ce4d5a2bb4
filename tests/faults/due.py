"""For every scheduled job something that is due, and what has become of it once the job is done: once, however often it ran."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import frappe
from frappe.utils import add_days, add_months, get_first_day, getdate, today

from property_service.community_life import events, registrations
from property_service.dispatch.incidents import PLANNED_WORK
from property_service.front_desk import return_visits
from property_service.front_desk.complaints import ComplaintOrder, receive
from property_service.patrol import findings
from property_service.property_service.messages import tell_resident
from property_service.property_service.service_clock import as_of, site_now
from property_service.property_service.work_batches import add_batches
from property_service.tests import decoration, patrol_factories, work
from property_service.tests import factories as make


@dataclass
class Due:
    """`prepare(world)` makes what is due and returns its name; `made(name)` tells what has become of it, `expected` in the end.

    `parts`: the job commits in between, so that a killed one may have done some of it.
    """

    prepare: Callable[[Any], Any]
    made: Callable[[Any], Any]
    expected: Any
    parts: bool = False


def make_world() -> frappe._dict:
    """A community with staff and two homes, committed."""
    community = make.make_community()
    building = make.make_building(community)
    world = frappe._dict(community=community, building=building)
    world.owners = [make.make_resident(language="en") for _one in range(2)]
    world.units = homes(world)
    for name in ("Manager", "Front Desk", "Cashier", "Technician"):
        world[name] = make.make_staff(f"Property {name}", community=community)
    world.patroller = patrol_factories.make_patroller(community)
    world.category = make.make_category()
    frappe.db.commit()
    return world


def homes(world: Any) -> list[Any]:
    """A new home for each of the owners."""
    units = [make.make_unit(world.building) for _owner in world.owners]
    for unit, owner in zip(units, world.owners, strict=True):
        make.make_occupancy(unit, owner, from_date="2020-01-01")
    return units


def stored(doctype: str, **values: Any) -> Any:
    """A row as it may stand there; what the document itself would derive is given."""
    doc = frappe.get_doc({"doctype": doctype, **values})
    doc.flags.ignore_links = True
    doc.set_new_name()
    doc.db_insert()
    return doc


def told(name: str) -> int:
    """How often members of staff were told of a document."""
    return frappe.db.count("Notification Log", {"document_name": name})


def messages(name: str) -> int:
    """How many messages in the portal speak of a document."""
    return frappe.db.count("Service Message", {"reference_name": name, "channel": "Portal"})


def ago(**time: float) -> Any:
    return site_now() - timedelta(**time)


def field(doctype: str, *fields: str) -> Callable[[str], Any]:
    """What reads these fields of a document."""
    return lambda name: frappe.db.get_value(doctype, name, fields if len(fields) > 1 else fields[0])


def _finished_repair(world: Any) -> str:
    doc = make.make_repair(world.units[0], world.owners[0], world.category)
    doc.db_set({"status": "Completed", "stage": "Done", "finished_at": ago(days=40)})
    return doc.name


def _late_repair(world: Any) -> str:
    doc = make.make_repair(world.units[0], world.owners[0], world.category, reported_at=ago(days=9))
    frappe.db.delete("Repair Step", {"repair_request": doc.name, "step": ["in", ["Warned", "Escalated"]]})
    doc.db_set({"alert_level": 0, "next_alert_at": ago(days=8)})
    return doc.name


def _visit(world: Any, days: int) -> str:
    return return_visits.plan_visit(
        kind="Repair", reference_doctype=None, reference_name=None, community=world.community.name, unit=None,
        resident=None, contact_name="Wang", contact_phone="13900000000", doer=None, reason="Rule", due_at=ago(days=days),
    )  # fmt: skip


def _permits(world: Any) -> tuple[str, str]:
    """One whose works should have ended yesterday, one that expires."""
    decoration.make_terms(world.community.name)
    working = decoration.make_working(world.units[0])
    working.db_set({"to_date": add_days(today(), -1), "from_date": add_days(today(), -20)})
    idle = decoration.make_reviewed(world.units[1])
    idle.db_set({"to_date": add_days(today(), -2), "from_date": add_days(today(), -20)})
    return working.name, idle.name


def _site(world: Any) -> str:
    if not frappe.db.exists("Decoration Terms", world.community.name):
        decoration.make_terms(world.community.name)
    permit = decoration.make_working(make.make_unit(world.building))
    # At any hour of the day.
    permit.db_set("started_on", add_days(today(), -1))
    return permit.name


def _promise_to_pay(world: Any) -> str:
    return stored(
        "Payment Promise", unit=world.units[0].name, debtor=world.owners[0].name, community=world.community.name,
        promised_amount=10, promised_on=add_days(today(), -9), promised_at=ago(days=9), pay_by=add_days(today(), -2),
        status="Open",
    ).name  # fmt: skip


def _arrears(world: Any) -> str:
    charge = make.make_charge(world.units[0])
    frappe.db.set_value("Fee Charge", charge, "due_date", add_days(today(), -7))
    return world.units[0].name


def _contacts(world: Any) -> str:
    make.insert(
        "Service Scorecard",
        scorecard_name=make.unique("Card "),
        pass_percent=80,
        criteria=[{"criterion": "A", "most": 9}],
    )
    month = getdate(get_first_day(add_months(today(), -1)))
    for number in range(60):
        stored(
            "Service Contact", subject="Gym", kind="Consultation", channel="Phone", status="Open",
            contacted_at=f"{month} 10:{number:02d}:00", handled_by=world["Front Desk"], community=world.community.name,
        )  # fmt: skip
    return world.community.name


def _contractor(world: Any) -> str:
    return make.make_team(world.community, is_contractor=1).name


def _moved_in(world: Any) -> str:
    unit = make.make_unit(world.building)
    make.make_occupancy(unit, make.make_resident(), "Tenant", from_date=today())
    frappe.db.set_value("Property Unit", unit.name, "occupancy_status", "Vacant")
    return unit.name


def _old_code(world: Any) -> str:
    return stored("Sign In Code", phone_hash="x", code_hash="x", purpose="Sign In", expires_at=ago(days=9)).name


def _plan(world: Any) -> tuple[str, int]:
    route = patrol_factories.make_route(world.community.name)
    plan = patrol_factories.make_plan(
        route, world.patroller, ("00:01", "23:58"), to_date=getdate(add_days(today(), 14)), days_ahead=3
    )
    rounds = frappe.db.count("Patrol Task", {"plan": plan.name})
    frappe.db.delete("Patrol Task", {"plan": plan.name})
    return plan.name, rounds


def _message(world: Any) -> str:
    text = make.unique("message ")
    make.set_sms_gateway()
    tell_resident(world.owners[0].name, world.community.name, "Hello", text, channels=("SMS",))
    return text


def _sent(text: str) -> tuple[int, int]:
    """How often it left the house, and how often it says so."""
    done = {"text": text, "status": "Sent"}
    return frappe.db.count("ToDo", {"description": f"SMS {text}"}), frappe.db.count("Service Message", done)


def _expired_batch(world: Any) -> str:
    (name,) = add_batches(work.JOB, [{}])
    frappe.db.set_value("Work Batch", name, {"status": "Running", "attempt": 1, "lease_until": ago(minutes=1)})
    return name


def _stuck_run(world: Any) -> str:
    run = make.insert("Fee Run", community=world.community.name, bill_until="2026-03-20")
    run.db_set("status", "Running")
    return run.name


def _callback(world: Any) -> str:
    return stored(
        "Callback Promise", about="Price", community=world.community.name, status="Open", due_at=ago(hours=1),
        original_due_at=ago(hours=1), responsible=world["Front Desk"], promised_by=world["Front Desk"],
        promised_at=ago(hours=3), alert_level=1,
    ).name  # fmt: skip


def _birthday(world: Any) -> str:
    settings = {"greetings_enabled": 1, "greeting_time": "00:00:01"}
    frappe.db.set_single_value("Property Service Settings", settings)
    frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
    frappe.db.set_value("Greeting Occasion", {"enabled": 1}, "enabled", 0)
    make.insert("Greeting Occasion", occasion_name=make.unique("Birthday "), kind="Birthday", text_zh="{name}")
    resident = world.owners[0].name
    frappe.db.set_value("Resident", resident, {"birthday": getdate(today()).replace(year=1984), "greeting_consent": 1})
    return resident


def _greeted(resident: str) -> tuple[int, int]:
    mine = {"resident": resident}
    return (
        frappe.db.count("Resident Greeting", mine),
        frappe.db.count("Service Message", {**mine, "reference_doctype": "Resident Greeting", "channel": "Portal"}),
    )


def _notice(world: Any) -> str:
    return stored(
        "Community Notice", title="Water is off", kind="Outage", community=world.community.name, is_urgent=1,
        status="Scheduled", publish_from=ago(minutes=5), scope="Community", body="<p>Now</p>", published_by="Administrator",
    ).name  # fmt: skip


def _events(world: Any) -> tuple[str, str]:
    """One that begins soon, one that is over."""
    names = []
    for _one in range(2):
        start = site_now() + timedelta(hours=1)
        doc = make.insert(
            "Community Event", title="Fair", community=world.community.name, place="Lawn", starts_at=start,
            ends_at=start + timedelta(hours=2), capacity=10, most_persons=4, organiser=world["Front Desk"],
        )  # fmt: skip
        events.publish(doc.name)
        registrations.sign_up(doc.name, world.owners[0].name, "", 1, "Administrator")
        names.append(doc.name)
    frappe.db.set_value("Community Event", names[1], {"starts_at": ago(hours=3), "ends_at": ago(hours=1)})
    frappe.db.delete("Service Message", {"reference_name": ["in", names]})
    return names[0], names[1]


def _planned_work(world: Any) -> tuple[str, str]:
    doc = make.insert(
        "Service Incident", community=world.community.name, building=world.building.name, title="Pump", kind=PLANNED_WORK,
        started_at=ago(hours=5), expected_until=site_now() + timedelta(hours=1),
    )  # fmt: skip
    request = make.make_repair(world.units[1], world.owners[1], world.category, incident=doc.name)
    doc.db_set("expected_until", ago(minutes=2))
    return doc.name, request.name


def _online_payment(world: Any) -> str:
    return stored(
        "Online Payment", resident=world.owners[0].name, amount=5, status="Waiting", community=world.community.name,
        charges="[]", expires_at=ago(minutes=1), client_key=make.unique(),
    ).name  # fmt: skip


def _complaint(world: Any) -> str:
    with as_of(ago(days=20)):
        doc = receive(
            ComplaintOrder(
                subject="Noise", community=world.community.name, resident=world.owners[0].name, unit=world.units[0].name
            ),
            "Administrator",
        )
    name = doc if isinstance(doc, str) else doc.name
    frappe.db.set_value("Resident Complaint", name, {"next_alert_at": ago(days=1), "alert_level": 0})
    return name


def _round(world: Any) -> str:
    route = patrol_factories.make_route(world.community.name)
    return patrol_factories.make_round(route, world.patroller, ago(hours=9))


def _finding(world: Any) -> str:
    order = findings.FindingOrder(world.community.name, "Door blocked", assigned_to=world["Technician"])
    name = findings.raise_finding(order, "Administrator").name
    frappe.db.set_value(findings.FINDING, name, {"due_at": ago(days=30), "alert_level": 0})
    return name


def _steps(name: str, **filters: Any) -> int:
    return frappe.db.count("Repair Step", {"repair_request": name, **filters})


def _quiet_homes(world: Any) -> list[str]:
    units = [make.make_unit(world.building) for _one in range(2)]
    for unit in units:
        make.make_occupancy(unit, make.make_resident(), from_date="2020-01-01", is_primary=1)
    return [unit.name for unit in units]


def _courtesy(units: list[str]) -> int:
    return frappe.db.count("Return Visit", {"unit": ["in", units], "visit_kind": "Courtesy"})


DUE: dict[str, Due] = {
    "community_life.events.sweep": Due(
        _events,
        lambda names: (messages(names[0]), told(names[1]), frappe.db.get_value("Community Event", names[1], "status")),
        (1, 1, "Held"),
    ),
    "community_life.greetings.sweep": Due(_birthday, _greeted, (1, 1)),
    "community_life.notices.sweep": Due(
        _notice,
        lambda name: (messages(name), frappe.db.get_value("Community Notice", name, "status")),
        (2, "Published"),
    ),
    "decoration.alerts.daily": Due(
        _permits,
        lambda names: (told(names[0]), frappe.db.get_value("Decoration Permit", names[1], "status")),
        (2, "Expired"),
    ),
    "decoration.inspections.sweep": Due(
        _site, lambda name: frappe.db.count("Decoration Inspection", {"permit": name}), 1
    ),
    "dispatch.incidents.end_planned_work": Due(
        _planned_work,
        lambda names: (
            frappe.db.count("Service Message", {"dedupe_key": ["like", f"{names[1]}|incident_closed|%Portal"]}),
            frappe.db.get_value("Service Incident", names[0], "status"),
        ),
        (1, "Closed"),
    ),
    "fees.fee_run_work.settle_stuck": Due(_stuck_run, field("Fee Run", "status"), "Failed"),
    "fees.online_payments.expire_waiting": Due(_online_payment, field("Online Payment", "status"), "Expired"),
    "fees.promises.judge_all": Due(_promise_to_pay, field("Payment Promise", "status"), "Broken"),
    "fees.reminders.remind_all": Due(
        _arrears, lambda unit: frappe.db.count("Fee Reminder", {"unit": unit}), 1, parts=True
    ),
    "front_desk.complaint_alerts.sweep": Due(
        _complaint, lambda name: (told(name), frappe.db.get_value("Resident Complaint", name, "solved_late")), (4, 1)
    ),
    "front_desk.courtesy.plan_all": Due(_quiet_homes, _courtesy, 2),
    "front_desk.monthly_report.make_drafts": Due(
        lambda world: world.community.name,
        lambda name: frappe.db.count("Monthly Service Report", {"community": name}),
        1,
    ),
    "front_desk.promise_sweep.sweep": Due(
        _callback, lambda name: (told(name), frappe.db.get_value("Callback Promise", name, "status")), (2, "Broken")
    ),
    "front_desk.quality_checks.draw_all": Due(
        _contacts, lambda name: frappe.db.count("Service Quality Check", {"community": name}), 3
    ),
    "front_desk.return_visits.close_overdue": Due(
        lambda world: _visit(world, 60), field("Return Visit", "status"), "Closed by System"
    ),
    "front_desk.visit_reminders.remind_overdue": Due(lambda world: _visit(world, 1), told, 1),
    "patrol.assessments.make_drafts": Due(
        _contractor, lambda name: frappe.db.count("Contractor Assessment", {"contractor": name}), 1
    ),
    "patrol.closing.sweep": Due(
        _round, lambda name: (frappe.db.count("Patrol Record", {"task": name}), told(name)), (3, 1)
    ),
    "patrol.finding_alerts.sweep": Due(_finding, told, 2),
    "patrol.tasks.generate_all": Due(
        _plan, lambda plan: (frappe.db.count("Patrol Task", {"plan": plan[0]}) - plan[1], told(plan[0])), (0, 1)
    ),
    "portal.sign_in.forget_old_codes": Due(_old_code, lambda name: frappe.db.count("Sign In Code", {"name": name}), 0),
    "property_service.messages.sweep": Due(_message, _sent, (1, 1), parts=True),
    "property_service.unit_occupancies.settle_changed_today": Due(
        _moved_in, field("Property Unit", "occupancy_status"), "Rented"
    ),
    "property_service.work_batches.requeue_expired": Due(
        _expired_batch, lambda name: frappe.db.count("ToDo", {"description": name}), 1
    ),
    "repairs.alerts.sweep": Due(_late_repair, lambda name: (_steps(name, step="Escalated"), told(name)), (1, 2)),
    "repairs.closing.auto_close": Due(
        _finished_repair,
        lambda name: (_steps(name, to_state="Closed"), frappe.db.get_value("Repair Request", name, "status")),
        (1, "Closed"),
    ),
}
