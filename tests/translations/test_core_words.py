"""A text without context is translated for the whole site: where the platform has a word of its own, that word stays.

The few that differ are better words that fit everywhere the platform shows them; each says why.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tests.translations import sources

frappe = pytest.importorskip("frappe")

# Text → why our word may stand on the platform's own pages, too.
BETTER_EVERYWHERE = {
    "Active": "启用: the platform's 活动 reads as an event",
    "Assign": "指派: the same act as the platform's 分配, and the word of dispatchers",
    "Away": "外出: not at home; 远 means far",
    "Cancelled": "已取消: a state; the platform's 取消 is the act",
    "Clear": "清除: emptying a field; 明确 means evident",
    "Counter": "柜台: where people come; the platform shows the word in numbering rules only, to administrators",
    "Developer": "开发商: who built the estate; the platform shows no such label",
    "Draft": "草稿: the usual word for 草案 (a bill)",
    "Group By": "分组: the platform's 通过...分组 is half a sentence",
    "Male": "男: as on every form, beside 女",
    "No": "否: the platform leaves it in English",
    "None": "无: the short form of 没有",
    "Note": "备注: the full word of 注",
    "Notes": "备注: as Note",
    "Open": "打开: the platform's 开 is half a word",
    "Pending": "等待中: a state; 有待 is half a sentence",
    "Primary": "主要: the primary phone or address; 初级 means elementary",
    "Priority": "优先级: a grade; 优先 means first of all",
    "Public": "公共: the full word of 公",
    "Published": "已发布: a state; the platform's 发布时间 is a time",
    "Queued": "排队中: a state; 排队 is the act",
    "Remove": "移除: taking a row away; 拆除 is tearing a building down",
    "Round Robin": "轮派: the platform leaves it in English",
    "Run": "运行: starting a program; 跑 is what people do",
    "Sample": "抽样: drawing some of all; the platform shows it on client scripts only",
    "Shop": "商铺: a place that sells, also as a kind of address",
    "Step": "步骤: the full word of 步",
    "Steps": "步骤: one after the other; 脚步 is the sound of walking",
    "Sunday": "星期日: as on the calendars, the same day as 星期天",
    "This Month": "本月: as on every statement; 这个月 is spoken",
    "Total": "合计: under a column of figures; 总 is half a word",
    "Verified": "已核实: a state; 验证 is the act",
    "{0} d": "{0} 天: the platform leaves the letter",
}


@pytest.fixture(scope="module")
def platform_words(site) -> dict[str, str]:
    """The platform's own Chinese, of its texts without context."""
    path = Path(frappe.get_app_path("frappe", "translations", "zh.csv"))
    if not path.exists():
        pytest.skip("this release keeps its translations elsewhere")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if len(row) > 1]
    return {row[0]: row[1] for row in rows if len(row) < 3 or not row[2]}


def test_words_of_the_platform_keep_their_meaning(platform_words):
    ours = {message: text for (message, context), text in sources.translations("zh").items() if not context}
    differing = {
        message for message, text in ours.items() if message in platform_words and platform_words[message] != text
    }
    # Other releases of the platform may have taken a better word meanwhile.
    assert differing <= BETTER_EVERYWHERE.keys(), "give the text a context, or take the platform's word"
    if os.environ.get("PROPERTY_SERVICE_SANDBOX") == "1":
        needless = BETTER_EVERYWHERE.keys() & ours.keys() - differing
        assert not needless, "the platform has the same word: take it out"


def test_every_exception_says_why_and_is_needed(platform_words):
    ours = {message for message, context in sources.texts() if not context}
    assert all(": " in why for why in BETTER_EVERYWHERE.values())
    assert not BETTER_EVERYWHERE.keys() - ours, "no longer a text of the app: take it out"
