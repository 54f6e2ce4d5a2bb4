"""The demo's front desk seen by its manager: shifts handed over, contacts of last month drawn and scored, two emergencies, last month's report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import frappe
from frappe.utils import add_months, get_first_day, getdate, now_datetime

from property_service.front_desk import emergencies, handovers, monthly_report, quality_checks
from property_service.property_service.service_clock import as_of, from_local, local_day, site_now
from property_service.setup.demo.cast import MANAGER, staff
from property_service.setup.demo.history import as_user, date_rows, forget_news
from property_service.setup.demo.staff import BOTH
from property_service.setup.demo.stories import BURST

FIRST, SECOND = staff("front.desk"), staff("front.desk2")
STEWARDS = {
    "LH": (staff("steward.lake"), staff("steward.lake2")),
    "YQ": (staff("steward.cloud"), staff("steward.cloud2")),
}
SEED = "20260930"
# When what a handover names began; what came later did not stand on it.
BEGAN = {
    "Callback Promise": "promised_at",
    "Resident Complaint": "received_at",
    "Service Incident": "started_at",
    "Return Visit": "creation",
    "Repair Request": "reported_at",
    "Emergency Log": "happened_at",
}
HANDOVERS = (  # days ago, shift, clock, minutes until it was received, remark of a dispute
    (2, "Whole Day", time(18, 5), 12, ""),
    (1, "Whole Day", time(18, 2), 9, "钥匙柜少一把 3 栋设备间钥匙，交接本上写的是齐全，已联系上一班核对"),
    (1, "Night", time(22, 0), 0, ""),
)
WORDS = (
    "当班收费 6 笔，票据已交收费员",
    "前台钥匙 12 把、对讲机 2 台，齐全",
    "3 栋电梯年检人员明日 9:00 到，提前通知业主",
)
SCORES = ((10, 15, 25, 18, 15, 15), (9, 13, 22, 15, 12, 14), (8, 10, 25, 10, 8, 15), (10, 12, 0, 12, 15, 15))
SCORE_NOTES = ("", "", "", "未说明下一步和时限", "", "")
ENTRIES = {
    "YQ": (
        (0, "保安巡查发现 {building_no} 号楼地下配电间跳闸，全楼停电"),
        (4, "通知电工到场，客服在业主群和电梯轿厢发布通知"),
        (11, "确认电梯内无人被困，安排专人守候"),
        (38, "查明为地下室水泵电机短路，隔离后恢复送电"),
        (55, "逐层检查公共照明和门禁，恢复正常"),
    ),
    "LH": (
        (0, "接到 {room_no} 来电，厨房立管爆裂，水流入楼道"),
        (3, "引导业主关阀，派工夜间值班组，电话通知工程主管"),
        (14, "值班组到场，关闭单元立管总阀"),
        (75, "更换管件，恢复供水，楼道积水清理完毕"),
    ),
}


def make() -> None:
    """All of it for both communities, in the order of time, by the people themselves."""
    played: list[tuple[datetime, datetime]] = []
    begun = now_datetime()
    language, frappe.local.lang = frappe.local.lang, "zh"
    try:
        for community in BOTH:
            make_emergency(community, played)
            make_handovers(community, played)
            make_checks(community)
            make_report(community)
    finally:
        frappe.local.lang = language
    date_rows(("Emergency Log", "Shift Handover", "Version"), begun, played)


def _at(user: str, moment: datetime, played: list, act: Callable[[], Any]) -> Any:
    """An act of somebody at a site time of the past."""
    played.append((now_datetime(), moment))
    with as_user(user), as_of(moment):
        done = act()
    forget_news()
    return done


def make_emergency(community: str, played: list) -> None:
    """A power failure last month in one, a burst pipe in the other; closed, with what is changed since."""
    desk = STEWARDS[community][0]
    power = community == "YQ"
    today = local_day(community)
    day = getdate(get_first_day(today)) - timedelta(days=8) if power else today - timedelta(days=9)
    begin = from_local(community, datetime.combine(day, time(20, 10) if power else time(19, 40)))
    spot = _spot(community, burst=not power)
    values = {
        "doctype": emergencies.EMERGENCY,
        "title": f"{spot.building_no} 号楼地下配电间短路，全楼停电"
        if power
        else f"{spot.building_no} 栋 {spot.entrance_no} 单元立管爆裂，楼道进水",
        "kind": "Power Failure" if power else "Flood",
        "community": community,
        "building": spot.building,
        "place": "地下配电间" if power else f"{spot.entrance_no} 单元楼道",
        "happened_at": begin,
        "reported_by": "巡逻岗" if power else f"{spot.room_no} 业主",
        "service_incident": spot.incident,
    }
    name = _at(desk, begin, played, lambda: frappe.get_doc(values).insert()).name
    for minutes, words in ENTRIES[community]:
        moment, what = begin + timedelta(minutes=minutes), words.format(**spot)
        _at(desk, moment, played, lambda what=what: emergencies.add_entry(name, desk, what))
    end = begin + timedelta(minutes=ENTRIES[community][-1][0] + 6)
    _at(desk, end, played, lambda: emergencies.close(name, desk, "现场恢复正常，转入后续跟进"))
    after = {
        "damage": "水泵电机 1 台损坏" if power else "楼道墙面约 6 平方米受潮",
        "cause": "地下室渗水流入水泵电机接线盒" if power else "立管接头老化",
        "measures": "加装防水罩，列入每周巡查" if power else "同单元立管接头两周内全部检查",
    }

    def write_cause() -> None:
        doc = frappe.get_doc(emergencies.EMERGENCY, name)
        doc.update(after)
        doc.save()

    _at(MANAGER, end + timedelta(hours=13), played, write_cause)


def _spot(community: str, burst: bool) -> frappe._dict:
    """Where it happened: {incident, building, building_no, entrance_no, room_no}; of a burst pipe the home that called first."""
    incident = room = None
    if burst:
        about = {"community": community, "category": BURST}
        incident = frappe.db.get_value("Service Incident", about, "name", order_by="started_at asc, name asc")
    if incident:
        calls = {"incident": incident}
        room = frappe.db.get_value("Repair Request", calls, "unit", order_by="reported_at asc, name asc")
    # Where nobody called any home will do.
    home = {"name": room} if room else {"community": community, "usage": "Residence"}
    fields = ["building", "entrance", "room_no"]
    spot = frappe.db.get_value("Property Unit", home, fields, as_dict=True, order_by="name asc")
    spot.incident = incident
    spot.building_no = frappe.db.get_value("Building", spot.building, "building_no")
    spot.entrance_no = frappe.db.get_value("Entrance", spot.entrance, "entrance_no")
    return spot


def make_handovers(community: str, played: list) -> None:
    """Three shifts: one received, one disputed, one that waits for the second signature."""
    for number, (days, shift, clock, minutes, disputed) in enumerate(HANDOVERS):
        day = local_day(community) - timedelta(days=days)
        moment = from_local(community, datetime.combine(day, clock))
        maker, receiver = STEWARDS[community] if number % 2 else (FIRST, SECOND)
        if minutes and disputed and community == "YQ":
            disputed = ""
        doc = _at(
            maker,
            moment,
            played,
            lambda shift=shift, day=day, maker=maker: handovers.begin(community, shift, day, maker),
        )
        _at(maker, moment, played, lambda doc=doc, moment=moment: _settle(doc, moment))
        _at(
            maker,
            moment + timedelta(minutes=3),
            played,
            lambda doc=doc, maker=maker: handovers.hand_over(doc.name, maker),
        )
        later = moment + timedelta(minutes=minutes)
        if not minutes:
            continue
        sign = (handovers.dispute, disputed) if disputed else (handovers.receive, "")
        _at(receiver, later, played, lambda doc=doc, who=receiver, sign=sign: sign[0](doc.name, who, sign[1]))


def _settle(doc: Any, moment: datetime) -> None:
    """What began later did not stand on it; the rest gets the words of the shift."""
    began = {}
    for doctype, field in BEGAN.items():
        names = [row.reference_name for row in doc.items if row.reference_doctype == doctype]
        rows = frappe.get_all(doctype, {"name": ["in", [*names, ""]]}, ["name", field], order_by="name asc")
        began |= {(doctype, row.name): row[field] for row in rows}
    doc.items = [
        row for row in doc.items if (began.get((row.reference_doctype, row.reference_name)) or moment) <= moment
    ]
    doc.cash_note, doc.keys_note, doc.note = WORDS
    if doc.items:
        doc.items[0].note = "已电话告知业主进展，明早再跟进"
    for number, row in enumerate(doc.items, 1):
        row.idx = number
    doc.append("items", {"kind": "Other", "item_text": "快递柜 2 号门卡扣松动，已贴提示，待报修", "by_hand": 1})
    doc.flags.by_rules = True
    doc.save()


def make_checks(community: str) -> None:
    """Last month's draw: three of four checks are scored, half of those told, and one has a remark."""
    month = getdate(get_first_day(add_months(local_day(community), -1)))
    with as_user(MANAGER), as_of(_first_morning(community)):
        names = [name for name in quality_checks.draw(community, month, SEED) if _person(name) != MANAGER]
        for number, name in enumerate(names):
            if number % 4 == 3:
                continue
            quality_checks.score(
                name, MANAGER, SCORES[number % len(SCORES)], SCORE_NOTES, "总体规范" if number % 2 else ""
            )
            if number % 2 == 0:
                quality_checks.tell(name, MANAGER)
    told = [name for number, name in enumerate(names) if number % 4 == 2]
    for name in told[:1]:
        person = _person(name)
        with as_user(person), as_of(_first_morning(community)):
            quality_checks.remark_on(name, person, "当时来电较多，下次会先告知处理时限")
    forget_news()


def _person(check: str) -> str:
    return frappe.db.get_value(quality_checks.CHECK, check, "person")


def _first_morning(community: str) -> datetime:
    """The morning of the first of this month, when last month is looked at."""
    first = datetime.combine(get_first_day(local_day(community)), time(9, 30))
    return min(from_local(community, first), site_now())


def make_report(community: str) -> None:
    """Last month's report, final, with the manager's words."""
    month = getdate(get_first_day(add_months(local_day(community), -1)))
    with as_user(MANAGER), as_of(_first_morning(community)):
        doc = frappe.get_doc({"doctype": monthly_report.REPORT, "community": community, "month": month})
        doc.update(
            {
                "highlights": "报修到场及时率保持稳定，夜间爆管事件 15 分钟内到场处置，业主回访满意。",
                "problems": "个别维修超时，主要因配件到货慢；已与供应商约定常用配件周转库存。",
                "plans": "开展公共立管接头排查；完成管家分片区上门走访；组织业主座谈会一次。",
            }
        )
        doc.insert()
        monthly_report.finalise(doc.name, MANAGER)
    forget_news()
