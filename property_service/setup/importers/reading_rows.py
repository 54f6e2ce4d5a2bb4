"""One row of a table of meter readings understood, or refused with a sentence; no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from property_service.fees.amounts import exact
from property_service.fees.months import month_of
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.setup.importers.estate_columns import Column

COLUMNS = (
    Column("meter_no", ("Meter Number", "Meter No.", "Meter"), ("表号", "仪表编号", "水表号", "电表号", "气表号"), "W-0312", "W-0312"),
    Column("fee_item", ("Fee Item", "Fee Item Code"), ("收费项目", "项目编码", "费项"), "WATER", "WATER"),
    Column("month", ("Month of Service", "Month"), ("所属月", "所属月份", "月份", "账期"), "2026-07", "2026-07"),
    Column("read_on", ("Read On", "Reading Date", "Date"), ("抄表日期", "抄表日", "日期"), "2026-07-25", "2026-07-25"),
    Column("value", ("Reading", "Value"), ("本期读数", "读数", "本次读数", "止度", "表底数"), "1284.5", "1284.5"),
    Column("rollover", ("Rolled Over",), ("翻表", "已归零", "是否翻表")),
    Column("confirmed", ("Confirmed",), ("已核实", "核实", "是否核实")),
    Column("note", ("Note", "Remark"), ("备注", "说明")),
)  # fmt: skip
NEEDED = ("meter_no", "read_on", "value")
YES = frozenset({"1", "yes", "y", "true", "是", "√", "✓", "对"})
NO = frozenset({"", "0", "no", "n", "false", "否", "×"})
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?")


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A row understood; `fee_item` as it was written, "" where the meter's number is enough."""

    line_no: int
    meter_no: str
    fee_item: str
    month: date
    read_on: date
    value: Decimal
    rollover: bool = False
    confirmed: bool = False
    note: str = ""


def template(language: str) -> list[list[str]]:
    """Header and example of the table, in Chinese or English."""
    chinese = language.startswith("zh")
    names = [(column.chinese if chinese else column.english)[0] for column in COLUMNS]
    return [names, [column.example_zh if chinese else column.example for column in COLUMNS]]


def recognise(headers: Iterable[str]) -> dict[str, str]:
    """Return our name of a column → its header in the file. Raises RuleError where one that is needed is missing."""
    known = {plain(name): column.name for column in COLUMNS for name in (*column.english, *column.chinese)}
    found: dict[str, str] = {}
    for header in headers:
        name = known.get(plain(header))
        if name:
            found.setdefault(name, header)
    missing = [column.english[0] for column in COLUMNS if column.name in NEEDED and column.name not in found]
    if missing:
        raise RuleError(_("The file has no column {0}. Use the template."), ", ".join(missing))
    return found


def understand(line_no: int, cells: Mapping[str, Any], columns: Mapping[str, str]) -> ReadingRow:
    """Turn a row (header → cell) into a reading. Raises RuleError with the sentence for the list of refused rows."""

    def cell(name: str) -> Any:
        value = cells.get(columns.get(name, ""), "")
        return value if isinstance(value, datetime) else str(value).strip()

    meter_no = str(cell("meter_no"))
    if not meter_no:
        raise RuleError(_("The row names no meter. Enter its number."))
    if cell("value") == "":
        raise RuleError(_("The row has no reading. Leave the row out, or enter what the meter showed."))
    read_on = _day(cell("read_on"))
    return ReadingRow(
        line_no=line_no,
        meter_no=meter_no,
        fee_item=str(cell("fee_item")),
        month=_month(cell("month")) if cell("month") else month_of(read_on),
        read_on=read_on,
        value=exact(str(cell("value")).replace(",", "").replace("，", "")),
        rollover=_ticked(cell("rollover")),
        confirmed=_ticked(cell("confirmed")),
        note=str(cell("note"))[:140],
    )


def plain(text: Any) -> str:
    """Return a text as it is compared: one width, small letters, no spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(text))).casefold()


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    for pattern in _DAYS:
        try:
            return datetime.strptime(value, pattern).date()
        except ValueError:
            continue
    raise RuleError(_("{0} is no day. Enter it as 2026-07-25."), value[:40])


def _month(value: Any) -> date:
    if isinstance(value, datetime):
        return month_of(value.date())
    found = _MONTH.fullmatch(value)
    if found and 1 <= int(found[2]) <= 12 and int(found[1]):
        return date(int(found[1]), int(found[2]), 1)
    return month_of(_day(value))


def _ticked(value: Any) -> bool:
    word = plain(value)
    if word not in YES and word not in NO:
        raise RuleError(_("{0} is neither yes nor no."), str(value)[:40])
    return word in YES
