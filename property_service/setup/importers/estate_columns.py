"""The columns of an estate's table, by their English and Chinese names, and the words that may stand in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our name, its headers (the first English and the first Chinese one are those of the template), an example."""

    name: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    example: str = ""
    example_zh: str = ""


COLUMNS = (
    Column("building", ("Building", "Building No.", "Block", "Tower"), ("楼栋", "栋号", "楼号", "幢号", "楼栋号"), "3", "3栋"),
    Column("entrance", ("Entrance", "Entrance No.", "Stairwell"), ("单元", "单元号", "梯号"), "2", "2单元"),
    Column("room", ("Room", "Room No.", "Unit", "Flat"), ("房号", "房间号", "室号", "门牌号", "户号"), "1203", "1203"),
    Column("address", ("Address", "Full Address"), ("房屋", "房屋地址", "房产地址", "地址", "完整房号")),
    Column("floor", ("Floor",), ("楼层", "所在楼层", "层"), "12", "12"),
    Column("usage", ("Usage", "Type of Use"), ("用途", "房屋用途", "房屋类型", "房产类型"), "Residence", "住宅"),
    Column(
        "billable_area",
        ("Billable Area", "Billable Area (m²)", "Floor Area", "Area"),
        ("计费面积", "建筑面积", "收费面积", "面积", "计费面积(㎡)", "建筑面积(㎡)"),
        "89.35",
        "89.35",
    ),
    Column(
        "inner_area", ("Inner Area", "Inner Area (m²)", "Net Area"), ("套内面积", "使用面积", "套内面积(㎡)"), "69.69", "69.69"
    ),
    Column("delivery_status", ("Handover Status", "Delivery Status"), ("交付状态", "销售状态"), "Delivered", "已交付"),
    Column("occupancy_status", ("Occupancy Status",), ("入住状态", "居住状态", "房屋状态"), "Owner Occupied", "自住"),
    Column(
        "deemed_handover_date",
        ("Deemed Handover Date", "Handover Date"),
        ("视为交付日期", "交付日期", "交房日期", "入伙日期"),
        "2016-09-01",
        "2016-09-01",
    ),
    Column("resident_name", ("Resident", "Resident Name", "Name", "Owner Name"), ("客户姓名", "姓名", "业主姓名", "客户名称", "业主", "住户姓名"), "Zhang Wei", "张伟"),
    Column("resident_type", ("Resident Type", "Person or Organisation"), ("客户类型", "客户性质"), "Person", "个人"),
    Column("phones", ("Phones", "Phone", "Mobile", "Telephone"), ("联系电话", "电话", "手机", "手机号", "手机号码", "联系方式"), "13912345678", "13912345678"),
    Column("relation", ("Relation",), ("关系", "与房屋关系", "人房关系", "客户身份"), "Owner", "业主"),
    Column("from_date", ("From", "From Date", "Since"), ("起始日期", "开始日期", "入住日期"), "2016-09-01", "2016-09-01"),
    Column("to_date", ("To", "To Date", "Until"), ("结束日期", "截止日期", "到期日期")),
    Column("share", ("Share", "Share (%)"), ("产权份额", "份额", "产权份额(%)", "份额(%)"), "100", "100"),
    Column("is_debtor", ("Pays the Fees", "Debtor", "Payer"), ("缴费人", "是否缴费人", "付费人"), "yes", "是"),
    Column("plates", ("Plate", "Plates", "Number Plate"), ("车牌", "车牌号", "车牌号码"), "粤B12345", "粤B12345"),
)  # fmt: skip

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "usage": {
        "Residence": ("residence", "residential", "flat", "apartment", "住宅", "住房", "公寓", "普通住宅"),
        "Shop": ("shop", "commercial", "retail", "商铺", "商业", "店铺", "底商", "门面"),
        "Office": ("office", "办公", "办公室", "写字楼"),
        "Storage": ("storage", "store room", "储藏室", "储物间", "杂物间", "地下室", "仓库"),
        "Parking Space": ("parking space", "parking", "garage", "车位", "停车位", "车库"),
    },
    "delivery_status": {
        "Unsold": ("unsold", "未售", "待售"),
        "Sold Not Delivered": ("sold not delivered", "sold", "已售未交付", "已售", "未交付"),
        "Delivered": ("delivered", "handed over", "已交付", "已交房", "已收房", "已入伙"),
    },
    "occupancy_status": {
        "Vacant": ("vacant", "empty", "空置", "空关", "未入住"),
        "Decorating": ("decorating", "renovating", "装修中", "装修"),
        "Owner Occupied": ("owner occupied", "occupied", "自住", "已入住", "入住", "业主自住"),
        "Rented": ("rented", "let", "出租", "租住", "已出租"),
    },
    "resident_type": {
        "Person": ("person", "individual", "个人", "自然人"),
        "Organisation": ("organisation", "organization", "company", "单位", "企业", "公司", "机构", "组织"),
    },
    "relation": {
        "Owner": ("owner", "业主", "产权人", "房主"),
        "Co-owner": ("co-owner", "co owner", "joint owner", "共有人", "共有产权人"),
        "Tenant": ("tenant", "renter", "租户", "租客", "承租人"),
        "Family": ("family", "family member", "家属", "家庭成员", "家人", "配偶", "子女", "父母"),
        "Staff": ("staff", "employee", "员工", "职员"),
    },
    "is_debtor": {
        "1": ("1", "yes", "y", "true", "x", "是", "√", "✓", "对"),
        "0": ("0", "no", "n", "false", "否", "不是"),
    },
}


def word(text: str) -> str:
    """A header or a word in the form in which they are compared: half-width, lower case, without brackets' and stars' noise."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("(", " (").replace("m2", "m²")
    return " ".join(plain.split()).strip("*:： ")


_HEADERS = {word(header): column.name for column in COLUMNS for header in (*column.english, *column.chinese)}
_MEANINGS = {
    name: {word(said): meaning for meaning, words in choices.items() for said in (meaning, *words)}
    for name, choices in WORDS.items()
}


def recognise(headers: Iterable[str]) -> dict[str, str]:
    """Our column → the file's header that means it. Raises RuleError unless the rooms can be told from it."""
    found: dict[str, str] = {}
    for header in headers:
        name = _HEADERS.get(word(header))
        if name:
            found.setdefault(name, header)
    if "address" not in found:
        for needed in ("building", "room"):
            if needed not in found:
                column = next(column for column in COLUMNS if column.name == needed)
                raise RuleError(
                    _("No column is called {0}. Use the column names of the template in the first line."),
                    f"{column.english[0]} / {column.chinese[0]}",
                )
    return found


def meaning(name: str, text: str) -> str:
    """What a word in a column means, for example Delivered for 已交付; "" for nothing. Raises RuleError for unknown words."""
    if not text:
        return ""
    found = _MEANINGS[name].get(word(text))
    if found is None:
        known = ", ".join(f"{meaning} / {_chinese(words)}" for meaning, words in WORDS[name].items())
        raise RuleError(_('"{0}" is not understood. Use one of: {1}.'), text[:40], known)
    return found


def template(language: str) -> list[list[str]]:
    """Header and one example row, in Chinese for languages that begin with zh, else in English."""
    chinese = language.casefold().startswith("zh")
    columns = [column for column in COLUMNS if column.name != "address"]
    if chinese:
        return [[column.chinese[0] for column in columns], [column.example_zh or column.example for column in columns]]
    return [[column.english[0] for column in columns], [column.example for column in columns]]


def _chinese(words: tuple[str, ...]) -> str:
    return next((said for said in words if not said.isascii()), words[0])
