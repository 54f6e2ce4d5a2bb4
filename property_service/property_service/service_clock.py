"""The only place where the site's naive times become aware ones and back, and where a community's service hours are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_datetime, get_system_timezone, get_time, getdate, now_datetime

from property_service.property_service import working_time
from property_service.property_service.working_time import Calendar, ExceptionDay, Pause, Window

DEFAULT_ZONE = "Asia/Shanghai"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def to_aware(moment: datetime | str) -> datetime:
    """Return a stored time (naive, in the site's zone) as an aware instant in UTC."""
    naive = get_datetime(moment)
    if naive.tzinfo is None:
        naive = naive.replace(tzinfo=site_zone())
    return naive.astimezone(timezone.utc)


def to_site(moment: datetime) -> datetime:
    """Return an aware instant as the naive site time that is stored, whole seconds."""
    return moment.astimezone(site_zone()).replace(tzinfo=None, microsecond=0)


def in_the_past() -> bool:
    """Return whether acts of the past are being recorded (see `as_of`)."""
    return bool(frappe.flags.property_service_now)


def from_local(community: str, wall: datetime) -> datetime:
    """Return the site time at which the clocks in the community show `wall` (naive)."""
    return to_site(wall.replace(tzinfo=ZoneInfo(zone_of(community))))


def site_zone() -> ZoneInfo:
    """Return the zone of the site (System Settings)."""
    return ZoneInfo(get_system_timezone())


def site_now() -> datetime:
    """Return this moment as it is stored: naive, in the site's zone, whole seconds."""
    return frappe.flags.property_service_now or now_datetime().replace(microsecond=0)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Inside this block `site_now()` is this site time: acts of the past are recorded with the times they had.

    For the demo estate and records taken over from other systems: nobody is notified of them, and no message leaves the
    house. No client can open it, and it ends with the block.
    """
    before = frappe.flags.property_service_now
    frappe.flags.property_service_now = moment.replace(microsecond=0)
    try:
        yield
    finally:
        frappe.flags.property_service_now = before


def zone_of(community: str) -> str:
    """Return the IANA name of the community's time zone."""
    return frappe.get_cached_value("Community", community, "time_zone") or DEFAULT_ZONE


def local(community: str, moment: datetime | str) -> datetime:
    """Return a stored time as the aware wall-clock time of the community."""
    return to_aware(moment).astimezone(ZoneInfo(zone_of(community)))


def local_day(community: str, moment: datetime | str | None = None) -> date:
    """Return the date in the community at a stored time (now if left out)."""
    return local(community, moment or site_now()).date()


def start_of_local_day(community: str, day: date | None = None) -> datetime:
    """Return the site time at which a date (today if left out) begins in the community."""
    return from_local(community, datetime.combine(day or local_day(community), time(0, 0)))


def calendar_of(community: str, calendar: str | None = None) -> Calendar:
    """Return the service hours of a Service Calendar (the community's own if left out) in the community's zone.

    A community without a calendar works round the clock. Raises RuleError for a time zone that does not exist.
    """
    name = calendar or frappe.get_cached_value("Community", community, "service_calendar")
    zone = zone_of(community)
    if not name:
        return Calendar(zone, round_the_clock=True)
    doc = frappe.get_cached_doc("Service Calendar", name)
    built: dict = frappe.flags.setdefault("property_service_calendars", {})
    key = (name, str(doc.modified), zone)
    if key not in built:
        built[key] = _build(doc, zone)
    return built[key]


def is_open_at(community: str, moment: datetime | str, calendar: str | None = None) -> bool:
    """Return whether the service hours are open at a stored time."""
    return working_time.is_open(calendar_of(community, calendar), to_aware(moment))


def due_in(
    community: str,
    start: datetime | str,
    minutes: int,
    calendar: str | None = None,
    pauses: Iterable[Mapping[str, Any]] = (),
) -> datetime | None:
    """Return the site time by which `minutes` open minutes have passed since the stored time `start`.

    `pauses` are rows {from_time, to_time}; None is returned while one of them is still open.
    """
    stopped = tuple(map(pause_of, pauses))
    due = working_time.due(calendar_of(community, calendar), to_aware(start), minutes, stopped)
    return to_site(due) if due else None


def elapsed(
    community: str,
    start: datetime | str,
    end: datetime | str,
    calendar: str | None = None,
    pauses: Iterable[Mapping[str, Any]] = (),
) -> int:
    """Return the whole open minutes between two stored times, outside the pauses (rows {from_time, to_time})."""
    return working_time.elapsed(
        calendar_of(community, calendar), to_aware(start), to_aware(end), tuple(map(pause_of, pauses))
    )


def pause_of(row: Mapping[str, Any]) -> Pause:
    """Return a stored row {from_time, to_time} as a pause of the rules."""
    return Pause(to_aware(row.get("from_time")), to_aware(row.get("to_time")) if row.get("to_time") else None)


def _build(doc: Any, zone: str) -> Calendar:
    windows = tuple(
        Window(WEEKDAYS.index(row.weekday), _clock(row.from_time), _clock(row.to_time)) for row in doc.windows
    )
    days: dict[date, list[Window]] = {}
    for row in doc.exceptions:
        hours = days.setdefault(getdate(row.exception_date), [])
        # Plain text: the platform fills every empty Time field of a new row with the present time.
        if row.from_time and row.to_time:
            hours.append(Window(0, _clock(row.from_time), _clock(row.to_time)))
    exceptions = tuple(ExceptionDay(day, tuple(hours)) for day, hours in days.items())
    return Calendar(zone, windows, exceptions, bool(doc.round_the_clock))


def _clock(value: Any) -> time:
    """Return a stored Time (the driver gives a timedelta) as a clock time; 24:00 is 00:00."""
    if isinstance(value, timedelta):
        return (datetime.min + value % timedelta(days=1)).time()
    return time(0, 0) if str(value).startswith("24:") else get_time(value)
