"""A greeting run repeated, resumed after an error, or after its worker was killed, greets nobody twice and leaves nobody out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import frappe
import pytest
from frappe.utils import add_days, getdate

from property_service.community_life import greetings
from property_service.property_service import work_batches
from property_service.property_service.service_clock import as_of, from_local, local_day
from property_service.tests import factories as make
from tests.parallel import at_once

PEOPLE = 7
BATCH = 3


@pytest.fixture
def estate(site: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[frappe._dict]:
    """A committed community of seven whose birthday is today; greetings are on; batches of three, which nobody runs by himself."""
    community = make.make_community()
    day = local_day(community.name)
    occasion = make.insert(
        "Greeting Occasion", occasion_name=make.unique("Birthday "), kind="Birthday", text_zh="{name}生日快乐"
    )
    others = frappe.get_all("Greeting Occasion", {"name": ["!=", occasion.name], "enabled": 1}, pluck="name")
    unit = make.make_unit(make.make_building(community))
    people = [make.make_resident(birthday=day.replace(year=1984), greeting_consent=1) for _one in range(PEOPLE)]
    for person in people:
        make.make_occupancy(unit, person, "Family")
    for name in others:
        frappe.db.set_value("Greeting Occasion", name, "enabled", 0)
    before = frappe.db.get_single_value("Property Service Settings", "greetings_enabled")
    switch(True)
    queued: list[tuple[str, int]] = []
    monkeypatch.setattr(work_batches, "_queue", lambda name, attempt: queued.append((name, attempt)))
    monkeypatch.setattr(greetings, "BATCH", BATCH)
    frappe.clear_cache(doctype="Greeting Occasion")
    yield frappe._dict(
        name=community.name, day=day, occasion=occasion.name, unit=unit.name, people=people, queued=queued
    )
    frappe.db.rollback()
    switch(bool(before))
    for name in others:
        frappe.db.set_value("Greeting Occasion", name, "enabled", 1)
    names = [person.name for person in people]
    frappe.db.delete("Work Batch", {"reference_name": community.name})
    frappe.db.delete("Error Log", {"method": ["like", "Work Batch%"]})
    for doctype in ("Resident Greeting", "Service Message", "Unit Occupancy", "Property Unit", "Building"):
        frappe.db.delete(doctype, {"community": community.name})
    frappe.db.delete("Resident Phone", {"parent": ["in", names]})
    frappe.db.delete("Resident", {"name": ["in", names]})
    frappe.db.delete("Greeting Occasion", {"name": occasion.name})
    frappe.db.delete("Community", {"name": community.name})
    frappe.delete_doc("Service Calendar", community.service_calendar, force=True)
    frappe.db.commit()


def switch(on: bool) -> None:
    """Greetings on or off, committed."""
    frappe.db.set_single_value("Property Service Settings", "greetings_enabled", int(on))
    frappe.db.commit()
    frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


def at_ten(estate: frappe._dict) -> Any:
    """Ten o'clock of the day in the community, as the site's time; messages of then stay in the portal."""
    return as_of(from_local(estate.name, datetime.combine(estate.day, time(10, 0))))


def run(estate: frappe._dict) -> None:
    """Run what is queued; a batch that fails raises, as in a worker."""
    while estate.queued:
        name, attempt = estate.queued.pop(0)
        work_batches.run_batch(name, attempt)


def greeted(estate: frappe._dict) -> list[str]:
    """Residents told of, one name for each message."""
    frappe.db.rollback()
    rows = {"community": estate.name, "reference_doctype": "Resident Greeting", "channel": "Portal"}
    return sorted(frappe.get_all("Service Message", rows, pluck="resident"))


def everybody_once(estate: frappe._dict) -> bool:
    names = sorted(person.name for person in estate.people)
    frappe.db.rollback()  # to see what others have committed meanwhile
    kept = frappe.get_all("Resident Greeting", {"community": estate.name, "status": "Sent"}, pluck="resident")
    return greeted(estate) == names == sorted(kept)


def test_a_run_repeated_greets_nobody_twice(estate: frappe._dict) -> None:
    with at_ten(estate):
        assert greetings.plan(estate.name, estate.day) == PEOPLE
        assert len(estate.queued) == 3
        batches = list(estate.queued)
        frappe.db.commit()
        run(estate)
        assert everybody_once(estate)
        # The same day planned again finds nobody; the same batches run again do nothing.
        assert greetings.plan(estate.name, estate.day) == 0
        run(estate)
        for name, _attempt in batches:
            frappe.db.set_value("Work Batch", name, {"status": "Pending", "attempt": 0})
            frappe.db.commit()
            work_batches.run_batch(name, 1)
        assert everybody_once(estate)
        # Nor does a plan made twice before either was run.
        frappe.db.delete("Resident Greeting", {"community": estate.name, "resident": estate.people[0].name})
        frappe.db.delete("Service Message", {"community": estate.name, "resident": estate.people[0].name})
        assert [greetings.plan(estate.name, estate.day) for _time in range(2)] == [1, 1]
        frappe.db.commit()
        run(estate)
        assert everybody_once(estate)


def test_a_run_that_fails_in_the_middle_is_resumed(estate: frappe._dict, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = greetings.tell_all, []

    def breaks(notes: Any) -> Any:
        calls.append(len(notes))
        if len(calls) == 2:
            real(notes)
            raise RuntimeError("the worker dies here")
        return real(notes)

    with at_ten(estate):
        greetings.plan(estate.name, estate.day)
        frappe.db.commit()
        monkeypatch.setattr(greetings, "tell_all", breaks)
        name, attempt = "", 0
        with pytest.raises(RuntimeError):
            while estate.queued:
                name, attempt = estate.queued.pop(0)
                work_batches.run_batch(name, attempt)
        assert len(greeted(estate)) == BATCH, "nothing of the broken batch is left"
        estate.queued.append((name, attempt + 1))
        run(estate)
        assert everybody_once(estate)


def test_a_killed_worker_leaves_nothing_and_its_batch_is_taken_up(estate: frappe._dict, site: str) -> None:
    with at_ten(estate):
        greetings.plan(estate.name, estate.day)
        frappe.db.commit()
        (name, attempt), moment = estate.queued.pop(0), frappe.flags.property_service_now
    code = (
        "import os, frappe\n"
        f"frappe.init(site={site!r}, sites_path='.'); frappe.connect()\n"
        f"frappe.flags.property_service_now = frappe.utils.get_datetime({str(moment)!r})\n"
        "from property_service.community_life import greetings\n"
        "from property_service.property_service import work_batches\n"
        "greetings._link_messages = lambda names: os._exit(9)\n"  # told, and not committed
        f"work_batches.run_batch({name!r}, {attempt})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=os.getcwd(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 9, done.stderr
    assert greeted(estate) == []
    assert frappe.db.get_value("Work Batch", name, "status") == "Running"
    frappe.db.set_value("Work Batch", name, "lease_until", add_days(frappe.utils.now_datetime(), -1))
    frappe.db.commit()
    work_batches.requeue_expired()
    assert (name, attempt + 1) in estate.queued
    with at_ten(estate):
        run(estate)
    assert everybody_once(estate)


def test_two_workers_with_the_same_people_greet_them_once(site: str, estate: frappe._dict) -> None:
    with at_ten(estate):
        greetings.plan(estate.name, estate.day)
        greetings.plan(estate.name, estate.day)
        frappe.db.commit()
        batches, moment = list(estate.queued), frappe.flags.property_service_now

    def work(name: str, attempt: int) -> None:
        """As the queue does: who meets the other's row or lock comes again."""
        with as_of(moment):
            try:
                work_batches.run_batch(name, attempt)
            except Exception:
                if attempt == work_batches.MOST_ATTEMPTS:
                    raise
                frappe.db.rollback()
                work(name, attempt + 1)

    answers = at_once(site, [lambda one=one: work(*one) for one in batches])
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    assert everybody_once(estate)


def test_the_switch_the_consent_and_moving_out_hold_also_inside_a_run(estate: frappe._dict) -> None:
    with at_ten(estate):
        greetings.plan(estate.name, estate.day)
        frappe.db.commit()
        off, *rest = estate.queued
        switch(False)
        work_batches.run_batch(*off)
        assert greeted(estate) == []
        switch(True)
        refused, gone = (frappe.parse_json(frappe.db.get_value("Work Batch", rest[0][0], "payload"))["people"])[:2]
        frappe.db.set_value("Resident", refused, "greeting_consent", 0)
        frappe.db.set_value("Unit Occupancy", {"resident": gone}, "to_date", add_days(estate.day, -1))
        frappe.db.commit()
        estate.queued[:] = rest
        run(estate)
        left = {"community": estate.name, "status": "Left Out"}
        assert sorted(frappe.get_all("Resident Greeting", left, pluck="resident")) == sorted((refused, gone))
        assert len(greeted(estate)) == PEOPLE - BATCH - 2


def test_the_day_is_planned_once_at_its_time_and_never_at_night(estate: frappe._dict) -> None:
    def sweep_at(hour: int, minute: int = 0) -> int:
        with as_of(from_local(estate.name, datetime.combine(estate.day, time(hour, minute)))):
            before = len(estate.queued)
            greetings.sweep()
            mine = [name for name, _attempt in estate.queued[before:]]
            found = frappe.get_all("Work Batch", {"name": ["in", [*mine, ""]], "reference_name": estate.name})
            return len(found)

    assert sweep_at(8, 59) == 0
    assert sweep_at(21) == 0
    assert sweep_at(9, 1) == 3
    assert sweep_at(9, 6) == 0
    # What is still queued at night, or on the next day, is left.
    name, attempt = estate.queued[-1]
    frappe.db.commit()
    with as_of(from_local(estate.name, datetime.combine(estate.day + timedelta(days=1), time(9, 0)))):
        work_batches.run_batch(name, attempt)
    assert greeted(estate) == []
    switch(False)
    frappe.db.delete("Work Batch", {"reference_name": estate.name})
    assert sweep_at(9, 10) == 0


def test_who_is_greeted(estate: frappe._dict) -> None:
    """By consent, birthday and unit; organisations, inactive people and other days are not."""
    occasion, unit = frappe.get_doc("Greeting Occasion", estate.occasion), frappe.get_doc("Property Unit", estate.unit)

    def person(**values: Any) -> str:
        return make.make_resident(unit, "Tenant", **{"birthday": "1992-02-29", **values}).name

    leap = person(greeting_consent=1)
    silent = person()
    company = person(greeting_consent=1)
    frappe.db.set_value("Resident", company, "resident_type", "Organisation")
    elsewhere = make.make_resident(birthday="1992-02-29", greeting_consent=1).name
    common, leap_year = getdate("2027-02-28"), getdate("2028-02-28")
    for day, expected in (
        (common, [leap]),
        (leap_year, []),
        (getdate("2028-02-29"), [leap]),
        (getdate("2027-03-01"), []),
    ):
        found = greetings.people_for(occasion, estate.name, day)
        assert found == expected, (day, found)
    assert not {silent, company, elsewhere} & set(greetings.people_for(occasion, estate.name, common))
    moved = frappe.get_doc({"doctype": "Greeting Occasion", "name": "x", "kind": "Moving-in Day"})
    begun = getdate(frappe.db.get_value("Unit Occupancy", {"resident": leap}, "from_date"))
    assert leap in greetings.people_for(moved, estate.name, begun)
    assert leap not in greetings.people_for(moved, estate.name, getdate(add_days(begun, 365)))
    names = [leap, silent, company, elsewhere]
    frappe.db.rollback()
    assert not frappe.db.exists("Resident", {"name": ["in", names]})


@pytest.mark.parametrize(
    "values",
    [
        {"text_zh": "Dear {nmae}"},
        {"text_zh": ""},
        {"kind": "Festival", "dates": []},
        {"kind": "Festival", "dates": [{"on_date": "2027-02-06"}, {"on_date": "2027-02-06"}]},
        {"occasion_name": "x" * 80},
    ],
)
def test_occasions_that_cannot_be_are_refused(site: str, values: dict[str, Any]) -> None:
    standard = {"occasion_name": make.unique("Occasion "), "kind": "Birthday", "text_zh": "{name}"}
    with pytest.raises(frappe.ValidationError):
        make.insert("Greeting Occasion", **{**standard, **values})
