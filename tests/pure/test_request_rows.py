"""Rows of other systems' files: what is understood, and the sentence for each thing that is not."""

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.property_service.rule_error import RuleError
from property_service.setup.importers.request_maps import HISTORIC, LIVE, load_map, map_for, map_names, word
from property_service.setup.importers.request_rows import key_order, spread, understand

pytestmark = pytest.mark.pure
NOW = datetime(2026, 3, 10, 12, 0)
CATEGORIES = {word(name): name for name in ("Heating", "Burst Pipe", "Leak")} | {word("水管爆裂"): "Burst Pipe"}
GENERAL = load_map("general")


def read(request_map=GENERAL, **cells):
    cells = {"Number": "1", "Category": "Leak", **cells}
    return understand(7, cells, request_map, request_map.columns(cells), CATEGORIES, NOW)


def test_a_plain_row():
    row = read(
        **{
            "Description": "Water under the sink",
            "Room": "3-2-1203",
            "Reporter": "王芳",
            "Phone": "154 0000 7919",
            "Status": "Closed",
            "Priority": "urgent",
            "Reported At": "2026-03-01 08:30",
            "Closed At": "2026/03/02 09:00:00",
            "Work Done": "New seal",
        }
    )
    assert (row.line_no, row.external_id, row.status, row.category) == (7, "1", "Closed", "Leak")
    assert (row.room, row.reporter_name, row.reporter_phone) == ("3-2-1203", "王芳", "15400007919")
    assert (row.priority, row.work_done) == ("High", "New seal")
    assert row.reported_at == datetime(2026, 3, 1, 8, 30)
    assert row.closed_at == datetime(2026, 3, 2, 9, 0)


def test_chinese_headers_and_words():
    cells = {"工单号": "A-9", "类别": "水管爆裂", "状态": "已办结", "报修时间": "2026年3月1日 08:30", "优先级": "紧急"}
    row = understand(2, cells, GENERAL, GENERAL.columns(cells), CATEGORIES, NOW)
    assert (row.external_id, row.category, row.status, row.priority) == ("A-9", "Burst Pipe", "Closed", "Emergency")
    assert row.reported_at == datetime(2026, 3, 1, 8, 30)


def test_cells_of_a_sheet_are_numbers_and_times():
    row = read(**{"Number": 12.0, "Reported At": datetime(2026, 3, 1, 8, 30, 5, 700)})
    assert (row.external_id, row.reported_at) == ("12", datetime(2026, 3, 1, 8, 30, 5))


def test_without_a_description_the_category_speaks():
    assert read(Subcategory="kitchen").description == "Leak / kitchen"


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"Number": ""}, "has no number"),
        ({"Number": "9" * 61}, "longer than 60"),
        ({"Category": ""}, "no category"),
        ({"Category": "Nonsense"}, 'no category for "Nonsense"'),
        ({"Status": "Whatever"}, 'status "Whatever" is not known'),
        ({"Priority": "Whatever"}, 'priority "Whatever" is not known'),
        ({"Reported At": "soon"}, '"soon" is not a time'),
        ({"Reported At": "2026-02-30 10:00"}, "is not a time"),
        ({"Reported At": ""}, "does not say when"),
        ({"Reported At": "2026-03-10 12:01"}, "is in the future"),
        ({"Reported At": "1889-03-10 12:01"}, "before 1990"),
        ({"Reported At": "2026-03-01", "Closed At": "2026-02-01"}, "before it was reported"),
        ({"Description": "x" * 5000}, "has 5000 characters"),
        ({"Description": "<script>alert(1)</script>"}, "markup"),
        ({"Description": "see <img src=x onerror=alert(1)>"}, "markup"),
        ({"Work Done": "JavaScript :alert(1)"}, "markup"),
        ({"Reporter": "<b>Bob</b>"}, "markup"),
        ({"Reporter": "x" * 141}, "longer than 140"),
        ({"Phone": "call me"}, "is not a phone number"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(cells, sentence):
    with pytest.raises(RuleError, match=sentence):
        read(**cells)


def test_a_smaller_than_sign_is_no_markup():
    assert read(Description="Temperature < 12 degrees, 2 <3").description == "Temperature < 12 degrees, 2 <3"


def test_invisible_characters_are_dropped():
    assert read(Description="Le\u200bak\x00 here\r\n").description == "Leak here"


def test_a_missing_column_is_named():
    with pytest.raises(RuleError, match="No column is called Number"):
        GENERAL.columns(["Category"])
    with pytest.raises(RuleError, match="No column is called Category"):
        GENERAL.columns(["Number"])


def test_headers_tell_which_map_fits():
    city = ["Unique Key", "Complaint Type", "Descriptor", "Incident Address", "Status"]
    assert map_for(city).name == "nyc311"
    assert map_for(["Number", "Category"]).name == "general"
    assert map_names()[-1] == "general"


@pytest.mark.parametrize("name", map_names())
def test_every_map_is_well_formed(name):
    found = load_map(name)
    assert set(found.statuses.values()) <= {*HISTORIC, *LIVE}
    assert found.source_system
    for fieldname in ("external_id", "category", "status", "reported_at"):
        assert found.headers[fieldname]
    headers = [word(header) for names in found.headers.values() for header in names]
    assert len(set(headers)) == len(headers), "one header means two things"


def test_keys_are_ordered_by_their_numbers():
    assert sorted(["A10", "A9", "B1", "100", "99"], key=key_order) == ["99", "100", "A9", "A10", "B1"]
    assert sorted(["7²", "7"], key=key_order) == ["7", "7²"]


@given(st.lists(st.text(max_size=12), max_size=30))
def test_any_keys_can_be_ordered(keys):
    ordered = [key_order(key) for key in sorted(keys, key=key_order)]
    assert all(before <= after for before, after in itertools.pairwise(ordered))


@given(st.integers(min_value=1, max_value=5000))
def test_rows_without_times_lie_in_order_within_the_days(rows):
    begin, end = NOW - timedelta(days=5), NOW
    times = [spread(position, rows, begin, end) for position in {0, rows // 2, rows - 1}]
    assert begin <= min(times) <= max(times) <= end
    assert spread(0, rows, begin, end) <= spread(rows - 1, rows, begin, end)


@given(
    st.dictionaries(st.sampled_from(["Number", "Category", "Description", "Status", "Phone", "Reported At"]), st.text())
)
def test_no_text_breaks_the_reader(cells):
    cells = {"Number": "1", "Category": "Leak", **cells}
    try:
        row = understand(2, cells, GENERAL, GENERAL.columns(cells), CATEGORIES, NOW)
    except RuleError:
        return
    assert row.external_id and row.description
