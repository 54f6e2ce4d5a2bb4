"""Answers, useful numbers and equipment of the demo estate, and what nobody has answered yet. All of it invented but for national numbers."""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe.utils import add_days, today

from property_service.front_desk import equipment, knowledge
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.service_clock import as_of, site_now
from property_service.setup.demo.cast import staff
from property_service.setup.demo.estate_plan import CLOUD, LAKE

ANSWER, CONTACT = "demo-answer-", "demo-contact-"
# The demo's own desks: phones of places that do not exist.
CONTACTS = (
    ("Utilities", "临湖市自来水公司", "停水、水质、水表故障", "4000000101", "24 小时", ""),
    ("Utilities", "临湖燃气抢修", "燃气泄漏、停气", "4000000102", "24 小时", ""),
    ("Utilities", "临湖广电宽带", "有线电视与宽带报修", "4000000103", "8:00-20:00", ""),
    ("Government", "绿湖社区居委会", "证明、养老、居住登记", "4000000104", "工作日 9:00-17:00", ""),
    ("Health", "绿湖社区卫生服务中心", "门诊、疫苗、慢病随访", "4000000105", "8:00-17:30", ""),
    ("Home Services", "便民开锁（公安备案）", "忘带钥匙、换锁芯", "4000000106", "24 小时", "开锁须出示身份证明"),
    ("Home Services", "旧家具清运", "大件垃圾上门清运", "4000000107", "9:00-18:00", "按件收费，先报价"),
    ("Transport", "绿湖出租车调度", "预约出租车", "4000000108", "24 小时", ""),
    ("Other", "绿湖花园客服中心", "报修、咨询、投诉", LAKE.phone, "8:30-18:00", "夜间转监控室"),
    ("Other", "云栖里客服中心", "报修、咨询、投诉", CLOUD.phone, "8:30-18:00", "夜间转监控室"),
)
# Title, topic, public, synonyms, responsible party, number of the contact above (0: none), script, paragraphs, times used.
ARTICLES = (
    (
        "水管爆裂了怎么办", "Repairs", 1, "爆管、水管爆了、喷水、家里淹水、漏水很大", "维修班组", 0,
        "您先别急，请马上关闭入户总阀门。我现在就派师傅，15 分钟内到。",
        ("先关闭入户总阀门；够不着时请告诉客服，我们关闭单元总阀。", "切断漏水附近的电源，移开贵重物品。", "师傅 15 分钟内到场，2 小时内处理完毕。"), 42,
    ),
    (
        "家里闻到煤气味怎么办", "Repairs", 1, "燃气泄漏、天然气、煤气、漏气", "燃气公司", 2,
        "请不要开关任何电器，打开门窗，到室外再打电话。",
        ("不要开关电器和点火，关闭燃气阀门，打开门窗，人员撤到室外。", "到室外后拨打燃气抢修电话，同时告知客服中心。"), 9,
    ),
    (
        "突然停电怎么报修", "Repairs", 1, "没电、跳闸、断电、停电", "物业电工；片区停电为国家电网 95598", 0, "",
        ("先看入户配电箱是否跳闸。", "只有自家没电：联系客服中心派电工；整栋没电：客服会公布恢复时间，也可拨打 95598。"), 31,
    ),
    (
        "电梯困人怎么办", "Repairs", 1, "困梯、电梯坏了、电梯停了", "电梯维保单位", 0,
        "请不要扒门，按轿厢内的呼叫按钮，我们正在联系维保，30 分钟内到。",
        ("请按轿厢内黄色呼叫按钮，不要扒门、跳动。", "维保人员 30 分钟内到场，客服全程与您保持通话。"), 12,
    ),
    (
        "保修期内的维修要收费吗", "Repairs", 1, "质保、保修、免费维修、开发商维修", "建设单位维修部", 0, "",
        ("保修期内、非人为损坏的，由建设单位免费维修。", "防水 60 个月、水电管线 24 个月、洁具 12 个月，以交付手册为准。"), 18,
    ),
    (
        "物业费怎么交", "Fees", 1, "交物业费、缴费、管理费、微信缴费、交费方式", "收费处", 0, "",
        ("前台可用现金、微信、支付宝、刷卡或转账；住户页面里也能查账单、在线支付。", "按季度预收，每季度首月 15 日前缴清。"), 57,
    ),
    (
        "物业费可以开发票吗", "Fees", 1, "发票、电子发票、开票、抬头、收据换发票", "收费处", 0, "",
        ("凭收据换开发票，收据收回；一笔款只开一次。", "单位抬头请带税号。"), 26,
    ),
    (
        "房子空着物业费能打折吗", "Fees", 1, "空置房、没人住、减免、七折、空置费", "物业经理", 0,
        "可以申请的，连续空置满半年，带上申请表，经理审核后执行。",
        ("连续空置六个月以上可书面申请，核实后按 70% 收取，入住前请告知前台。",), 14,
    ),
    (
        "装修需要办什么手续", "Decoration", 1, "装修申报、装修证、押金、开工、装修流程", "客服中心", 0, "",
        ("在住户页面或前台申报：施工内容、日期、施工单位、图纸和承诺书。", "3 个工作日内答复；交押金后领取装修许可证和工人出入证。"), 33,
    ),
    (
        "几点可以装修施工", "Decoration", 1, "施工时间、周末装修、噪音、午休、电钻", "客服中心", 0, "",
        ("周一至周五 8:00-12:00、14:00-18:00；周末只许无噪音作业 9:00-12:00、14:00-17:00；法定节假日和高考期间停工。",), 29,
    ),
    (
        "停车月卡怎么办理", "Parking", 1, "月卡、月租车、停车费、车位、办停车证", "收费处", 0, "",
        ("带行驶证和房屋信息到前台办理；地面月卡每月 150 元，自缴费当天起一个月有效。",), 38,
    ),
    (
        "访客停车怎么收费", "Parking", 1, "临时停车、亲友来访、访客车、外来车", "门岗", 0, "",
        ("前 30 分钟免费，之后按门岗公示标准收取；可在前台为亲友登记当日免费一次。",), 16,
    ),
    (
        "搬家要开放行条吗", "Moving", 1, "搬家、放行条、出门条、大件搬出、搬走", "客服中心", 0, "",
        ("业主本人或持委托书到前台办理放行条，预约货梯时段；欠费不影响放行。",), 21,
    ),
    (
        "装修垃圾放哪里", "Community Life", 1, "建筑垃圾、大件垃圾、旧家具、清运", "保洁主管", 7, "",
        ("装袋后放到指定装修垃圾堆放点，不得堆放楼道；旧家具可预约清运。",), 11,
    ),
    (
        "业主投诉管家时怎么回应", "Other", 0, "投诉管家、态度不好、管家不回消息", "物业经理", 0,
        "非常抱歉给您带来不好的感受，这件事由经理直接跟进，今天下班前给您回复。",
        ("先致歉、复述诉求、记录事实，不替同事辩解；被投诉人不参与处理和回访，登记后交经理。",), 6,
    ),
)  # fmt: skip
GAPS = (("新能源充电桩怎么申请安装", 7), ("快递柜坏了找谁", 4), ("宠物登记在哪里办", 3), ("能不能在楼顶种菜", 2))
KINDS = {
    equipment.WATER: ("{0}单元给水总阀", "{1}地下一层水表间，{0}单元立管旁红色闸阀", "顺时针关闭", "监控室 {2} 号钩"),
    equipment.POWER: ("{0}单元总电源", "{1}地下一层配电间 B 区 {0} 号柜", "先通知住户，再由电工断开", "电工班"),
}
WHOLE = {
    equipment.GAS: ("燃气总阀", "{0}东侧绿化带燃气调压箱", "仅限燃气公司操作，先疏散", "燃气公司"),
    equipment.KEYS: ("应急钥匙箱", "{0}大堂值班台下", "取用须登记", "当班门岗"),
}


def make() -> None:
    """Make all of it; what was asked and not answered yet by the desk of the last two weeks."""
    _contacts()
    _articles()
    _equipment()
    with as_of(site_now() - timedelta(days=2)):
        for words, times in GAPS:
            for _time in range(times):
                knowledge.note_gap(words, LAKE.code, staff("front.desk"))


def _contacts() -> None:
    for number, (group, name, purpose, phone, hours, note) in enumerate(CONTACTS, 1):
        only = {LAKE.phone: LAKE.code, CLOUD.phone: CLOUD.code}.get(phone)
        values = {"contact_name": name, "purpose": purpose, "phone": phone, "hours": hours, "note": note}
        doc = frappe.get_doc(
            {"doctype": "Useful Contact", "group_name": group, **values, "only_community": only, "checked_on": today()}
        )
        # The demo is made by the system, for nobody in particular.
        doc.insert(ignore_permissions=True, set_name=f"{CONTACT}{number:02d}")


def _articles() -> None:
    for number, (title, topic, public, synonyms, party, contact, script, lines, used) in enumerate(ARTICLES, 1):
        doc = frappe.get_doc(
            {
                "doctype": "Knowledge Article",
                "title": title,
                "topic": topic,
                "is_public": public,
                "synonyms": synonyms,
                "responsible_party": party,
                "useful_contact": f"{CONTACT}{contact:02d}" if contact else None,
                "script": script,
                "answer": "".join(f"<p>{line}</p>" for line in lines),
                "reviewed_on": add_days(today(), -3 * number),
            }
        )
        doc.insert(ignore_permissions=True, set_name=f"{ANSWER}{number:02d}")  # as above
        counts = {"shown_count": used, "helpful_count": used // 3, "not_helpful_count": used // 12}
        frappe.db.set_value("Knowledge Article", doc.name, counts, update_modified=False)


def _equipment() -> None:
    rows = []
    houses = frappe.get_all(
        "Building",
        {"community": ["in", (LAKE.code, CLOUD.code)], "usage": "Residence"},
        ["name", "community", "building_no", "building_name"],
        order_by="name asc",
    )
    entrances = frappe.get_all(
        "Entrance",
        {"building": ["in", [house.name for house in houses]]},
        ["name", "building", "entrance_no"],
        order_by="name asc",
    )
    for house in houses:
        place = {"community": house.community, "building": house.name, "enabled": 1}
        for kind, (name, location, how_to, key) in WHOLE.items():
            words = {"equipment_name": name, "location": location.format(house.building_name), "how_to": how_to}
            rows.append({**place, "kind": kind, **words, "key_at": key, "serves": "整栋"})
        for entrance in (one for one in entrances if one.building == house.name):
            number, hook = entrance.entrance_no, f"{int(house.building_no):02d}"
            for kind, texts in KINDS.items():
                name, location, how_to, key = (text.format(number, house.building_name, hook) for text in texts)
                words = {"equipment_name": name, "location": location, "how_to": how_to, "key_at": key}
                rows.append({**place, "entrance": entrance.name, "kind": kind, **words, "serves": f"{number}单元"})
    names = zip(hash_names(len(rows)), rows, strict=True)
    insert_block(equipment.EQUIPMENT, ({"name": name, **row} for name, row in names))
