"""A worker killed while messages leave: none is lost, none leaves twice but an SMS whose gateway had answered in that instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from property_service.property_service import messages
from property_service.tests import factories as make
from tests import figures
from tests.faults import killing, tables

pytestmark = pytest.mark.fault

TEXT = "Water comes back at six"


@pytest.fixture
def told(site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], list[str]]]:
    """By channel: what has left the house. The gateway writes it down itself; a mail is a row, as in the platform's queue."""
    before = tables.names()
    gateway = tmp_path / "gateway"
    gateway.touch()

    def send_sms(receivers: list[str], text: str, **_how: Any) -> None:
        with gateway.open("a") as file:
            file.write(f"{text}\n")

    def sendmail(message: str, **_how: Any) -> None:
        frappe.get_doc({"doctype": "ToDo", "description": message}).db_insert()

    def left(channel: str) -> list[str]:
        if channel == "SMS":
            return gateway.read_text().splitlines()
        return frappe.get_all("ToDo", {"description": TEXT}, pluck="description", order_by="name asc")

    monkeypatch.setattr("frappe.core.doctype.sms_settings.sms_settings.send_sms", send_sms)
    monkeypatch.setattr(frappe, "sendmail", sendmail)
    make.set_sms_gateway()
    yield left
    frappe.db.rollback()
    make.set_sms_gateway("")
    frappe.db.commit()
    tables.remove_added(before)


def not_asked_yet(stop: killing.Stop) -> None:
    """The message is on its way, and its gateway has not been asked."""
    deliver = messages._deliver

    def stopped(message: Any) -> None:
        stop()
        deliver(message)

    messages._deliver = stopped


@pytest.mark.parametrize(
    ("channel", "where", "times"),
    [
        ("SMS", not_asked_yet, 1),
        ("Email", not_asked_yet, 1),
        # the gateway had answered, and only the dead one knew; lost is worse than twice
        ("SMS", killing.before_commit(2), 2),
        ("Email", killing.before_commit(2), 1),
    ],
    ids=["SMS, before", "e-mail, before", "SMS, after", "e-mail, after"],
)
def test_killed_while_it_leaves(
    told: Callable[[str], list[str]], channel: str, where: Callable[[killing.Stop], None], times: int
) -> None:
    unit = make.make_unit()
    resident = make.make_resident(unit, email="resident@example.com")
    (name,) = messages.tell_resident(resident.name, unit.community, "Water", TEXT, channels=(channel,))
    frappe.db.after_commit.reset()
    frappe.db.commit()
    killing.start(messages.sweep, where).kill()

    messages.sweep()
    assert frappe.db.get_value("Service Message", name, "status") == "Sending", "it is another's until the lease ends"
    frappe.db.set_value("Service Message", name, "lease_until", add_to_date(now_datetime(), minutes=-1))
    frappe.db.commit()
    for _time in range(2):
        messages.sweep()
        figures.count("faults tried")
    assert told(channel) == [TEXT] * times
    assert frappe.db.get_value("Service Message", name, "status") == "Sent"
