"""An answer is found by what people type: words without spaces, other words for the same, pinyin initials, half sentences."""

from __future__ import annotations

import pytest

from property_service.front_desk import knowledge_rules as rules

pytestmark = pytest.mark.pure


def entry(name: str, title: str, synonyms: str = "", text: str = "", initials: str = "", used: int = 0) -> rules.Entry:
    return rules.Entry(
        name,
        rules.normal(title),
        rules.synonyms_of(synonyms),
        (initials,) if initials else (),
        rules.normal(text),
        used,
    )


ARTICLES = (
    entry("fee", "物业费怎么交", "交物业费、缴费，管理费", "前台现金、微信；账单在住户页面", "wyfzmj"),
    entry("invoice", "物业费可以开发票吗", "发票;开票\n抬头", "凭收据换发票", "wyfkykfpm"),
    entry("park", "停车月卡怎么办理", "月卡、停车费、车位", "带行驶证到前台办理", "tcykzmbl"),
    entry("pipe", "水管爆裂了怎么办", "爆管、水管爆了、家里淹水", "先关闭入户总阀门", "sgbllzmb"),
    entry("work", "几点可以装修施工", "施工时间、噪音、电钻", "周末只许无噪音作业", "jdkyzxsg"),
    entry("permit", "装修需要办什么手续", "装修申报、押金、开工", "交押金后领取装修许可证", "zxxybssx"),
    entry("wifi", "How to report slow Wi-Fi", "internet, broadband", "Call the provider first"),
)


@pytest.mark.parametrize(
    ("asked", "best"),
    [
        ("物业费", "fee"),
        ("怎么交物业费", "fee"),
        ("管理费在哪里交", "fee"),
        ("发票", "invoice"),
        ("ｗyfz", "fee"),  # full width letters, as some keyboards give them
        ("我家水管爆了怎么办", "pipe"),
        ("家里淹水了!!", "pipe"),
        ("停车", "park"),
        ("押金什么时候退", "permit"),
        ("电钻几点能用", "work"),
        ("总阀门", "pipe"),
        ("SLOW wifi report", "wifi"),
        ("broad", "wifi"),
    ],
)
def test_the_right_answer_comes_first(asked: str, best: str) -> None:
    found = rules.ranked(asked, ARTICLES, 5)
    assert found and found[0] == best, found


@pytest.mark.parametrize("asked", ["", "   ", "！？", "宠物登记在哪", "zzz", "xyz 99999", "猫" * 200])
def test_what_nobody_wrote_about_finds_nothing(asked: str) -> None:
    assert rules.ranked(asked, ARTICLES, 5) == []


def test_common_words_do_not_outweigh_rare_ones() -> None:
    """怎么 stands in many titles, 月卡 in one."""
    assert rules.ranked("怎么月卡", ARTICLES, 1) == ["park"]


def test_of_equal_answers_the_more_used_comes_first_and_the_limit_holds() -> None:
    twins = [entry("a", "停车收费", used=1), entry("b", "停车收费", used=9), entry("c", "停车收费", used=3)]
    assert rules.ranked("停车收费", twins, 2) == ["b", "c"]
    assert rules.ranked("停车收费", twins, 0) == []


def test_latin_words_are_met_from_their_beginning() -> None:
    art = (entry("x", "Start of the heating season"),)
    assert rules.ranked("heat", art, 5) == ["x"]
    assert rules.ranked("eating", art, 5) == []


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("充电桩  怎么装？", "充电桩怎么装"),
        ("充电桩怎么装", "充电桩怎么装"),
        ("EV Charger", "ev charger"),
        ("13800001234", ""),
        ("张三 13800001234", ""),
        ("3-2-1203", ""),
        ("猫", ""),
        ("", ""),
    ],
)
def test_gaps_are_counted_by_words_and_numbers_are_none(words: str, key: str) -> None:
    assert rules.gap_key(words) == key


def test_thousands_of_pieces_do_not_matter() -> None:
    many = [
        entry(str(number), f"第{number}个问题怎么处理", "甲乙丙丁、子丑寅卯", "说明" * 300) for number in range(400)
    ]
    assert rules.ranked("问题399怎么处理" * 20, many, 5)
