"""The outbox: stored once, sent once, tried again, given up."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from property_service.property_service import messages
from property_service.tests import factories as make


@pytest.fixture
def somebody():
    unit = make.make_unit()
    return frappe._dict(resident=make.make_resident(unit).name, community=unit.community)


@pytest.fixture
def sent(monkeypatch):
    out: list[str] = []
    monkeypatch.setattr(messages, "sms_is_set_up", lambda: True)
    monkeypatch.setattr(messages, "_deliver", lambda message: out.append(message.name))
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    return out


def tell(somebody, **more):
    return messages.tell_resident(somebody.resident, somebody.community, "Subject", "Text", **more)


def test_the_same_message_is_stored_once(somebody, sent):
    assert len(tell(somebody, dedupe_key="RR-1|closed")) == 2
    assert tell(somebody, dedupe_key="RR-1|closed") == []


def test_without_a_gateway_the_portal_is_told_alone(somebody):
    (name,) = tell(somebody)
    assert frappe.db.get_value("Service Message", name, ["channel", "status"]) == ("Portal", "Sent")


def test_an_anonymous_report_is_told_nothing(somebody):
    assert messages.tell_resident(None, somebody.community, "S", "T") == []


def test_each_message_leaves_once(somebody, sent):
    names = tell(somebody)
    messages.sweep()
    messages.sweep()
    assert sent == [names[1]]
    assert frappe.db.get_value("Service Message", names[1], "status") == "Sent"


def test_a_message_on_its_way_is_left_alone_until_its_lease_ends(somebody, sent):
    name = tell(somebody)[1]
    values = {"status": "Sending", "lease_until": now_datetime() + timedelta(minutes=5)}
    frappe.db.set_value("Service Message", name, values)
    messages.sweep()
    assert sent == []
    frappe.db.set_value("Service Message", name, "lease_until", now_datetime() - timedelta(minutes=1))
    messages.sweep()
    assert sent == [name]


def test_a_failing_gateway_is_tried_again_later_and_given_up(somebody, sent, monkeypatch):
    def broken(message):
        raise ConnectionError("gateway is down")

    monkeypatch.setattr(messages, "_deliver", broken)
    name = tell(somebody)[1]
    for attempt in range(1, messages.MOST_ATTEMPTS + 1):
        frappe.db.set_value("Service Message", name, "send_after", None)
        messages.sweep()
        expected = "Failed" if attempt == messages.MOST_ATTEMPTS else "Queued"
        assert frappe.db.get_value("Service Message", name, ["status", "attempts"]) == (expected, attempt)
    assert frappe.db.get_value("Service Message", name, "error") == "gateway is down"


def waits(name):
    message = frappe.get_doc("Service Message", name)
    message.run_method("onload")
    return message.get_onload("waits_for_gateway")


def test_an_sms_waits_while_no_gateway_is_set_up_and_leaves_once_there_is_one(somebody, monkeypatch):
    left = []
    monkeypatch.setattr("frappe.core.doctype.sms_settings.sms_settings.send_via_gateway", left.append)
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    make.set_sms_gateway()
    try:
        (name,) = tell(somebody, channels=("SMS",))
        assert not waits(name)
        make.set_sms_gateway("")
        messages.sweep()
        assert frappe.db.get_value("Service Message", name, ["status", "attempts", "sent_at"]) == ("Queued", 0, None)
        assert waits(name)
        # cleared while a sweep goes on: tried, and not taken for sent
        messages._send_leased(name)
        assert frappe.db.get_value("Service Message", name, ["status", "sent_at"]) == ("Queued", None)
        assert "gateway" in frappe.db.get_value("Service Message", name, "error")
        frappe.db.set_value("Service Message", name, "send_after", None)
        make.set_sms_gateway()
        messages.sweep()
        assert len(left) == 1
        assert frappe.db.get_value("Service Message", name, ["status", "error"]) == ("Sent", None)
        assert not waits(name)
    finally:
        make.set_sms_gateway("")
