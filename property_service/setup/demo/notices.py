"""Notices of the demo estate with who has read them, and two weeks of birthday greetings."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

import frappe
from frappe.utils import now_datetime

from property_service.community_life import greetings, notice_places, notice_receipts, notice_work, notices
from property_service.community_life.greeting_rules import BIRTHDAY
from property_service.community_life.notice_places import NOTICE, RECEIPT
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.service_clock import as_of, from_local, local_day, site_now
from property_service.setup.demo.cast import MANAGER, staff
from property_service.setup.demo.history import as_user, date_rows, forget_news

SEED = 20160930
GREETED_DAYS = 14
# Community, days ago, days shown (0: open end), kind, urgent, to be confirmed, places (building, entrance, riser), share that has
# read it in per cent, title, paragraphs.
NOTICES: tuple[tuple[Any, ...], ...] = (
    ("LH", 0, 2, "Outage", 1, 0, (("LH-01", "", ""),), 22, "1栋二次供水水箱清洗停水通知",
     ("为保障饮水安全，明日 9:00-15:00 清洗 1 栋生活水箱，届时停水。", "请提前储水，停水期间关好水龙头；恢复供水后请先放水两分钟。")),
    ("LH", 3, 12, "Safety", 0, 1, (), 41, "关于电动自行车禁止上楼充电的通知",
     ("近期巡查发现个别楼层有电动自行车上楼、飞线充电现象。", "请在架空层充电棚充电。楼道、电梯轿厢和室内一律禁止停放、充电。")),
    ("LH", 9, 0, "Rules", 0, 0, (), 58, "绿湖花园生活垃圾分类投放时间调整",
     ("投放时间调整为 6:30-9:00、18:00-21:00，错时投放请到 3 栋东侧。",)),
    ("LH", 20, 10, "Fees", 0, 0, (), 66, "第四季度物业费缴纳提示",
     ("第四季度物业服务费已出账，请于当月 15 日前缴纳。", "前台、住户页面均可办理，可开具发票。")),
    ("LH", 35, 5, "Festival", 0, 0, (), 71, "节日期间服务安排",
     ("节日期间客服中心照常值班，报修热线 24 小时开通。", "外出请关闭水、电、燃气阀门。")),
    ("YQ", 1, 6, "Outage", 0, 1, (("YQ-01", "YQ-01-1", "01"),), 33, "1栋1单元01立管疏通作业通知",
     ("后天 10:00-12:00 疏通 1 栋 1 单元 01 立管，作业期间请勿用水排水。",)),
    ("YQ", 6, 0, "Rules", 0, 0, (), 52, "装修期间公共区域保护须知",
     ("材料搬运请走货梯，出入请使用保护垫；施工时间以装修许可证为准。",)),
    ("YQ", 18, 7, "Notice", 0, 0, (), 63, "地下车库照明升级改造完工通知",
     ("地下车库已更换为感应照明，如有死角请告知客服中心。",)),
)  # fmt: skip
SCHEDULED = (
    "LH", "Safety", "冬季防火与用电安全提示",
    ("天气转冷，取暖设备请勿覆盖衣物，人离断电。", "消防通道请保持畅通，发现隐患请致电客服中心。"),
)  # fmt: skip


def make() -> None:
    """Play the notices in the order of time, and the birthdays of the last two weeks."""
    played: list[tuple[datetime, datetime]] = []
    begun, random = now_datetime(), Random(SEED)  # noqa: S311  not a secret: the same readers every time
    language, frappe.local.lang = frappe.local.lang, "zh"
    try:
        with as_user(staff("front.desk")):
            for row in sorted(NOTICES, key=lambda row: (-row[1], row[0])):
                _Notice(row, played, random).play()
            _scheduled()
        _agree_to_greetings()
        _greet(played)
    finally:
        frappe.local.lang = language
    date_rows((NOTICE, greetings.GREETING, "Service Message", "Version"), begun, played)


class _Notice:
    """One notice, published, read and, where its time is over, ended."""

    def __init__(self, row: tuple[Any, ...], played: list, random: Random) -> None:
        (self.community, self.days, self.shown, self.kind, self.urgent, self.confirm, self.places, self.read) = row[:8]
        self.title, self.lines, self.played, self.random = row[8], row[9], played, random
        day = local_day(self.community) - timedelta(days=self.days)
        # Of today's notice at the latest an hour ago: it has been read by some.
        self.at = min(from_local(self.community, datetime.combine(day, time(9, 10))), site_now() - timedelta(hours=1))

    def play(self) -> None:
        self.played.append((now_datetime(), self.at))
        with as_of(self.at):
            name = self.publish()
        self.note_readers(name)
        # Urgent from the beginning; nobody is told of what is long past.
        frappe.db.set_value(NOTICE, name, {"is_urgent": self.urgent, **notice_work.counted(_doc(name))})
        ends = self.at + timedelta(days=self.shown)
        if self.shown and ends <= site_now():
            with as_of(ends):
                notices.end(name)
        forget_news()

    def publish(self) -> str:
        doc = frappe.get_doc(
            {
                "doctype": NOTICE,
                "community": self.community,
                "title": self.title,
                "kind": self.kind,
                "must_confirm": self.confirm,
                "publish_from": self.at,
                "publish_to": self.at + timedelta(days=self.shown) if self.shown else None,
                "scope": notice_places.PLACES if self.places else notice_places.COMMUNITY,
                "body": "".join(f"<p>{line}</p>" for line in self.lines),
            }
        )
        for building, entrance, riser in self.places:
            doc.append("places", {"building": building, "entrance": entrance or None, "riser": riser or None})
        doc.insert()
        notices.publish(doc.name, MANAGER)
        return doc.name

    def note_readers(self, name: str) -> None:
        """One person of each household that has read it; some time between then and now."""
        units: dict[str, str] = {}
        for resident, unit in sorted(notice_places.residents_reached(name, self.community), key=lambda row: row[::-1]):
            units.setdefault(unit, resident)
        readers = [(unit, who) for unit, who in units.items() if self.random.randrange(100) < self.read]
        span = max(int((min(site_now(), self.at + timedelta(days=5)) - self.at).total_seconds()), 60)
        names = hash_names(len(readers)) if readers else []
        rows = []
        for row_name, (unit, resident) in zip(names, readers, strict=True):
            read_at = self.at + timedelta(seconds=self.random.randrange(30, span))
            confirmed = self.confirm and self.random.randrange(100) < 80
            rows.append(
                {
                    "name": row_name,
                    **dict.fromkeys(("creation", "modified"), read_at),
                    "notice": name,
                    "community": self.community,
                    "resident": resident,
                    "unit": unit,
                    "read_at": read_at,
                    "confirmed_at": read_at + timedelta(seconds=40) if confirmed else None,
                    "receipt_key": notice_receipts.receipt_key(name, resident),
                }
            )
        insert_block(RECEIPT, rows)


def _scheduled() -> None:
    """One whose time comes the day after tomorrow."""
    community, kind, title, lines = SCHEDULED
    day = local_day(community) + timedelta(days=2)
    doc = frappe.get_doc(
        {
            "doctype": NOTICE,
            "community": community,
            "title": title,
            "kind": kind,
            "publish_from": from_local(community, datetime.combine(day, time(9, 0))),
            "body": "".join(f"<p>{line}</p>" for line in lines),
        }
    ).insert()
    notices.publish(doc.name, MANAGER)


def _doc(name: str) -> Any:
    return frappe.get_doc(NOTICE, name)


def _agree_to_greetings() -> None:
    """Four of five people of the demo want to be greeted; one statement."""
    person, stay = frappe.qb.DocType("Resident"), frappe.qb.DocType("Unit Occupancy")
    here = frappe.qb.from_(stay).select(stay.resident).where(stay.community.isin(["LH", "YQ"]))
    day = frappe.query_builder.functions.Extract("day", person.birthday)
    frappe.qb.update(person).set(person.greeting_consent, 1).where(person.birthday.isnotnull()).where(
        day % 5 != 0
    ).where(person.name.isin(here)).run()


def _greet(played: list[tuple[datetime, datetime]]) -> None:
    """The birthdays of the last days, at nine o'clock; the switch of the site stays as it is."""
    names = frappe.get_all("Greeting Occasion", {"kind": BIRTHDAY, "enabled": 1}, pluck="name", order_by="name asc")
    for name in names[:1]:
        occasion = frappe.get_doc("Greeting Occasion", name)
        for ago in range(GREETED_DAYS, 0, -1):
            for community in ("LH", "YQ"):
                day = local_day(community) - timedelta(days=ago)
                at = from_local(community, datetime.combine(day, time(9, 0)))
                played.append((now_datetime(), at))
                with as_of(at):
                    people = greetings.people_for(occasion, community, day)
                    greetings.send(occasion, community, day, people)
