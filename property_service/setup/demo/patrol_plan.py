"""The rounds of the demo estate on paper: checkpoints, checklists with their limits, routes, times. No database."""

from __future__ import annotations

from dataclasses import dataclass

DAYS = 60
PREFIX = "演示 "


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """A question; a number between its limits, or a choice between what is normal and what is not."""

    text: str
    measure: str = ""
    lowest: float | None = None
    highest: float | None = None
    normal: str = ""
    other: str = ""
    digits: int = 0


CHECKLISTS: dict[str, tuple[QuestionPlan, ...]] = {
    "公共区域巡查": (
        QuestionPlan("卫生与通道", normal="整洁畅通", other="有杂物或堵塞"),
        QuestionPlan("照明与设施", normal="完好", other="有损坏"),
    ),
    "配电房巡检": (QuestionPlan("母线电压", "V", 361, 407), QuestionPlan("室内温度", "°C", None, 40)),
    "水泵房巡检": (QuestionPlan("供水压力", "MPa", 0.35, 0.60, digits=2),),
    "消防泵房巡检": (QuestionPlan("消防管网压力", "MPa", 0.40, None, digits=2),),
    "电梯机房巡检": (QuestionPlan("机房温度", "°C", 5, 40),),
    "发电机房巡检": (QuestionPlan("启动电瓶电压", "V", 24, 28, digits=1),),
}


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """A route; `points` are (place, checklist or ""), `pace` minutes from one to the next; `own_windows` of so many minutes each."""

    name: str
    kind: str
    patroller: str
    times: tuple[str, ...]
    points: tuple[tuple[str, str], ...]
    early: int
    late: int
    open: int
    pace: int
    own_windows: int = 0
    substitute: str = ""


PUBLIC = "公共区域巡查"
ROUTES = (
    RoutePlan(
        "管家日巡",
        "Steward's Round",
        "patroller",
        ("09:00:00",),
        (
            ("1 栋大堂", PUBLIC),
            ("1 栋电梯轿厢", PUBLIC),
            ("1 栋消防通道", PUBLIC),
            ("楼道抽查点", PUBLIC),
            ("2 栋屋面门", PUBLIC),
            ("垃圾投放点", PUBLIC),
            ("地库入口", PUBLIC),
        ),
        early=0,
        late=150,
        open=180,
        pace=16,
    ),
    RoutePlan(
        "夜间巡逻",
        "Night Round",
        "patroller.{0}",
        ("22:00:00", "00:00:00", "02:00:00", "04:00:00", "06:00:00"),
        tuple(
            (place, "")
            for place in (
                *("东门", "西门", "周界南侧", "周界北侧", "地库 A 区", "地库 B 区"),
                *("配电房外", "水泵房外", "儿童游乐场", "非机动车棚"),
            )
        ),
        early=15,
        late=15,
        open=75,
        pace=5,
        own_windows=15,
        substitute="patroller",
    ),
    RoutePlan(
        "设备巡检",
        "Plant Round",
        "leader.power",
        ("08:00:00", "20:00:00"),
        (
            ("配电房", "配电房巡检"),
            ("生活水泵房", "水泵房巡检"),
            ("消防泵房", "消防泵房巡检"),
            ("电梯机房", "电梯机房巡检"),
            ("发电机房", "发电机房巡检"),
        ),
        early=30,
        late=30,
        open=90,
        pace=6,
    ),
)

# Fates of what patrols find: see `patrol_findings`.
CLOSED, TWICE, ON_THE_SPOT, WAITS, OPEN, WITHDRAWN = "closed", "twice", "on the spot", "waits", "open", "withdrawn"
REPAIR, NOTICE = "repair", "notice"
LAMPS, CLEANING, RESIDENT = "电工班", "保洁班", ""
# (community, days ago, place, title, severity, team or "" for a resident, fate); the same place again is a repeat.
FOUND = (
    ("LH", 57, "1 栋大堂", "大堂地面有积水，未放警示牌", "Normal", CLEANING, CLOSED),
    ("LH", 52, "地库 B 区", "B 区车道灯三盏不亮", "Minor", LAMPS, CLOSED),
    ("LH", 47, "1 栋消防通道", "消防通道堆放纸箱", "Normal", CLEANING, CLOSED),
    ("YQ", 45, "垃圾投放点", "投放点垃圾满溢", "Normal", CLEANING, CLOSED),
    ("LH", 41, "1 栋消防通道", "消防通道停放婴儿车", "Normal", CLEANING, TWICE),
    ("YQ", 38, "地库入口", "道闸杆松动", "Minor", LAMPS, CLOSED),
    ("LH", 35, "生活水泵房", "供水压力 0.31 MPa，低于下限", "Serious", LAMPS, CLOSED),
    ("LH", 33, "楼道抽查点", "十二层楼道电动车飞线充电", "Serious", RESIDENT, CLOSED),
    ("YQ", 30, "楼道抽查点", "楼道墙面被建材刮伤", "Minor", CLEANING, CLOSED),
    ("LH", 27, "1 栋消防通道", "消防通道又堆放杂物", "Normal", RESIDENT, NOTICE),
    ("LH", 24, "儿童游乐场", "滑梯扶手螺丝松脱", "Serious", LAMPS, CLOSED),
    ("YQ", 22, "消防泵房", "消防管网压力 0.36 MPa，低于下限", "Critical", LAMPS, CLOSED),
    ("LH", 20, "西门", "人行门闭门器失灵", "Minor", LAMPS, REPAIR),
    ("YQ", 18, "1 栋电梯轿厢", "轿厢保护板被撬开", "Normal", CLEANING, TWICE),
    ("LH", 16, "垃圾投放点", "有害垃圾桶缺盖", "Minor", CLEANING, ON_THE_SPOT),
    ("LH", 14, "地库 A 区", "排水沟篦子缺失一块", "Normal", CLEANING, CLOSED),
    ("YQ", 13, "周界北侧", "围栏红外对射误报", "Minor", LAMPS, WITHDRAWN),
    ("LH", 11, "非机动车棚", "车棚充电插座烧焦", "Serious", LAMPS, CLOSED),
    ("YQ", 9, "1 栋大堂", "大堂玻璃门贴满装修广告", "Minor", CLEANING, ON_THE_SPOT),
    ("LH", 8, "2 栋屋面门", "屋面门锁损坏，门常开", "Normal", LAMPS, OPEN),
    ("LH", 6, "电梯机房", "机房温度 42 °C，空调停机", "Normal", LAMPS, CLOSED),
    ("YQ", 5, "地库入口", "减速带脱落一段", "Normal", CLEANING, OPEN),
    ("LH", 4, "周界南侧", "围栏有翻越痕迹，尖刺弯折", "Minor", LAMPS, OPEN),
    ("YQ", 3, "水泵房外", "排水沟有积水", "Minor", CLEANING, WAITS),
    ("LH", 2, "1 栋消防通道", "消防通道第四次堆物", "Normal", RESIDENT, OPEN),
    ("LH", 1, "配电房外", "绝缘手套过期未更换", "Normal", LAMPS, WAITS),
    ("YQ", 1, "楼道抽查点", "九层楼道应急灯不亮", "Normal", LAMPS, OPEN),
)
FEE, FEE_TAKEN_OFF = 38_000, 900
