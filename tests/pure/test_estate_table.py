"""An estate's table understood and planned, without a database."""

from datetime import date, datetime
from itertools import count

import pytest

from property_service.property_service.occupancies import Span
from property_service.property_service.rule_error import RuleError
from property_service.setup.importers import estate_columns
from property_service.setup.importers.estate_plan import Known, Planner
from property_service.setup.importers.estate_rows import day, understand
from property_service.setup.importers.tabular import BEYOND

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 22)
ENGLISH, CHINESE = (estate_columns.template(language)[0] for language in ("en", "zh-TW"))
NAMES = [column.name for column in estate_columns.COLUMNS if column.name != "address"]


def row(line=2, **cells):
    cells = {"building": "3", "entrance": "2", "room": "1203", **cells}
    return understand(line, cells, {name: name for name in cells})


def planned(*rows, known=None):
    numbers = count(1)
    planner = Planner(known or Known("LH", TODAY), lambda: f"new-{next(numbers)}")
    for one in rows:
        planner.take(one)
    return planner.finish()


@pytest.mark.parametrize(
    "headers", [ENGLISH, CHINESE, [f" {h.upper()}* " for h in ENGLISH], [h.replace("(", "（") for h in CHINESE]]
)
def test_both_templates_are_recognised(headers):
    assert list(estate_columns.recognise(headers)) == NAMES


def test_templates_examples_can_be_imported():
    for language in ("en", "zh"):
        header, example = estate_columns.template(language)
        found = understand(2, dict(zip(header, example, strict=True)), estate_columns.recognise(header))
        assert (found.key, found.usage, found.relation, found.is_debtor, found.share) == (
            "3-2-1203",
            "Residence",
            "Owner",
            True,
            100,
        )
        assert (found.delivery_status, found.occupancy_status) == ("Delivered", "Owner Occupied")
        assert (found.billable_area, found.deemed_handover_date, found.plates) == (
            89.35,
            date(2016, 9, 1),
            ("粤B12345",),
        )


def test_every_word_of_the_lists_means_something_and_only_one_thing():
    for name, choices in estate_columns.WORDS.items():
        words = [estate_columns.word(said) for said_words in choices.values() for said in said_words]
        assert len(words) == len(set(words)), name
        for meaning, said_words in choices.items():
            assert all(estate_columns.meaning(name, said) == meaning for said in said_words)


def test_needed_columns():
    with pytest.raises(RuleError, match="Room / 房号"):
        estate_columns.recognise(["楼栋", "姓名"])
    assert estate_columns.recognise(["房屋地址", "姓名", "unknown"]) == {"address": "房屋地址", "resident_name": "姓名"}


@pytest.mark.parametrize(
    ("cells", "key", "floor"),
    [
        ({"building": "03栋", "entrance": "2单元", "room": "1203室"}, "3-2-1203", 12),
        ({"building": "", "entrance": "", "room": "3-2-1203"}, "3-2-1203", 12),
        ({"building": "", "entrance": "", "room": "", "address": "3栋2单元1203室"}, "3-2-1203", 12),
        ({"entrance": "", "room": "0101"}, "3-0101", None),
        ({"entrance": "", "room": "A101", "usage": "车位"}, "3-A101", None),
        ({"entrance": "", "room": "101", "usage": "parking"}, "3-101", None),
        ({"floor": "12层"}, "3-2-1203", 12),
        ({"floor": "B2"}, "3-2-1203", -2),
        ({"floor": "-1"}, "3-2-1203", -1),
    ],
)
def test_places(cells, key, floor):
    found = row(**cells)
    assert (found.key, found.floor) == (key, floor)


def test_a_person_of_a_row():
    found = row(
        resident_name=" 张　伟 ", phones="139 1234 5678、0755-88886666；13912345678", relation="共有人", share="33.33%",
        from_date=datetime(2020, 1, 5), plates="粤b·12345 / 粤B54321", resident_type="公司", is_debtor="√",
    )  # fmt: skip
    assert (found.resident_name, found.resident_type, found.relation) == ("张伟", "Organisation", "Co-owner")
    assert found.phones == ("13912345678", "075588886666")
    assert (found.share, found.from_date, found.is_debtor) == (33.33, date(2020, 1, 5), True)
    assert found.plates == ("粤B12345", "粤B54321")


@pytest.mark.parametrize(
    "text", ["2016-09-01", "2016/9/1", "2016.09.01", "2016年9月1日", "20160901", "2016-09-01 00:00:00"]
)
def test_days(text):
    assert day(text) == date(2016, 9, 1)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"room": ""}, "does not name a unit"),
        ({"building": "", "room": "1203"}, "does not name a unit"),
        ({"room": "12-03-04-05"}, "cannot be part"),
        ({"usage": "castle"}, "Residence / 住宅"),
        ({"relation": "Guest", "resident_name": "x"}, "Owner / 业主"),
        ({"floor": "top"}, "not a floor"),
        ({"billable_area": "big"}, "not a number"),
        ({"deemed_handover_date": "soon"}, "not a date"),
        ({"deemed_handover_date": "1900-01-01"}, "not a date"),
        ({"deemed_handover_date": "2016-02-30"}, "not a date"),
        ({"phones": "13912345678"}, "without a name"),
        ({"resident_name": "张伟", "phones": "12"}, "not a phone number"),
        ({"plates": "car"}, "not a number plate"),
        ({"is_debtor": "maybe", "resident_name": "x"}, "not understood"),
        ({"resident_name": "<script>alert(1)</script>"}, "web page"),
        ({BEYOND: "5"}, "more cells"),
    ],
)
def test_rows_refused(cells, sentence):
    with pytest.raises(RuleError, match=sentence):
        row(**cells)


def test_everything_new_is_made_once():
    plan = planned(
        row(2, resident_name="张伟", phones="13911110000", share="60", plates="粤B12345"),
        row(3, resident_name="李娜", relation="co-owner", share="40", plates="粤B12345"),
        row(4, room="1204", resident_name="张伟", phones="13911110000、13922220000"),
        row(5, room="1205"),
        row(6, room="1205"),
    )
    assert plan.counts() == {
        "Building": 1, "Entrance": 1, "Property Unit": 3, "Resident": 2, "Resident Phone": 2, "Unit Occupancy": 3, "Resident Vehicle": 1,
    }  # fmt: skip
    assert (plan.taken, plan.known, plan.refused) == (4, 1, [])
    building, room = plan.made["Building"][0], plan.made["Property Unit"][0]
    assert (building.name, building.building_no, building.building_name) == ("LH-03", "3", "3")
    assert (room.name, room.short_label, room.entrance, room.floor) == ("LH-03-2-1203", "3-2-1203", "LH-03-2", 12)
    phones = plan.made["Resident Phone"]
    assert [(p.phone, p.idx, p.is_primary, p.last_four) for p in phones] == [
        ("13911110000", 1, 1, "0000"),
        ("13922220000", 2, 0, "0000"),
    ]
    assert {p.parent for p in phones} == {plan.made["Resident"][0].name}
    assert plan.made["Resident"][0].primary_phone == "13911110000"


def test_a_refused_row_leaves_no_trace():
    plan = planned(
        row(2, plates="粤B12345"),
        row(3, building="9", room="901", resident_name="张伟", plates="粤B12345"),
        row(4, billable_area="50", inner_area="60", room="1209"),
        row(5, building="8", room="801", resident_name="李娜", from_date="2020-01-02", to_date="2020-01-01"),
    )
    assert [line for line, _key, _error in plan.refused] == [3, 4, 5]
    assert plan.counts()["Building"] == 1 and plan.counts()["Resident"] == 0


def test_shares_and_payers_are_judged_within_the_file():
    plan = planned(
        row(2, resident_name="张伟", share="60", is_debtor="是"),
        row(3, resident_name="李娜", relation="共有人", share="50"),
        row(4, resident_name="王芳", relation="租户", is_debtor="是"),
        row(5, resident_name="王芳", relation="租户", from_date="2020-01-01"),
        row(6, resident_name="王芳", relation="租户", from_date="2021-01-01"),
    )
    assert [(line, str(error)[:20]) for line, _key, error in plan.refused] == [
        (3, "The owners' shares a"),
        (4, "Somebody else has be"),
    ]
    assert (plan.taken, plan.known) == (2, 1)


def test_what_is_there_stays_and_is_known():
    known = Known("LH", TODAY)
    known.buildings = {"3": ("LH-03", 18)}
    known.entrances = {"LH-03-2"}
    known.units = {"LH-03-2-1203": "Decorating"}
    known.spans["LH-03-2-1203"] = [Span("R1", "Owner", date(2016, 9, 1))]
    known.people_in["LH-03-2-1203"] = [("R1", "张伟", "Person")]
    known.plates = {"粤B12345": "LH-03-2-1203"}
    plan = planned(
        row(2, resident_name="张伟", plates="粤B12345", occupancy_status="空置", billable_area="1"),
        row(3, resident_name="张伟", phones="13911110000"),
        row(4, resident_name="李娜", relation="租户"),
        row(5, room="1901"),
        known=known,
    )
    assert (plan.taken, plan.known) == (2, 1)
    assert plan.primary_phones == {"R1": "13911110000"}
    assert plan.statuses == {"LH-03-2-1203": "Rented"}
    assert [str(error) for _line, _key, error in plan.refused] == [
        "Floor 19 is above the roof: the building has 18 floors. Correct one of them."
    ]


def test_people_of_one_name_are_told_apart_by_phone_and_room():
    plan = planned(
        row(2, resident_name="张伟", phones="13911110000"),
        row(3, room="1204", resident_name="张伟", phones="13922220000"),
        row(4, room="1205", resident_name="张伟"),
        row(5, room="1205", resident_name="张伟", relation="租户", phones="13933330000"),
        row(6, room="1206", resident_name="绿湖公司", resident_type="公司"),
        row(7, room="1207", resident_name="绿湖公司", resident_type="公司"),
        row(8, room="1208", resident_name="绿湖公司"),
    )
    assert [person.resident_name for person in plan.made["Resident"]] == ["张伟"] * 3 + ["绿湖公司"] * 2
    assert plan.counts()["Unit Occupancy"] == 7


def test_status_follows_the_people_unless_the_file_knows_better():
    plan = planned(
        row(2, room="1", resident_name="a", relation="租户"),
        row(3, room="2", resident_name="b", occupancy_status="出租"),
        row(4, room="3", resident_name="c", relation="家属"),
        row(5, room="4", occupancy_status="装修"),
        row(6, room="5", resident_name="d", relation="租户", from_date="2020-01-01", to_date="2021-01-01"),
    )
    assert [unit.occupancy_status for unit in plan.made["Property Unit"]] == [
        "Rented", "Rented", "Owner Occupied", "Decorating", "Vacant",
    ]  # fmt: skip
