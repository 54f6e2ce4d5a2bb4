"""The bridge between stored times and the service hours of a community."""

from datetime import datetime
from zoneinfo import ZoneInfo

import frappe
import pytest

from property_service.property_service import service_clock
from property_service.tests import factories


def stored(wall):
    """The site time at which the clock in Shanghai shows `wall`."""
    return service_clock.to_site(datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo("Asia/Shanghai")))


@pytest.fixture()
def community(site):
    calendar = factories.make_calendar(
        exceptions=[
            {"exception_date": "2026-10-01"},
            {"exception_date": "2026-10-02", "from_time": "10:00", "to_time": "11:00"},
        ]
    )
    return factories.make_community(service_calendar=calendar.name).name


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-23 11:30:00", 60, "2026-11-23 14:30:00"),  # over the noon break
        ("2026-11-23 17:50:00", 20, "2026-11-24 08:40:00"),  # over night
        ("2026-09-30 17:50:00", 20, "2026-10-02 10:10:00"),  # over a closed day into a short one
        ("2026-11-23 12:30:00", 0, "2026-11-23 14:00:00"),  # in the break
    ],
)
def test_due_in_counts_the_open_minutes(community, start, minutes, due):
    assert service_clock.due_in(community, stored(start), minutes) == stored(due)


def test_pauses_stop_the_clock(community):
    begin = stored("2026-11-23 08:30:00")
    closed = [{"from_time": stored("2026-11-23 09:00:00"), "to_time": stored("2026-11-23 10:00:00")}]
    still = [{"from_time": stored("2026-11-23 09:00:00"), "to_time": None}]
    assert service_clock.due_in(community, begin, 60, pauses=closed) == stored("2026-11-23 10:30:00")
    assert service_clock.due_in(community, begin, 60, pauses=still) is None
    assert service_clock.elapsed(community, begin, stored("2026-11-23 11:00:00"), pauses=closed) == 90


def test_the_zone_of_the_community_counts(site):
    calendar = factories.make_calendar((("09:00", "17:00"),))
    berlin = factories.make_community(service_calendar=calendar.name, time_zone="Europe/Berlin").name
    site_zone = service_clock.site_zone()
    opening = service_clock.due_in(berlin, "2026-01-15 00:00:00", 0)
    wall = service_clock.local(berlin, opening)
    assert (wall.hour, wall.minute) == (9, 0)
    assert opening.replace(tzinfo=site_zone) == wall


def test_a_changed_calendar_counts_at_once(community):
    name = frappe.db.get_value("Community", community, "service_calendar")
    assert not service_clock.is_open_at(community, stored("2026-11-23 13:00:00"))
    doc = frappe.get_doc("Service Calendar", name)
    doc.round_the_clock = 1
    doc.save()
    assert service_clock.is_open_at(community, stored("2026-11-23 13:00:00"))


def test_without_a_calendar_the_clock_runs_all_day(site):
    community = factories.make_community(service_calendar=None).name
    assert service_clock.due_in(community, "2026-11-23 23:30:00", 60) == datetime(2026, 11, 24, 0, 30)


def test_acts_of_the_past_keep_their_times(community):
    past = stored("2026-10-05 19:40:00")
    with service_clock.as_of(past):
        assert service_clock.site_now() == past
        assert str(service_clock.local_day(community)) == "2026-10-05"
        with pytest.raises(KeyError), service_clock.as_of(stored("2026-10-06 08:00:00")):
            raise KeyError
        assert service_clock.site_now() == past
    assert service_clock.site_now() > past
    assert "property_service_now" not in frappe.flags or not frappe.flags.property_service_now
