"""Plays the money of the demo estate month by month: every act at its own past time, through the functions people use."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import now_datetime

from property_service.fees.months import add_months, month_end, month_of
from property_service.property_service.service_clock import as_of, from_local, site_now, to_aware, zone_of
from property_service.setup.demo import fee_plan
from property_service.setup.demo.cast import MANAGER
from property_service.setup.demo.estate_plan import CommunityPlan
from property_service.setup.demo.fee_books import Books, insert
from property_service.setup.demo.fee_cases import plan_cases
from property_service.setup.demo.fee_dates import date_money
from property_service.setup.demo.history import REFUSED, as_user, forget_news, remembering
from property_service.setup.demo.households import DEVELOPER

LARGE = 1000
"""An estate of more homes than this has a history in its first towers alone; elsewhere billing began last month."""
ITEMS_AT, RUN_AT, READ_AT, LOCK_AT, CLOSE_AT = time(8, 40), time(9, 0), time(16, 0), time(10, 0), time(17, 50)
QUARTER_TARGETS = {"Q1": (30, 15), "Q2": (55, 30), "Q3": (75, 45), "Q4": (95, 60), "": (95, 60)}


class Diary:
    """Acts by time; what lies after `until` (site time) is not played."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.refused: list[tuple[datetime, str]] = []
        self.played: list[tuple[datetime, datetime]] = []
        self._acts: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()

    def add(self, at: datetime, act: Callable[[], None]) -> None:
        """Plan an act for a site time."""
        heapq.heappush(self._acts, (at, next(self._numbers), act))

    def play(self) -> None:
        """All acts until now, in the order of time, by the manager where nobody else acts."""
        begun = now_datetime()
        language, frappe.local.lang = frappe.local.lang, "zh"
        try:
            with remembering(), as_user(MANAGER):
                while self._acts and self._acts[0][0] <= self.until:
                    at, _number, act = heapq.heappop(self._acts)
                    self._do(at, act)
        finally:
            frappe.local.lang = language
        date_money(begun, self.played)

    def _do(self, at: datetime, act: Callable[[], None]) -> None:
        self.played.append((now_datetime(), at))
        frappe.db.savepoint("act")
        try:
            with as_of(at):
                act()
            forget_news()
        except REFUSED as error:
            # What the rules do not allow stays as it was before: the books have one act less.
            frappe.db.rollback(save_point="act")
            frappe.clear_messages()
            self.refused.append((at, str(error)))


def play(plans: Iterable[CommunityPlan], open_guest: str = "", until: datetime | None = None) -> Diary:
    """Play the money of both communities up to `until` (site time, now if left out).

    `open_guest` is a resident who has forgotten to pay the present quarter.
    """
    until = until or site_now()
    plans = list(plans)
    diary = Diary(until)
    homes = sum(len(plan.of_usage(fee_plan.RESIDENCE)) for plan in plans)
    for plan in plans:
        code = plan.shape.code
        today = to_aware(until).astimezone(ZoneInfo(zone_of(code))).date()
        books = Books(plan, played_buildings(plan, homes), today, diary.add)
        books.open_guest = open_guest if code == "LH" else ""
        books.developers = frappe.get_all("Resident", {"resident_name": DEVELOPER}, pluck="name", order_by="name asc")
        _plan(books, diary)
        plan_cases(books, diary.add)
    diary.play()
    return diary


def played_buildings(plan: CommunityPlan, homes: int) -> list[str]:
    """Names of the buildings with a history: all of an estate of the usual size, the first towers of a large one."""
    if homes <= LARGE:
        return [building.name for building in plan.buildings]
    wanted = round(fee_plan.PLAYED_HOMES * plan.shape.share)
    found: list[str] = []
    for unit in plan.of_usage(fee_plan.RESIDENCE):
        if unit.building not in found:
            if wanted <= 0:
                break
            found.append(unit.building)
        wanted -= 1
    return found


def _plan(books: Books, diary: Diary) -> None:
    """Everything that comes with the calendar; who pays is planned by each run."""
    code, today = books.code, books.today

    def on(day: date, clock: time, act: Callable[[], None]) -> None:
        diary.add(from_local(code, datetime.combine(day, clock)), act)

    first = fee_plan.first_month(today)
    begin = max(first, books.delivered_on)
    start = first if begin == first else add_months(month_of(begin), 1)
    on(start, ITEMS_AT, books.make_items)
    on(start, ITEMS_AT, lambda: books.assign(books.buildings, begin))
    on(start, ITEMS_AT, lambda: books.rent_spaces(begin))
    on(start, ITEMS_AT, lambda: set_targets(books, today))
    last_month = add_months(month_of(today), -1)
    # With the last month, so that the run of its first day, or the next one, bills them.
    on(last_month, ITEMS_AT, lambda: books.assign(books.others, last_month))
    runs = {quarter for quarter in fee_plan.quarters(today) if quarter >= start} | {start}
    if books.others:
        runs.add(last_month)
    for day in sorted(runs):
        on(day, RUN_AT, books.run_quarter)
    if code == "LH":
        on(first, ITEMS_AT, lambda: books.make_meters(first - timedelta(days=1)))
        month = first
        while month < month_of(today):
            on(month_end(month), READ_AT, lambda month=month: books.read_meters(month))
            following = add_months(month, 1)
            if following not in runs:
                on(following, RUN_AT, lambda: books.run(building=fee_plan.WATER_BUILDING, fee_item="LH-WATER"))
            month = following
    for day in fee_plan.closing_days(start, today):
        on(day, CLOSE_AT, books.close)
    for back in (3, 2):
        month = add_months(month_of(today), -back)
        on(add_months(month, 1).replace(day=3), LOCK_AT, lambda month=month: lock_month(code, month))


def lock_month(code: str, month: date) -> None:
    """The manager closes a month."""
    insert("Fee Period Lock", community=code, month=month, note="月度报表已核对，月结")


def set_targets(books: Books, today: date) -> None:
    """What is to be collected by the end of each quarter and of the year, by the community and by each steward alike; in percent."""
    first = fee_plan.first_month(today)
    for year in range(first.year, today.year + 1):
        for quarter, (current, arrears) in QUARTER_TARGETS.items():
            values = {"target_year": year, "current_target": current, "arrears_target": arrears}
            for steward in (None, *stewards(books.code)):
                insert("Collection Target", community=books.code, quarter=quarter, steward=steward, **values)


def stewards(code: str) -> list[str]:
    """The users who look after the areas of a community."""
    found = frappe.get_all("Service Area", {"community": code}, pluck="steward", order_by="area_name asc")
    return sorted(filter(None, {*found}))
