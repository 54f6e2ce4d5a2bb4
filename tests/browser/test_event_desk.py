"""The desk signs somebody up for an event, by the dialog of its form; a lost connection is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import frappe
import pytest

from property_service.community_life import events
from property_service.property_service.service_clock import site_now
from property_service.tests import factories as make
from tests.browser.workday import DESK, Browsers, close_message, workday

pytestmark = pytest.mark.browser


@pytest.fixture
def day(server: str) -> Iterator[frappe._dict]:
    with workday(server) as found:
        start = site_now() + timedelta(days=2)
        found.event = make.insert(
            "Community Event", title="Lanterns", community=found.room.community, place="Lawn", starts_at=start,
            ends_at=start + timedelta(hours=2), capacity=10, most_persons=4,
        ).name  # fmt: skip
        events.publish(found.event)
        frappe.db.commit()
        yield found
        frappe.db.rollback()
        for doctype in ("Event Registration", "Access Code"):
            frappe.db.delete(doctype, {"community": found.room.community})
        frappe.db.delete("Community Event", {"name": found.event})
        frappe.db.commit()


def signed_up(day: frappe._dict) -> list[tuple]:
    """Who is signed up, as committed."""
    frappe.db.rollback()
    rows = frappe.get_all(
        "Event Registration", {"event": day.event}, ["resident", "persons", "status"], order_by="name asc"
    )
    return [tuple(row.values()) for row in rows]


def test_somebody_is_signed_up_at_the_desk(browser: Any, day: frappe._dict) -> None:
    people = Browsers(browser, day)
    page = people.page("desk", DESK, strict=False)
    page.goto(f"{day.server}/app/community-event/{day.event}", wait_until="domcontentloaded")
    page.wait_for_function("window.cur_frm && cur_frm.doc && property_service.events")
    page.evaluate("property_service.events.sign_up(cur_frm)")
    dialog = page.locator(".modal.show")
    dialog.wait_for()
    page.wait_for_function("window.cur_dialog && cur_dialog.display")
    page.evaluate("values => cur_dialog.set_values(values)", {"resident": day.resident.name, "persons": 3})
    page.wait_for_load_state("networkidle")
    assert page.evaluate("cur_dialog.get_values().resident") == day.resident.name
    button = dialog.locator(".modal-footer .btn-primary")
    page.context.set_offline(True)
    button.click()
    close_message(page, "The connection was lost")
    page.context.set_offline(False)
    assert (signed_up(day), page.evaluate("cur_dialog.get_value('persons')")) == ([], 3)
    button.click()
    dialog.wait_for(state="hidden")
    assert signed_up(day) == [(day.resident.name, 3, "Registered")]
    people.close()
