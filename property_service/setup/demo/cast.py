"""Who acts in the demo's two months, and when people are at work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import frappe

from property_service.property_service.service_clock import due_in, from_local, site_now
from property_service.setup.demo.cases import Case
from property_service.setup.demo.staff import DESK_CALENDAR, DOMAIN, NIGHT_TEAM, TEAM_CALENDAR, TEAMS

MEMBERS = {team.name: tuple(f"{login}@{DOMAIN}" for login, _skills, _grade in team.members) for team in TEAMS}
LEADERS = {team.name: f"{team.leader}@{DOMAIN}" for team in TEAMS}
STEWARDS = {"LH": ("steward.lake", "steward.lake2"), "YQ": ("steward.cloud", "steward.cloud2")}
MANAGER, CASHIER = f"manager@{DOMAIN}", f"cashier@{DOMAIN}"


def staff(login: str) -> str:
    """The user of a member of staff."""
    return f"{login}@{DOMAIN}"


@dataclass(slots=True)
class Role:
    """The people around one case, drawn once, and how long each of them takes."""

    case: Case
    random: Random
    portal: dict[str, str] = field(default_factory=dict)

    @property
    def desk(self) -> str:
        """Who takes calls: in turns, at night the second one."""
        at_night = not 8 <= self.case.at.hour < 18
        return staff("front.desk2" if at_night else self.random.choice(("front.desk", "front.desk", "front.desk2")))

    @property
    def caller(self) -> str:
        """Who makes the return visits of the community."""
        return staff(self.random.choice(("front.desk", *STEWARDS[self.case.home.community])))

    @property
    def resident(self) -> str:
        """The account of the resident."""
        return self.portal[self.case.home.resident]

    def later(self, low: int, high: int, calendar: str | None = DESK_CALENDAR) -> datetime:
        """A site time `low` to `high` open minutes from now; mostly sooner than later. No calendar: round the clock."""
        minutes = round(self.random.triangular(low, high, low + (high - low) / 4))
        now, seconds = site_now(), timedelta(seconds=self.random.randrange(5, 55))
        if calendar:
            return due_in(self.case.home.community, now, max(minutes, 1), calendar) + seconds
        return now + timedelta(minutes=minutes) + seconds

    def hours_of(self, team: str | None) -> str | None:
        """The calendar a team works by; the team of the night always works."""
        return None if team == NIGHT_TEAM else TEAM_CALENDAR

    def taker(self, team: str, but: str | None = None) -> str:
        """A member of a team, the one the case names if he is in it."""
        wanted = staff(self.case.who)
        members = [user for user in MEMBERS[team] if user != but]
        return wanted if wanted in members else self.random.choice(members)

    def wall(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A site time on the clocks of the community, so many days after the case began."""
        day = self.case.at + timedelta(days=days)
        return from_local(self.case.home.community, day.replace(hour=hour, minute=minute, second=0))


def read(name: str) -> frappe._dict:
    """What the scripts look at before they act."""
    fields = ("name", "status", "team", "assigned_to", "dispatch_mode", "payment_status", "total_amount", "rated_at")
    return frappe.db.get_value("Repair Request", name, fields, as_dict=True)
