"""The server's clock is set back or forward: no lease stands for ever, and nothing is made twice."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv4Address
from typing import Any

import frappe
import pytest
from frappe.utils import add_days, getdate, now_datetime, today

from property_service.decoration import alerts
from property_service.patrol import tasks
from property_service.portal import sign_in
from property_service.property_service import messages, staff_notices, work_batches
from property_service.property_service.errors import InputRefused
from property_service.property_service.messages import tell_resident
from property_service.tests import decoration, patrol_factories, work
from property_service.tests import factories as make
from tests import figures

pytestmark = pytest.mark.fault

BACK = [timedelta(hours=1), timedelta(days=31)]
CODE_LIFE = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def queued(site: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was given to the queue; nothing is committed."""
    found: list[tuple[str, int]] = []
    monkeypatch.setattr(work_batches, "_queue", lambda name, attempt: found.append((name, attempt)))
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    return found


@pytest.mark.parametrize("back", BACK, ids=str)
def test_a_batch_leased_before_the_clock_went_back_is_taken_up(queued: list[tuple[str, int]], back: timedelta) -> None:
    (name,) = work_batches.add_batches(work.JOB, [{}])
    ahead = now_datetime() + back
    frappe.db.set_value(
        "Work Batch", name, {"status": "Running", "attempt": 1, "lease_until": ahead + timedelta(minutes=5)}
    )
    figures.count("faults tried")
    work_batches.requeue_expired()
    assert (name, 2) in queued
    work_batches.run_batch(name, 2)
    assert frappe.db.get_value("Work Batch", name, "status") == "Done"
    assert frappe.db.count("ToDo", {"description": name}) == 1


@pytest.mark.parametrize("back", BACK, ids=str)
def test_a_message_leased_before_the_clock_went_back_is_sent(back: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(messages, "_deliver", lambda message: sent.append(message.name))
    monkeypatch.setattr(messages, "sms_is_set_up", lambda: True)
    unit = make.make_unit()
    resident = make.make_resident(unit)
    (name,) = tell_resident(resident.name, unit.community, "Hello", "Hello", channels=("SMS",))
    ahead = now_datetime() + back
    frappe.db.set_value(
        "Service Message", name, {"status": "Sending", "attempts": 1, "lease_until": ahead + timedelta(minutes=10)}
    )
    figures.count("faults tried")
    messages.sweep()
    messages.sweep()
    assert sent.count(name) == 1


def test_a_lease_of_another_machine_whose_clock_is_a_little_ahead_holds(queued: list[tuple[str, int]]) -> None:
    (name,) = work_batches.add_batches(work.JOB, [{}])
    until = now_datetime() + timedelta(minutes=work_batches.LEASE_MINUTES + 2)
    frappe.db.set_value("Work Batch", name, {"status": "Running", "attempt": 1, "lease_until": until})
    work_batches.requeue_expired()
    assert (name, 2) not in queued


def test_what_fell_on_days_that_were_skipped_is_told_later_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def now(_method: str, queue: str, **arguments: Any) -> None:
        staff_notices.deliver(**arguments)

    monkeypatch.setattr(staff_notices, "enqueue_later", now)
    community = make.make_community()
    make.make_staff("Property Manager", community=community)
    route = patrol_factories.make_route(community.name)
    patroller = patrol_factories.make_patroller(community)
    plan = patrol_factories.make_plan(route, patroller, to_date=getdate(add_days(today(), 12)), days_ahead=1).name
    frappe.db.set_value("Patrol Plan", plan, "creation", add_days(today(), -90))
    decoration.make_terms(community.name)
    permit = decoration.make_working(make.make_unit(make.make_building(community)))
    permit.db_set({"from_date": add_days(today(), -30), "to_date": add_days(today(), -3)})
    frappe.db.delete("Notification Log", {"document_name": ["in", [plan, permit.name]]})
    figures.count("faults tried", 2)
    for _time in range(2):
        tasks.tell_of_ends()
        alerts.remind_all()
    assert frappe.db.count("Notification Log", {"document_name": plan}) == 1
    assert frappe.db.count("Notification Log", {"document_name": permit.name}) == 1


@pytest.fixture
def neighbour() -> Any:
    """A resident with an account, alone with his number and his address on the network."""
    frappe.local.request_ip = str(IPv4Address(secrets.randbits(32)))
    unit = make.make_unit()
    resident = make.make_resident(unit)
    make.make_portal_user(resident)
    return frappe._dict(name=resident.name, phone=resident.primary_phone, community=unit.community)


def outcome(resident: Any, code: str) -> str:
    """Whom the code stands for, or how it is refused."""
    try:
        return " ".join(sign_in.residents_by_code(resident.phone, code))
    except InputRefused:
        return "refused"


@pytest.mark.parametrize("back", BACK, ids=str)
def test_a_sent_code_does_not_live_on_where_the_clock_goes_back(
    neighbour: Any, moved: Callable[[timedelta], None], back: timedelta
) -> None:
    moved(back)
    sign_in._store(neighbour.phone, "123456", sign_in.SIGN_IN, None, sign_in.now_datetime() + CODE_LIFE)
    moved(timedelta())
    figures.count("faults tried")
    assert outcome(neighbour, "123456") == "refused"


def test_a_code_of_another_machine_whose_clock_is_a_little_ahead_serves_once(
    neighbour: Any, moved: Callable[[timedelta], None]
) -> None:
    moved(timedelta(minutes=2))
    sign_in._store(neighbour.phone, "123456", sign_in.SIGN_IN, None, sign_in.now_datetime() + CODE_LIFE)
    moved(timedelta())
    figures.count("faults tried")
    assert outcome(neighbour, "123456") == neighbour.name
    for off in (timedelta(), -BACK[0], BACK[0]):
        moved(off)
        assert outcome(neighbour, "123456") == "refused"


def test_a_code_of_the_desk_serves_once_wherever_the_clock_goes(
    neighbour: Any, moved: Callable[[timedelta], None]
) -> None:
    moved(timedelta(hours=1))
    code, _token, _until = sign_in.make_join_code(neighbour.name, neighbour.phone, neighbour.community)
    moved(timedelta(days=31))
    figures.count("faults tried")
    assert outcome(neighbour, code) == "refused", "its days are over"
    moved(timedelta())
    assert outcome(neighbour, code) == neighbour.name
    assert outcome(neighbour, code) == "refused"
