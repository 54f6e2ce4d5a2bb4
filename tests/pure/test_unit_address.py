"""The address of a room, as typed and as named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.property_service.unit_address import (
    UnitAddress,
    building_name,
    entrance_name,
    label_en,
    label_zh,
    parse,
    short_label,
    unit_name,
)

pytestmark = pytest.mark.pure

FULL = UnitAddress(None, "3", "2", "1203")
NO_ENTRANCE = UnitAddress(None, "3", None, "1203")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3-2-1203", FULL),
        ("03-02-1203", FULL),
        ("3栋2单元1203", FULL),
        ("3栋2单元1203室", FULL),
        (" 3 栋 2 单元 1203 室 ", FULL),
        ("3 2 1203", FULL),
        ("3/2/1203", FULL),
        ("３－２－１２０３", FULL),
        ("３栋２单元１２０３", FULL),
        ("3—2—1203", FULL),
        ("3号楼2单元1203", FULL),
        ("3号楼2门1203", FULL),
        ("3幢2单元1203房", FULL),
        ("3棟2單元1203號", FULL),
        ("3#2单元1203", FULL),
        ("3#-2-1203", FULL),
        ("3#楼2-1203", FULL),
        ("3栋2-1203", FULL),
        ("三栋二单元1203", FULL),
        ("三栋二单元一二〇三", FULL),
        ("三栋二单元一二零三室", FULL),
        ("Building 3, Entrance 2, Room 1203", FULL),
        ("bldg 3 unit 2 rm 1203", FULL),
        ("3栋1203", NO_ENTRANCE),
        ("3栋-1203", NO_ENTRANCE),
        ("3#1203", NO_ENTRANCE),
        ("3号1203室", NO_ENTRANCE),
        ("3-1203", NO_ENTRANCE),
        ("3-1203室", NO_ENTRANCE),
        ("3栋1203号", NO_ENTRANCE),
        ("3幢", UnitAddress(building="3")),
        ("十二栋", UnitAddress(building="12")),
        ("二十一幢一单元", UnitAddress(building="21", entrance="1")),
        ("一百零三栋", UnitAddress(building="103")),
        ("十栋1203", UnitAddress(building="10", room="1203")),
        ("3栋2单元", UnitAddress(building="3", entrance="2")),
        ("3-2", UnitAddress(building="3", entrance="2")),
        ("2单元1203", UnitAddress(entrance="2", room="1203")),
        ("3-2单元1203", FULL),
        ("A座1203", UnitAddress(building="A", room="1203")),
        ("a座1203", UnitAddress(building="A", room="1203")),
        ("A-1203", UnitAddress(building="A", room="1203")),
        ("A3栋1203", UnitAddress(building="A3", room="1203")),
        ("12A栋12A03", UnitAddress(building="12A", room="12A03")),
        ("3-2-12A03", UnitAddress(building="3", entrance="2", room="12A03")),
        ("1203", UnitAddress(room="1203")),
        ("1203室", UnitAddress(room="1203")),
        ("1203号", UnitAddress(room="1203")),
        ("0503", UnitAddress(room="0503")),
        ("S101", UnitAddress(room="S101")),
        ("3-S1", UnitAddress(building="3", room="S1")),
        ("3", UnitAddress(building="3")),
        ("LH-03-2-1203", UnitAddress("LH", "3", "2", "1203")),
        ("lh-3-2-1203", UnitAddress("LH", "3", "2", "1203")),
        ("LH-03-1203", UnitAddress("LH", "3", None, "1203")),
        ("LH 3栋2单元1203", UnitAddress("LH", "3", "2", "1203")),
        ("LH3栋1203", UnitAddress("LH", "3", None, "1203")),
        ("YQ2-03-1203", UnitAddress("YQ2", "3", None, "1203")),
        ("LH-03", UnitAddress("LH", "3")),
        ("LH-1203", UnitAddress("LH", None, None, "1203")),
        ("88-03-2-1203", UnitAddress("88", "3", "2", "1203")),
        ("绿湖花园3栋2单元1203室", UnitAddress("绿湖花园", "3", "2", "1203")),
        ("绿湖花园 3-2-1203", UnitAddress("绿湖花园", "3", "2", "1203")),
        ("绿湖花园三期3栋1203", UnitAddress("绿湖花园三期", "3", None, "1203")),
        ("绿湖花园A座1203", UnitAddress("绿湖花园", "A", None, "1203")),
        ("绿湖花园1203", UnitAddress("绿湖花园", None, None, "1203")),
        ("绿湖花园1203室", UnitAddress("绿湖花园", None, None, "1203")),
    ],
)
def test_what_people_type(text: str, expected: UnitAddress) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "   ",
        "-",
        "张伟",
        "Anna Smith",
        "13800001234",
        "138-0000-1234",
        "0755-88888888",
        "400-800-1234",
        "粤B12345",
        "粤B·12345",
        "2026-11-23",
        "3-2-1203-5-6",
        "水管漏水",
        "绿湖花园",
        "#",
        "单元",
    ],
)
def test_what_is_no_address(text: str | None) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("绿湖花园", UnitAddress("绿湖花园")),
        ("lh", UnitAddress("LH")),
        ("绿湖花园3栋1203", UnitAddress("绿湖花园", "3", None, "1203")),
        ("绿湖花园1203", UnitAddress("绿湖花园", None, None, "1203")),
        ("LH3-2-1203", UnitAddress("LH", "3", "2", "1203")),
        ("LH3栋1203", UnitAddress("LH", "3", None, "1203")),
        ("LHX-03-1203", UnitAddress("LHX", "3", None, "1203")),
        ("A1-03-1203", UnitAddress("A1", "3", None, "1203")),
        ("A2-03-1203", UnitAddress(None, "A2", "3", "1203")),
        ("绿湖花园二期3栋", UnitAddress("绿湖花园二期", "3")),
    ],
)
def test_known_communities_settle_what_reads_two_ways(text: str, expected: UnitAddress) -> None:
    assert parse(text, ["LH", "A1", "绿湖花园", "绿湖花园二期", ""]) == expected


def test_the_names_made_of_an_address() -> None:
    assert building_name("LH", "3") == "LH-03"
    assert entrance_name("lh", "12", "02") == "LH-12-2"
    assert unit_name("LH", "3", "2", "1203") == "LH-03-2-1203"
    assert unit_name("LH", "A", None, "12a03") == "LH-A-12A03"
    assert unit_name("LH", "3", "", " 1203 ") == "LH-03-1203"
    assert unit_name("ＬＨ", "103", None, "1203") == "LH-103-1203"


@pytest.mark.parametrize(
    "parts", [("LH", "3", None, "B1-023"), ("LH", "", None, "1"), ("L H", "3", None, "1"), ("LH", "3", "1/2", "1")]
)
def test_parts_that_would_break_a_name_are_refused(parts: tuple[str, str, str | None, str]) -> None:
    with pytest.raises(ValueError, match="cannot be part of a unit name"):
        unit_name(*parts)


def test_labels() -> None:
    assert (short_label(FULL), label_zh(FULL)) == ("3-2-1203", "3栋2单元1203")
    assert label_en(FULL) == "Building 3, Entrance 2, Room 1203"
    tower = UnitAddress("LH", "A", None, "1203")
    assert (short_label(tower), label_zh(tower), label_en(tower)) == ("A-1203", "A座1203", "Building A, Room 1203")


COMMUNITIES = st.from_regex(r"[A-Z]{2,4}[0-9]?|[0-9A-Z]{2,8}", fullmatch=True)
BUILDINGS = st.integers(1, 199).map(str) | st.sampled_from(["A", "B", "A3", "12A"])
ENTRANCES = st.none() | st.integers(1, 20).map(str) | st.sampled_from(["A", "B1"])
ROOMS = st.from_regex(r"[0-9]{3,5}|[A-Z]{1,2}[0-9]{1,3}|[0-9]{2}[A-Z][0-9]{2}", fullmatch=True)
ADDRESSES = st.builds(UnitAddress, st.none(), BUILDINGS, ENTRANCES, ROOMS)


@given(COMMUNITIES, ADDRESSES)
def test_a_name_is_read_back(community: str, at: UnitAddress) -> None:
    name = unit_name(community, at.building, at.entrance, at.room)
    assert parse(name, [community]) == UnitAddress(community, at.building, at.entrance, at.room)


@given(ADDRESSES)
def test_labels_are_read_back(at: UnitAddress) -> None:
    assert parse(short_label(at)) == at
    assert parse(label_zh(at)) == at
    assert parse(label_en(at)) == at


@given(ADDRESSES, ADDRESSES)
def test_two_rooms_never_share_a_name(one: UnitAddress, other: UnitAddress) -> None:
    same = unit_name("LH", one.building, one.entrance, one.room) == unit_name(
        "LH", other.building, other.entrance, other.room
    )
    assert same == (one == other)


@given(st.text(alphabet="0123456789ABLH-栋幢座号单元室房#三十二 绿湖－Ａ３", max_size=16))
def test_capitals_and_width_do_not_matter(text: str) -> None:
    found = parse(text)
    assert parse(text.lower()) == found
    assert parse(text.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)})) == found


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = parse(text)
    assert found is None or found != UnitAddress()
