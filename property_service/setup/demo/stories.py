"""Stories told by the demo: what is open today, and the burst pipe and the warranty leak, each once finished and once to play."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

import frappe

from property_service.dispatch import incidents
from property_service.front_desk import return_visits
from property_service.property_service.service_clock import site_now
from property_service.repairs import desk_intake, staff_acts, warranty_case
from property_service.repairs.lifecycle import COMPLETED
from property_service.setup.demo import acts, after_work
from property_service.setup.demo.cases import Case, Home
from property_service.setup.demo.cast import MANAGER, Role, read, staff
from property_service.setup.demo.faults import FAULTS, Fault
from property_service.setup.demo.history import Script, as_user
from property_service.setup.demo.households import CONTRACTOR
from property_service.setup.demo.staff import CONTRACTOR_TEAM

BURST, LEAK = "Burst Pipe", "Leak in Wall or Ceiling"
PIPE = Fault("水管爆了，水喷得到处都是，快来人", "关闭楼栋总阀，更换立管爆裂段，保压试水正常后恢复供水")
TEXT_TO_READ = "您好，您这一梯的给水立管爆裂，值班师傅已到场关阀抢修，预计一小时内恢复供水。请先关好家里的水龙头。"
ALL_WELL = "给水立管已更换，供水恢复。初次放水可能发黄，请放水两三分钟后再用。给您带来不便，敬请谅解。"
CALLS = 5
FEWEST = 4  # homes in one line of a tower, so that the story fits


def open_cases(homes: list[Home], portal: list[Home], today: date, now: datetime, random: Random) -> list[Case]:
    """What is under way today. `now` is the time on the clocks of the communities; `portal` begins with the guests."""
    landlord, tenant, payer = portal[:3]
    others = portal[3:]
    guests = {landlord.resident, tenant.resident, payer.resident, tenant.unit}
    lake = [home for home in homes if home.community == "LH" and not {home.resident, home.unit} & guests]
    cloud = [home for home in homes if home.community == "YQ"]

    def ago(minutes: int) -> datetime:
        return now - timedelta(minutes=minutes)

    def on(days: int, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(today - timedelta(days=days), time(hour, minute))

    def case(at: datetime, home: Home, category: str, which: int, channel: str, fate: str, **more: object) -> Case:
        return Case(at, home, category, FAULTS[category][which], channel, fate, **more)

    def home(of: list[Home]) -> Home:
        return random.choice(of)

    return [
        # The desk's morning: what nobody has looked at yet.
        case(ago(18), home(others), "Toilet or Basin", 2, "Portal", acts.STAYS_NEW, wish=(1, 10)),
        case(ago(42), home(others), "Intercom", 0, "Portal", acts.STAYS_NEW, wish=(2, 14)),
        case(ago(75), home(lake), "Public Light", 4, "WeChat", acts.STAYS_NEW),
        case(ago(55), home(lake), "Cleaning", 1, "Phone", acts.STAYS_ACCEPTED),
        case(ago(22), home(cloud), "Lift Fault", 1, "Phone", acts.STAYS_ACCEPTED),
        # In the pool, given, taken, on the spot.
        case(ago(35), home(lake), "Blocked Drain", 1, "Phone", acts.STAYS_SENT),
        case(ago(25), home(cloud), "Tap or Pipe Leak", 1, "WeChat", acts.STAYS_SENT, wish=(1, 9)),
        case(on(1, 16, 45), home(lake), "Tap or Pipe Leak", 3, "Phone", acts.STAYS_SENT, wish=(2, 14)),
        case(on(1, 17, 10), home(lake), "Air Conditioner", 0, "Phone", acts.STAYS_SENT, wish=(2, 10)),
        case(ago(30), home(lake), "Socket or Switch", 1, "Phone", acts.STAYS_SENT),
        case(ago(65), home(lake), "Tap or Pipe Leak", 4, "Phone", acts.STAYS_TAKEN, who="plumber", wish=(1, 16)),
        case(on(1, 14, 12), landlord, "Window", 0, "Portal", acts.STAYS_TAKEN, wish=(2, 9)),
        case(ago(110), home(cloud), "Low Water Pressure", 1, "Phone", acts.STAYS_IN_WORK, who="plumber"),
        case(on(1, 16, 20), home(lake), "Door or Lock", 1, "Phone", acts.STAYS_IN_WORK),
        # Resting, waiting for a price, passed on, late, open again.
        case(on(3, 9, 35), home(lake), "Window", 1, "Counter", acts.STAYS_ON_HOLD),
        case(on(3, 10, 5), home(cloud), "Intercom", 3, "Phone", acts.STAYS_PUT_OFF),
        case(on(1, 15, 10), payer, "Toilet or Basin", 0, "Portal", acts.STAYS_QUOTED, who="plumber"),
        case(on(1, 10, 40), home(lake), "Door or Lock", 0, "Phone", acts.STAYS_QUOTED),
        case(on(2, 8, 50), home(cloud), "Low Water Pressure", 0, "Phone", acts.STAYS_REFERRED),
        case(on(4, 9, 15), home(lake), "Tap or Pipe Leak", 3, "Phone", acts.STAYS_ON_HOLD, who="plumber"),
        case(on(2, 9, 20), home(lake), "Toilet or Basin", 1, "Phone", after_work.REOPENED_TODAY, who="plumber"),
        case(on(2, 9, 10), home(others), "Cleaning", 0, "Portal", after_work.SENT_BACK_TODAY),
        # Finished the day before yesterday and yesterday: today's calls.
        case(on(3, 19, 5), tenant, "Indoor Lamp", 1, "Portal", after_work.STAYS_DONE),
        case(on(3, 10, 30), home(lake), "Door or Lock", 0, "Phone", after_work.STAYS_DONE, wish=(1, 16)),
        case(on(4, 13, 45), home(cloud), "Toilet or Basin", 3, "Phone", after_work.STAYS_DONE, wish=(2, 14)),
        case(on(2, 14, 5), home(lake), "Power Loss", 1, "Phone", after_work.STAYS_DONE),
        case(on(5, 14, 30), home(cloud), "Door or Lock", 3, "WeChat", after_work.STAYS_DONE, wish=(3, 15)),
        case(on(3, 14, 40), home(lake), "Socket or Switch", 0, "Phone", after_work.CALL_AGAIN),
        case(on(3, 15, 20), home(cloud), "Blocked Drain", 3, "Phone", after_work.CALL_AGAIN),
        # Two jobs of one household: one call.
        case(on(2, 8, 40), lake[1], "Tap or Pipe Leak", 0, "Phone", after_work.STAYS_DONE),
        case(on(2, 8, 41), lake[1], "Intercom", 1, "Phone", after_work.STAYS_DONE),
        # Done, and not paid yet.
        case(on(6, 10, 15), home(lake), "Paint, Tiles and Floor", 1, "Counter", "stays_unpaid"),
        case(on(8, 9, 30), landlord, "Socket or Switch", 2, "Portal", "usual"),
        case(on(20, 11, 10), tenant, "Tap or Pipe Leak", 1, "Portal", "usual"),
        case(on(33, 19, 30), payer, "Blocked Drain", 2, "Portal", "usual"),
    ]


def line_of(homes: list[Home], skip: int = 0) -> list[Home]:
    """Up to five homes one above the other in 绿湖花园: neighbours of one riser. `skip`: not the first such line."""
    lines: dict[tuple, list[Home]] = {}
    for home in homes:
        if home.community == "LH":
            lines.setdefault((home.building, home.entrance, home.riser), []).append(home)
    fitting = [line for line in lines.values() if len(line) >= FEWEST] or sorted(lines.values(), key=len)[-1:]
    return fitting[-1 - skip % len(fitting)][:CALLS]


def burst_pipe(line: list[Home], roles: list[Role], add: Callable[[datetime, Script], None]) -> Script:
    """Five calls about one riser: an incident, the text to read out, finished by phone, all five informed.

    `add` begins what follows for each of the callers.
    """
    desk, names = staff("front.desk2"), []
    waits = (0, 3, 3, 4, 9)
    incident = ""
    for number, (home, minutes) in enumerate(zip(line, waits, strict=False)):
        if minutes:
            yield site_now() + timedelta(minutes=minutes)
        with as_user(desk):
            values = {"category": BURST, "description": PIPE.text, "unit": home.unit, "resident": home.resident}
            names.append(desk_intake.take_call({**values, "channel": "Phone"})["name"])
        if number == 0:
            yield site_now() + timedelta(minutes=2)
            with as_user(staff("night")):
                staff_acts.take(names[0])
        incident = frappe.db.get_value("Repair Request", names[-1], "incident") or ""
        if incident and frappe.db.get_value("Service Incident", incident, "status") == incidents.PROPOSED:
            yield site_now() + timedelta(minutes=1)
            with as_user(desk):
                doc = incidents.confirm(incident)
                doc.text_to_read = TEXT_TO_READ
                doc.save()
    yield site_now() + timedelta(minutes=2)
    with as_user(staff("night")):
        staff_acts.arrive(staff_acts.locked(names[0]))
    for name in names:
        with as_user(desk):
            doc = staff_acts.locked(name)
            if doc.incident and not doc.incident_confirmed:
                staff_acts.confirm_incident(doc, True)
    yield site_now() + timedelta(minutes=52)
    with as_user(staff("night")):
        staff_acts.finish(staff_acts.locked(names[0]), PIPE.work, None, None, None)
    yield site_now() + timedelta(minutes=4)
    if incident:
        with as_user(desk):
            incidents.close_incident(incident, ALL_WELL)
    for name, role in zip(names, roles, strict=False):
        life = acts.Life(role.case, role)
        life.name = name
        add(site_now(), after_work.followed_up(life))


def warranty_leak(case: Case, role: Role, finished: bool) -> Script:
    """A leak of the new estate: survey, the contractor stalls, letters. `finished`: to the end, not fixed at first."""
    life = acts.Life(case, role)
    life.fate = acts.STAYS_NEW
    life.report()
    steward = staff("steward.cloud")

    def step(name: str, remark: str, **more: str) -> None:
        with as_user(steward):
            staff_acts.warranty_step(
                staff_acts.locked(life.name), name, None, remark, more.get("responsibility"), more.get("contractor")
            )

    yield role.later(10, 20)
    with as_user(steward):
        staff_acts.accept(staff_acts.locked(life.name), None, None, CONTRACTOR_TEAM)
    yield role.wall(1, 10, 20)
    step(warranty_case.SURVEY, "管家与工程师上门：卫生间吊顶渗水，楼上闭水 24 小时后渗漏加重，判断为防水层失效")
    yield role.wall(1, 15, 5)
    step(
        warranty_case.RESPONSIBILITY,
        "防水在五年保修期内，责任在开发商",
        responsibility=warranty_case.DEVELOPER,
        contractor=CONTRACTOR,
    )
    yield role.wall(1, 15, 30)
    step(warranty_case.ORDERED, "保修派工单已发施工单位，要求三日内上门")
    if not finished:
        yield role.wall(6, 9, 40)
        step(warranty_case.REMINDED, "约定日期未到场，已发第一次催办函")
        return
    yield role.wall(6, 9, 40)
    step(warranty_case.REMINDED, "约定日期未到场，已发第一次催办函")
    yield role.wall(9, 9, 15)
    step(warranty_case.REMINDED, "仍未到场，已发第二次催办函，抄送开发商工程部")
    yield role.wall(9, 16, 30)
    step(warranty_case.APPOINTMENT, "施工单位约定后天上午 9 点到 11 点上门")
    yield role.wall(11, 16, 10)
    step(warranty_case.FIXED, "楼上地漏周边凿开，防水补刷两遍，闭水 24 小时")
    yield role.wall(12, 10, 35)
    _visit(life.name, staff("front.desk"), "Dissatisfied", "Not Fixed", "业主说吊顶还在滴水，没有修好")
    yield role.wall(12, 11, 20)
    step(warranty_case.ORDERED, "返工：要求施工单位整间重做防水")
    yield role.wall(13, 9, 30)
    step(warranty_case.APPOINTMENT, "约定次日全天施工，业主留人")
    yield role.wall(18, 15, 40)
    step(warranty_case.FIXED, "卫生间防水整体重做，闭水 48 小时无渗漏，吊顶恢复")
    yield role.wall(19, 15, 15)
    _visit(life.name, MANAGER, "Satisfied", None, "已修好，业主满意，同意签字")
    yield role.wall(19, 16, 0)
    if read(life.name).status not in (COMPLETED, "Awaiting Visit", "Closed"):
        return
    step(warranty_case.SIGNED, "业主已在保修验收单上签字")


def _visit(request: str, user: str, result: str, reason: str | None, remark: str) -> None:
    name = frappe.db.get_value("Return Visit", {"reference_name": request, "status": return_visits.DUE}, "name")
    with as_user(user):
        return_visits.record_attempt(name, "Phone", True, result, reason, remark)
