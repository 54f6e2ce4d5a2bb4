"""Two months of repair requests on paper: when, where, by whom, what, and what is to become of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from property_service.setup.demo.estate_plan import CommunityPlan
from property_service.setup.demo.faults import FAULTS, OFTEN, SEASONAL, Fault
from property_service.setup.demo.households import Households

DAYS = 60
USUAL = "usual"
PUBLIC = frozenset(
    {"Public Pipe or Drain", "Public Light", "Lift Fault", "Lift Entrapment", "Public Door or Gate"}
    | {"Public Wall, Floor or Roof", "Cleaning", "Garden and Trees", "Playground and Facilities"}
    | {"Something Else Outside"}
)
EMERGENCIES = frozenset({"Burst Pipe", "Gas Smell", "Lift Entrapment"})
# Looked at first, done over days.
SLOW_WORK = frozenset({"Leak in Wall or Ceiling", "Crack in Wall or Ceiling", "Paint, Tiles and Floor"})
# Charged once the warranty is over; in the new estate that is so for drains and sanitary ware already.
CHARGED_NEW = frozenset({"Blocked Drain", "Toilet or Basin", "Indoor Lamp"})
CHARGED = CHARGED_NEW | {
    *("Tap or Pipe Leak", "Socket or Switch", "Door or Lock", "Window", "Paint, Tiles and Floor", "Air Conditioner")
}
# Somebody is there within half an hour, round the clock.
WITHIN_HALF_AN_HOUR = frozenset({"Blocked Drain", "Power Loss", "Lift Fault"})
GRABBED = frozenset({"Tap or Pipe Leak", "Blocked Drain", "Toilet or Basin", "Low Water Pressure"})
BY_TURNS = frozenset({"Socket or Switch", "Power Loss", "Indoor Lamp", "Intercom", "Public Light"})
LEADER_SENDS = frozenset({"Lift Fault", "Cleaning"})


@dataclass(frozen=True, slots=True)
class Home:
    """A room somebody lives in; `resident` is who speaks for it."""

    unit: str
    community: str
    building: str
    entrance: str | None
    riser: str | None
    resident: str


@dataclass(slots=True)
class Case:
    """One repair request. `at` is the time on the clocks of the community; `who` of the team takes it (a login)."""

    at: datetime
    home: Home
    category: str
    fault: Fault
    channel: str = "Phone"
    fate: str = USUAL
    who: str = ""
    # The visit the resident wishes for begins so many days later, at this hour.
    wish: tuple[int, int] | None = None
    key: int = 0

    @property
    def is_public(self) -> bool:
        return self.category in PUBLIC

    @property
    def is_charged(self) -> bool:
        return self.category in (CHARGED if self.home.community == "LH" else CHARGED_NEW)


def homes_of(plan: CommunityPlan, households: Households) -> list[Home]:
    """Homes of a community that are lived in, with the person who speaks for each, in the order of their numbers."""
    speaker = {stay.unit: stay.person for stay in households.stays if stay.is_primary and not stay.to_date}
    return [
        Home(unit.name, plan.shape.code, unit.building, unit.entrance, unit.riser, speaker[unit.name])
        for unit in plan.of_usage("Residence")
        if unit.occupancy_status in ("Owner Occupied", "Rented", "Decorating") and unit.name in speaker
    ]


def past_cases(homes: list[Home], portal: list[Home], today: date, random: Random) -> list[Case]:
    """The requests of the last two months, of which most are closed by now; `portal` are the homes with an account."""
    wanted = [category for category, times in OFTEN.items() for _number in range(times)]
    for category, (times, months) in SEASONAL.items():
        wanted += [category] * times if today.month in months else []
    random.shuffle(wanted)
    seen: dict[str, int] = {}
    cases = []
    for position, category in enumerate(wanted):
        turn = seen[category] = seen.get(category, random.randrange(9)) + 1
        fault = FAULTS[category][turn % len(FAULTS[category])]
        # Over all days but the last ones, which have the open cases; some days bring twice as many as others.
        spread = position / len(wanted) * (DAYS - 3) + random.triangular(-1.6, 1.6)
        day = today - timedelta(days=round(min(max(DAYS - spread, 3), DAYS)))
        cases.append(_case(day, category, fault, homes, portal, random))
    _deal_fates(cases, today, random)
    cases += _faults_that_return(cases, today)
    return cases


def _case(day: date, category: str, fault: Fault, homes: list[Home], portal: list[Home], random: Random) -> Case:
    draw = random.random()
    if category in EMERGENCIES:
        channel, home = "Phone", random.choice(homes)
    elif draw < 0.36:
        channel, home = "Portal", random.choice(portal)
    else:
        channel, home = _channel(draw, category), random.choice(homes)
    case = Case(datetime.combine(day, _hour(channel, category, random)), home, category, fault, channel)
    if channel == "Portal" and not case.is_public and category not in SLOW_WORK and random.random() < 0.25:
        case.wish = (1, random.choice((9, 10, 14, 16)))
    return case


def _channel(draw: float, category: str) -> str:
    if category in PUBLIC and draw > 0.84:
        return "Patrol"
    return "WeChat" if draw > 0.92 else "Counter" if draw > 0.82 else "12345" if draw > 0.805 else "Phone"


def _hour(channel: str, category: str, random: Random) -> time:
    if category in EMERGENCIES:
        return time(19, random.randrange(60))
    if channel == "Portal":
        hour = random.choices(range(7, 23), (3, 6, 6, 4, 3, 4, 3, 2, 2, 3, 4, 6, 8, 8, 6, 3))[0]
        return time(hour, random.randrange(60), random.randrange(60))
    # The desk takes calls while it is open, most of them early.
    hour = random.choices((8, 9, 10, 11, 14, 15, 16, 17), (6, 8, 7, 4, 6, 5, 4, 3))[0]
    return time(hour, random.randrange(31 if hour == 8 else 0, 60), random.randrange(60))


def _deal_fates(cases: list[Case], today: date, random: Random) -> None:
    """Give some cases something that went another way, each to one it can happen to."""
    free = list(cases)
    random.shuffle(free)
    for fate, times, fits in _fates(today):
        found = [case for case in free if fits(case)][:times]
        for case in found:
            case.fate = fate
            free.remove(case)


def _fates(today: date) -> Iterator[tuple[str, int, Callable[[Case], bool]]]:
    def old(case: Case) -> bool:
        return (today - case.at.date()).days > 12 and case.category not in EMERGENCIES

    def at_home(case: Case) -> bool:
        return old(case) and not case.is_public and case.wish is None

    def quick(case: Case) -> bool:
        return at_home(case) and case.category not in SLOW_WORK

    def called(case: Case) -> bool:
        return quick(case) and case.channel != "Portal"

    def online(case: Case) -> bool:
        return quick(case) and case.channel == "Portal"

    yield "referred", 2, lambda case: old(case) and case.category == "Low Water Pressure" and case.channel != "Portal"
    yield "on_phone", 2, lambda case: old(case) and case.category in LEADER_SENDS and case.channel not in ("Portal",)
    yield "not_fixed", 4, called
    yield "unreachable", 2, lambda case: called(case) and case.is_charged
    yield "declined", 2, called
    yield "manner", 1, lambda case: called(case) and case.is_charged
    yield "late_visit", 1, called
    yield "charge", 1, lambda case: called(case) and case.is_charged
    yield "beyond", 1, called
    yield "one_star", 1, online
    yield "two_stars", 1, online
    yield "send_back", 1, online
    yield "cancelled", 2, online
    yield (
        "rejected",
        2,
        lambda case: online(case) and case.category in ("Window", "Door or Lock", "Indoor Lamp", "Intercom"),
    )
    yield "urged", 2, online
    yield "price_refused", 1, lambda case: called(case) and case.is_charged
    yield "waived", 1, lambda case: called(case) and case.is_charged
    yield "handed_back", 2, lambda case: quick(case) and case.category in BY_TURNS
    yield "transferred", 2, lambda case: quick(case) and case.category in GRABBED | BY_TURNS
    yield "slow", 6, quick
    yield "not_home", 5, quick
    yield "parts", 4, lambda case: old(case) and case.category in ("Window", "Door or Lock", "Lift Fault", "Intercom")


def _faults_that_return(cases: list[Case], today: date) -> Iterator[Case]:
    """The same fault in the same room again within a month: rework, though nobody said so at the visit."""
    usual = [
        case
        for case in cases
        if case.fate == USUAL and case.category in GRABBED and 20 < (today - case.at.date()).days < 45
    ]
    for case in usual[:2]:
        text = f"上次修过以后好了一阵，现在又是同样的问题：{case.fault.text}"
        again = Fault(text, "返工：" + case.fault.work, case.fault.materials, case.fault.hours)
        yield Case(case.at.replace(hour=9) + timedelta(days=11), case.home, case.category, again, "Phone")
