"""When decoration work may go on: noisy work in the working hours, work without noise in the quiet ones besides. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from property_service.property_service.working_time import Calendar, is_open

Noise = Literal["Any Work", "Quiet Work", "None"]
ANY, QUIET, NONE = "Any Work", "Quiet Work", "None"


@dataclass(frozen=True, slots=True)
class Permitted:
    """What a permit allows: its days (the last extended one), whether works are going on, and the two calendars."""

    first: date
    last: date
    goes_on: bool
    work: Calendar
    quiet: Calendar | None = None


def allowed_at(permit: Permitted, moment: datetime) -> Noise:
    """Return what may be done at an aware moment: any work, quiet work only, or none.

    The days are those of the community's own clock. An exception day of either calendar replaces that calendar's weekday; a day that
    is closed in both allows nothing.
    """
    day = moment.astimezone(ZoneInfo(permit.work.zone)).date()
    if not permit.goes_on or not permit.first <= day <= permit.last:
        return NONE
    if is_open(permit.work, moment):
        return ANY
    if permit.quiet and is_open(permit.quiet, moment):
        return QUIET
    return NONE
