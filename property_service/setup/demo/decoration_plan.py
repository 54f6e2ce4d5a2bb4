"""Which homes of 云栖里 are decorated how, on paper: when each applies, and what becomes of it. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

KITCHEN = "厨房、卫生间翻新，全屋地面铺砖，墙面刷漆，水电按原位改造"
WHOLE = "毛坯房全屋装修：水电改造、防水、瓷砖、吊顶、木作、墙面"
SIMPLE = "客厅卧室铺木地板、刷墙漆，更换室内门"
BALCONY = "阳台封窗（统一式样），厨房橱柜安装，卫生间洁具安装"
WORKS = (WHOLE, KITCHEN, SIMPLE, WHOLE, BALCONY)

# What becomes of an application. Most go on by the days alone.
USUAL, DRAFT, ASKED, UNDER_REVIEW, REJECTED, WITHDRAWN = (
    "usual",
    "draft",
    "asked",
    "under review",
    "rejected",
    "withdrawn",
)
UNPAID, HALF_PAID, EXPIRED = "unpaid", "half paid", "expired"
STOPPED, WALL, FAILED_ONCE, NOT_OBSERVED, NOT_REFUNDED = (
    "stopped",
    "wall",
    "failed once",
    "not observed",
    "not refunded",
)
NOT_ACCEPTED, EXTENDED, MORE_DAYS_ASKED = "not accepted", "extended", "more days asked"


@dataclass(frozen=True, slots=True)
class CasePlan:
    """One home: so many days ago it applied for `days` of works; `findings` (day of the works, title, severity, fate)."""

    days_ago: int
    fate: str = USUAL
    days: int = 40
    channel: str = "Counter"
    workers: int = 2
    findings: tuple[tuple[int, str, str, str], ...] = ()


# Fates of findings.
CLOSED, TWICE, ON_THE_SPOT, WAITS, STAYS_OPEN = "closed", "twice", "on the spot", "waits for its recheck", "open"
RUBBISH = ("装修垃圾堆放在楼道，未装袋", "Normal", CLOSED)
NOISE = ("午休时间使用电锤", "Normal", ON_THE_SPOT)
PASS = ("两名工人未佩戴出入证", "Minor", ON_THE_SPOT)
DOOR = ("楼道防火门被木方顶住常开", "Normal", TWICE)
WELD = ("动火作业现场未配灭火器", "Normal", CLOSED)
BREACH = ("客厅与次卧之间剪力墙被开洞", "Serious", CLOSED)

CASES: tuple[CasePlan, ...] = (
    CasePlan(168, WALL, 45, findings=((12, *BREACH), (20, *RUBBISH))),
    CasePlan(160, FAILED_ONCE, 42, findings=((9, *RUBBISH),)),
    CasePlan(152, USUAL, 40, findings=((6, *PASS), (15, *DOOR))),
    CasePlan(143, USUAL, 38),
    CasePlan(134, USUAL, 36, findings=((10, *NOISE),)),
    CasePlan(126, USUAL, 30),
    CasePlan(112, NOT_REFUNDED, 45, findings=((11, *WELD),)),
    CasePlan(104, NOT_REFUNDED, 40),
    CasePlan(98, NOT_OBSERVED, 45, findings=((16, *RUBBISH),)),
    CasePlan(76, USUAL, 45),
    CasePlan(70, FAILED_ONCE, 40, findings=((8, *PASS),)),
    CasePlan(64, USUAL, 38),
    CasePlan(61, EXPIRED, 30),
    CasePlan(50, NOT_ACCEPTED, 50, findings=((14, *DOOR),)),
    CasePlan(48, NOT_ACCEPTED, 48),
    CasePlan(44, EXTENDED, 35, findings=((20, *NOISE),)),
    CasePlan(40, MORE_DAYS_ASKED, 42),
    CasePlan(
        33, USUAL, 60, workers=4, findings=((9, *RUBBISH), (24, "下水管道口未封堵，有砂浆倒入痕迹", "Normal", WAITS))
    ),
    CasePlan(27, STOPPED, 60, findings=((24, "卫生间承重墙被凿开约 40 厘米", "Serious", STAYS_OPEN),)),
    CasePlan(24, USUAL, 60, findings=((18, "电梯轿厢保护板被撞裂", "Minor", STAYS_OPEN),)),
    CasePlan(21, USUAL, 70, channel="Portal"),
    CasePlan(17, USUAL, 60, findings=((8, *PASS),)),
    CasePlan(13, USUAL, 80, workers=3),
    CasePlan(10, USUAL, 60, channel="Portal", findings=((4, "材料堵住消防通道", "Normal", STAYS_OPEN),)),
    CasePlan(8, REJECTED, 60),
    CasePlan(6, HALF_PAID, 60),
    CasePlan(5, UNPAID, 45, channel="Portal"),
    CasePlan(3, WITHDRAWN, 30, channel="Portal"),
    CasePlan(3, ASKED, 60, channel="Portal"),
    CasePlan(2, UNDER_REVIEW, 60),
    CasePlan(1, UNDER_REVIEW, 75, channel="Portal"),
    CasePlan(1, DRAFT, 40, channel="Portal"),
)


def dealt(homes: Sequence[str]) -> list[tuple[str, CasePlan]]:
    """Home by home the case it gets, the homes in the order of their numbers; what is open comes first where there are few homes."""
    chosen = CASES if len(homes) >= len(CASES) else CASES[-len(homes) :] if homes else ()
    return list(zip(homes, chosen, strict=False))
