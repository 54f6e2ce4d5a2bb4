"""What a new site starts with for residents' questions and for greetings: national numbers and occasions. Made once, then the customer's."""

from __future__ import annotations

from typing import Any

import frappe

from property_service.property_service.rule_error import mark as _

# Numbers of the whole country alone; those of a town or a company are the customer's to enter.
CONTACTS = (
    ("Emergency", "公安报警 Police", "报警求助 Police", "110", "24 h"),
    ("Emergency", "火警 Fire Brigade", "火灾与救援 Fire and rescue", "119", "24 h"),
    ("Emergency", "急救中心 Ambulance", "医疗急救 Medical emergencies", "120", "24 h"),
    ("Emergency", "交通事故报警 Traffic Police", "道路交通事故 Road accidents", "122", "24 h"),
    ("Utilities", "国家电网 State Grid", "停电与电力报修 Power cuts", "95598", "24 h"),
    ("Government", "政务服务便民热线 Government Hotline", "咨询、投诉、求助 Questions and complaints", "12345", "24 h"),
    ("Government", "消费者投诉 Consumer Complaints", "消费维权 Consumer rights", "12315", ""),
    ("Government", "公共法律服务 Legal Advice", "免费法律咨询 Free legal advice", "12348", ""),
    ("Health", "卫生健康热线 Health Hotline", "健康咨询 Health questions", "12320", ""),
    ("Health", "心理援助热线 Mental Health Support", "心理援助 Somebody to talk to", "12356", ""),
)
# Days of the lunar calendar, as the calendar of the next years has them.
SPRING = ("2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23")
AUTUMN = ("2026-09-25", "2027-09-15", "2028-10-03", "2029-09-22", "2030-09-12", "2031-10-01")
OCCASIONS: tuple[dict[str, Any], ...] = (
    {
        "occasion_name": _("Birthday"),
        "kind": "Birthday",
        "text_zh": "{name}，{community}物业服务中心祝您生日快乐，身体健康，阖家幸福！",
        "text_en": "Happy birthday, {name}! All the best from the service centre of {community}.",
    },
    {
        "occasion_name": _("Spring Festival"),
        "kind": "Festival",
        "text_zh": "{name}，新春快乐！{community}物业服务中心祝您和家人新年吉祥，万事如意。",
        "text_en": "Happy New Year, {name}! The service centre of {community} wishes you and your family all the best.",
        "dates": SPRING,
    },
    {
        "occasion_name": _("Mid-Autumn Festival"),
        "kind": "Festival",
        "text_zh": "{name}，中秋快乐！{community}物业服务中心祝您花好月圆，阖家团圆。",
        "text_en": "Happy Mid-Autumn Festival, {name}! Warm wishes from the service centre of {community}.",
        "dates": AUTUMN,
    },
    {
        "occasion_name": _("Moving-in Day"),
        "kind": "Moving-in Day",
        "text_zh": "{name}，欢迎入住{community}！有任何需要，请随时联系物业服务中心。",
        "text_en": "Welcome to {community}, {name}! Whatever you need, the service centre is there for you.",
    },
)


def ensure_community_life() -> None:
    """A site that has contacts or occasions of its own keeps them as they are."""
    if not frappe.db.count("Useful Contact"):
        for group, name, purpose, phone, hours in CONTACTS:
            _insert(
                {
                    "doctype": "Useful Contact",
                    "group_name": group,
                    "contact_name": name,
                    "purpose": purpose,
                    "phone": phone,
                    "hours": hours,
                    "is_public": 1,
                }
            )
    if not frappe.db.count("Greeting Occasion"):
        for occasion in OCCASIONS:
            days = [{"on_date": day} for day in occasion.get("dates", ())]
            _insert({"doctype": "Greeting Occasion", **occasion, "dates": days})


def _insert(values: dict[str, Any]) -> None:
    # The installer acts for nobody.
    frappe.get_doc(values).insert(ignore_permissions=True)
