"""The money of the demo estate on paper: items and prices, who pays when, who does not pay and why. The same for the same estate and day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from property_service.fees.months import add_months, month_of

SEED = 20250415
MONTHS = 14
DUE_DAY = 15
PLAYED_HOMES = 400
"""Beyond so many homes nobody pays by these plans: a receipt takes its time."""
WATER_BUILDING = "LH-01"
WATER_COMPANY = "临湖市自来水有限公司"
DECORATOR = "临湖匠心装饰工程有限公司"
RESIDENCE, SHOP, OFFICE, SPACE = "Residence", "Shop", "Office", "Parking Space"
LIFT = "price * billable_area * (1 if floor <= 10 else 1.1 if floor <= 20 else 1.2)"


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """A fee item; `prices` are (from, to, yuan) of its tiers, or the one price. `usage` "": given to single units."""

    code: str
    name: str
    kind: str
    prices: tuple[tuple[float, float, float], ...]
    usage: str = ""
    account: str = ""
    floor_from: int | None = None
    delivery: tuple[str, ...] = ("Delivered", "Unsold")
    formula: str = ""
    water: bool = False
    one_off: bool = False


def items_of(community: str) -> tuple[ItemPlan, ...]:
    """Return the items of 绿湖花园 (LH) or 云栖里 (YQ): prices of typical practice in yuan."""
    lake = community == "LH"
    items = [
        ItemPlan("HOME", "物业服务费（住宅）", "Area", ((0, 0, 2.4 if lake else 3.2),), RESIDENCE, "600101"),
        ItemPlan("SHOP", "物业服务费（商铺）", "Area", ((0, 0, 5),), SHOP, "600102"),
        ItemPlan("LIFT", "电梯运行费", "Formula", ((0, 0, 0.35),), RESIDENCE, "600104", floor_from=3, formula=LIFT),
        ItemPlan("SPACE", "车位管理费", "Fixed", ((0, 0, 80),), SPACE, "600105", delivery=("Delivered",)),
        ItemPlan("RENT", "车位租金", "Fixed", ((0, 0, 300),), account="600106"),
    ]
    if lake:
        items.insert(2, ItemPlan("OFFICE", "物业服务费（写字间）", "Area", ((0, 0, 8),), OFFICE, "600103"))
        tiers = ((0, 180, 5), (180, 260, 7), (260, 0, 9))
        items.append(ItemPlan("WATER", "生活水费", "Metered", tiers, account="224101", water=True))
    else:
        items.append(ItemPlan("DECORUB", "装修垃圾清运费", "Fixed", ((0, 0, 5),), account="600107", one_off=True))
    return tuple(items)


# How people pay.
YEARLY, HALF_YEARLY, QUARTERLY, LATE, PARTLY = "yearly", "half-yearly", "quarterly", "late", "partly"
WITHOUT_LATE_FEE, STOPPED, DEVELOPER = "without late fee", "stopped", "developer"
# Of a hundred who owe; the others pay each quarter.
USUAL = ((YEARLY, 54), (HALF_YEARLY, 28), (LATE, 6), (PARTLY, 2), (STOPPED, 5))
WITHOUT_LATE_FEES = 2
FEWEST_DEBTORS = 3


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody has not paid for so many quarters (99: never), as a reminder notes it, and what he says."""

    quarters: int
    reason: str
    words: str


REFUSALS = (
    Refusal(99, "Dispute", "称楼上漏水问题多年未解决，拒缴物业费"),
    Refusal(4, "Quality of Service", "认为保洁、保安服务下降，要求整改后再缴"),
    Refusal(3, "Hardship", "失业在家，希望分期补缴"),
    Refusal(99, "Away", "长期在国外，电话无人接听，邮件未回复"),
    Refusal(2, "Vacant", "房屋空置未住，认为应当减免"),
    Refusal(5, "Developer's Defect", "外墙渗水由开发商遗留，要求修好后再缴"),
    Refusal(1, "Forgotten", "换了手机号，没有收到账单"),
    Refusal(1, "Away", "出差在外，答应回来后补缴"),
)


# What those say who are only late.
LATE_WORDS = (
    Refusal(0, "Forgotten", "忘记缴费，答应本周内到前台缴清"),
    Refusal(0, "Away", "出差在外，答应回来后缴清"),
)


@dataclass(frozen=True, slots=True)
class Habit:
    """How a debtor pays; `refusal` where he has stopped."""

    way: str
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody comes to pay at a time on the clocks of the community: everything open and `ahead` quarters more, or a `part` of it."""

    at: datetime
    ahead: int = 0
    part: float = 1
    principal_only: bool = False


def first_month(today: date) -> date:
    """Return the month the history begins with: that of a quarter, at least 13 months before today's."""
    return quarter_of(add_months(month_of(today), 1 - MONTHS))


def quarter_of(day: date) -> date:
    """Return the first day of a day's quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarters(today: date) -> list[date]:
    """Return the first days of the quarters of the history, up to the present one."""
    found = [first_month(today)]
    while add_months(found[-1], 3) <= today:
        found.append(add_months(found[-1], 3))
    return found


def deal_habits(debtors: Iterable[str], developers: Sequence[str], open_guest: str = "") -> dict[str, Habit]:
    """Return debtor → habit, by parts of a hundred; of few debtors some are still behind.

    `open_guest` has forgotten the present quarter, so that a visitor finds something to pay.
    """
    order = sorted({*debtors} - {*developers, open_guest})
    Random(f"{SEED}|{len(order)}").shuffle(order)  # noqa: S311  not a secret: the same people every time
    habits = {name: Habit(DEVELOPER) for name in developers}
    if open_guest:
        habits[open_guest] = Habit(STOPPED, REFUSALS[6])
    begin = 0
    for way, percent in USUAL:
        count = max(round(len(order) * percent / 100), FEWEST_DEBTORS if way == STOPPED else 1)
        for number, name in enumerate(order[begin : begin + count]):
            habits[name] = Habit(way, REFUSALS[number % len(REFUSALS)] if way == STOPPED else None)
        begin += count
    for name in order[begin : begin + WITHOUT_LATE_FEES]:
        habits[name] = Habit(WITHOUT_LATE_FEE)
    return {name: habits.get(name, Habit(QUARTERLY)) for name in (*order, *habits)}


def visit_of(debtor: str, habit: Habit, quarter: date, today: date) -> Visit | None:
    """Return when a debtor comes to pay what is billed for a quarter; None where nobody comes, and for a day still to come."""
    random = Random(f"{SEED}|{debtor}|{quarter}")  # noqa: S311  each draws for himself
    periods = quarters(today)
    number = periods.index(quarter)
    in_spring = Random(debtor).random() < 0.5  # noqa: S311  of those who pay half-yearly
    visit = _visit(habit, quarter, number, len(periods) - number, in_spring, random)
    return visit if visit and visit.at.date() <= today else None


def _visit(habit: Habit, quarter: date, number: int, left: int, in_spring: bool, random: Random) -> Visit | None:
    """The visit of a quarter, the n-th of the history, `left` quarters before the next one; None where nobody comes.

    Who pays for a year pays to its end, in the last quarter for the next year, too; half a year begins in January and July, or in April and
    October. Whoever comes in the middle at first pays up to where his next year or half begins.
    """
    rest_of_year = (12 - quarter.month) // 3
    if habit.way == YEARLY:
        begins = rest_of_year == 3 and number >= 2
        return _at(quarter, -12, 12, random, ahead=rest_of_year or 4) if number == 0 or begins else None
    if habit.way == HALF_YEARLY:
        begins = (rest_of_year % 2 == 0) == in_spring
        if number == 0:
            return _at(quarter, -10, 25, random, ahead=1 if begins else 2)
        return _at(quarter, -10, 40, random, ahead=1) if begins and number >= 2 else None
    if habit.way == DEVELOPER:
        return _at(quarter, 25, 45, random)
    if habit.way == LATE:
        return _at(quarter, 50, 125, random)
    if habit.way == PARTLY:
        return _at(quarter, 15, 50, random, part=random.choice((0.4, 0.5, 0.7)))
    if habit.way == WITHOUT_LATE_FEE:
        return _at(quarter, 62, 75, random, principal_only=True)
    if habit.refusal and left <= habit.refusal.quarters:
        return None
    next_year = random.random() < 0.05
    return _at(quarter, -13, 32, random, ahead=4 if next_year else 0)


def _at(quarter: date, low: int, high: int, random: Random, **values: object) -> Visit:
    """A visit `low` to `high` days after the day to pay by, mostly early."""
    days = round(random.triangular(low, high, low + (high - low) / 3))
    hour = random.choices((9, 10, 11, 14, 15, 16), (5, 6, 4, 3, 4, 4))[0]
    clock = time(hour, random.randrange(3, 60), random.randrange(60))
    return Visit(datetime.combine(quarter.replace(day=DUE_DAY) + timedelta(days=days), clock), **values)


def tenders_of(amount_cents: int, random: Random) -> list[tuple[str, int]]:
    """Return (mode, cents) by which somebody hands over an amount; cash is rounded up to the next ten yuan, the rest is change."""
    mode = random.choices(("WeChat", "Alipay", "POS", "Cash", "Transfer", "mixed"), (44, 20, 11, 12, 7, 6))[0]
    if mode == "Cash":
        return [(mode, -(-amount_cents // 1000) * 1000)]
    if mode == "mixed" and amount_cents > 30_000:
        by_phone = amount_cents // 2 // 10_000 * 10_000
        if by_phone:
            return [("WeChat", by_phone), ("Cash", -(-(amount_cents - by_phone) // 1000) * 1000)]
    return [("WeChat" if mode == "mixed" else mode, amount_cents)]


def closing_days(first: date, today: date, daily: int = 10) -> list[date]:
    """Return the days on which a cashier closes: the last of each month, and each of the last `daily` days before today."""
    since = today - timedelta(days=daily + 1)
    month_ends = [add_months(month, 1) - timedelta(days=1) for month in _months(month_of(first), month_of(since))]
    days = {day for day in month_ends if first <= day < since}
    return sorted(days | {today - timedelta(days=back) for back in range(1, daily + 2)})


def refund_day(today: date) -> date:
    """Return the day on which somebody gets a prepayment back: a recent one on which yearly payers still have one."""
    day = today - timedelta(days=35)
    return day if day.month < 10 else date(day.year, 9, 10)


def water_used(unit: str, month: date, is_lived_in: bool, household: int) -> int:
    """Return the m³ a home uses in a month; more in summer."""
    if not is_lived_in:
        return 0
    random = Random(f"{SEED}|{unit}|{month}")  # noqa: S311  as above
    summer = 1.2 if month.month in (6, 7, 8, 9) else 1
    return max(round(random.uniform(3.2, 5.4) * max(household, 1) * summer), 1)


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = add_months(first, 1)
