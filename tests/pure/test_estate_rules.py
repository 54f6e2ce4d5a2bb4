"""Codes, numbers, names, floors and areas of the estate; names, phones and papers of people."""

from datetime import date
from types import SimpleNamespace as Row

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.property_service import estate, residents
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 22)
VALID_IDENTITY = "11010519491231002X"


def test_the_zones_of_the_machine_are_read_once(monkeypatch):
    read = []
    monkeypatch.setattr(estate, "available_timezones", lambda: read.append(1) or {"Asia/Shanghai"})
    estate._time_zones.cache_clear()
    for _time in range(2):
        estate.check_time_zone("Asia/Shanghai")
    estate._time_zones.cache_clear()
    assert len(read) == 1


@pytest.mark.parametrize(("text", "code"), [("LH", "LH"), (" lh1 ", "LH1"), ("ＹＱ", "YQ"), ("ABCDEFGH", "ABCDEFGH")])
def test_code(text, code):
    assert estate.community_code(text) == code


@pytest.mark.parametrize("text", [None, "", "L", "L H", "绿湖", "ABCDEFGHI", "L-H", "É1"])
def test_no_code(text):
    with pytest.raises(RuleError, match="community code"):
        estate.community_code(text)


@pytest.mark.parametrize("zone", ["", None, "Asia/Nowhere", "Beijing", "../etc/passwd"])
def test_no_zone(zone):
    with pytest.raises(RuleError, match="time zone"):
        estate.check_time_zone(zone)


@pytest.mark.parametrize(
    ("rule", "text", "number"),
    [
        (estate.building_number, "3", "3"),
        (estate.building_number, "03", "3"),
        (estate.building_number, "3栋", "3"),
        (estate.building_number, "十二栋", "12"),
        (estate.building_number, "a座", "A"),
        (estate.building_number, "B1", "B1"),
        (estate.building_number, "103", "103"),
        (estate.entrance_number, "2单元", "2"),
        (estate.entrance_number, "02", "2"),
        (estate.entrance_number, "A", "A"),
        (estate.room_number, "1203室", "1203"),
        (estate.room_number, "0101", "0101"),
        (estate.room_number, "12", "12"),
        (estate.room_number, "a01", "A01"),
    ],
)
def test_numbers(rule, text, number):
    assert rule(text) == number


@pytest.mark.parametrize("rule", [estate.building_number, estate.entrance_number, estate.room_number])
@pytest.mark.parametrize("text", [None, "", "  ", "3-2", "3/2", "a b", "<b>", "x" * 21, "1'--"])
def test_no_numbers(rule, text):
    with pytest.raises(RuleError, match="cannot be part"):
        rule(text)


@given(st.text(max_size=12))
def test_a_number_once_normal_stays(text):
    try:
        number = estate.building_number(text)
    except RuleError:
        return
    assert estate.building_number(number) == number


def unit(**values):
    return Row(**{"floor": 12, "billable_area": 89.35, "inner_area": 69.69, "coefficient": 1, **values})


@pytest.mark.parametrize(
    ("values", "floors"),
    [({}, 18), ({"floor": 18}, 18), ({"floor": -2}, 18), ({"floor": 60}, 0), ({"floor": None}, None), ({"inner_area": 89.35}, 18),
     ({"billable_area": 0, "inner_area": 50}, 18), ({"billable_area": 100_000}, 18)],
)  # fmt: skip
def test_unit_accepted(values, floors):
    estate.check_unit(unit(**values), floors)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"floor": 19}, "above the roof"),
        ({"floor": -11}, "does not exist"),
        ({"floor": 201}, "does not exist"),
        ({"billable_area": -1}, "is not possible"),
        ({"billable_area": 100_000.01}, "is not possible"),
        ({"inner_area": 90}, "larger than the billable"),
        ({"coefficient": -0.1}, "coefficient"),
    ],
)
def test_unit_refused(values, sentence):
    with pytest.raises(RuleError, match=sentence):
        estate.check_unit(unit(**values), 18)


def person(**values):
    phones = [Row(phone=p, is_primary=0, last_four=None) for p in values.pop("phones", [])]
    fields = dict.fromkeys(("birthday", "gender", "identity_number", "tax_number", "primary_phone"))
    return Row(**{"resident_name": "张伟", "resident_type": "Person", "phones": phones, **fields, **values})


def test_person_is_put_in_one_form():
    who = person(resident_name=" 张　伟\u200b ", phones=["+86 139-1234-5678", "0755-88886666转801"])
    residents.prepare(who, TODAY)
    assert (who.resident_name, who.name_pinyin, who.name_initials) == ("张伟", "zhangwei", "zw")
    assert [(p.phone, p.last_four, p.is_primary) for p in who.phones] == [
        ("13912345678", "5678", 1),
        ("075588886666-801", "6666", 0),
    ]
    assert who.primary_phone == "13912345678"


def test_without_phone_there_is_no_primary_one():
    who = person(primary_phone="13912345678")
    residents.prepare(who, TODAY)
    assert who.primary_phone is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"resident_name": " \u200b "}, "enter the name"),
        ({"resident_name": "**"}, "enter the name"),
        ({"phones": ["12"]}, "not a phone number"),
        ({"phones": ["13912345678", "139 1234 5678"]}, "listed twice"),
        ({"birthday": date(2026, 11, 23)}, "cannot be a birthday"),
        ({"birthday": date(1879, 12, 31)}, "cannot be a birthday"),
        ({"resident_type": "Organisation", "birthday": date(2000, 1, 1)}, "no birthday"),
        ({"resident_type": "Organisation", "identity_number": VALID_IDENTITY}, "no identity number"),
        ({"resident_type": "Organisation", "tax_number": "12-34"}, "not a tax number"),
    ],
)
def test_person_refused(values, sentence):
    with pytest.raises(RuleError, match=sentence):
        residents.prepare(person(**values), TODAY)


def test_two_primary_phones_are_refused():
    who = person(phones=["13912345678", "13812345678"])
    for row in who.phones:
        row.is_primary = 1
    with pytest.raises(RuleError, match="Only one"):
        residents.prepare(who, TODAY)


@pytest.mark.parametrize(
    ("text", "number"),
    [("110105 19491231 002x", VALID_IDENTITY), ("H1234567(8)", "H1234567(8)"), ("e12345678", "E12345678")],
)
def test_identity(text, number):
    assert residents.identity_number(text, TODAY) == number


@pytest.mark.parametrize("text", ["110105194912310021", "110105202702300023", "123", "x" * 26, "<b>12345</b>"])
def test_no_identity(text):
    with pytest.raises(RuleError):
        residents.identity_number(text, TODAY)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("张伟", "张伟", True),
        ("张伟", "章伟", True),
        ("张伟", "张伟(业主)", True),
        ("张伟", "王芳", False),
        ("李", "李娜", False),
        ("", "张伟", False),
        ("Anna Smith", "anna  smith", True),
    ],
)
def test_names_alike(one, other, alike):
    assert residents.names_are_alike(one, other) is alike
