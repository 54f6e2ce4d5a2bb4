"""Tables as people send them."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.property_service.rule_error import RuleError
from property_service.setup.importers import tabular

pytestmark = pytest.mark.pure


def xlsx(*rows):
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


TEXT = '楼栋,房号,姓名\r\n3,1203,张伟\r\n\r\n3, 1204 ,"李, 娜"\r\n'
EXPECTED = (
    (2, {"楼栋": "3", "房号": "1203", "姓名": "张伟"}),
    (4, {"楼栋": "3", "房号": "1204", "姓名": "李, 娜"}),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding(encoding, delimiter):
    text = TEXT.replace("李, 娜", "李# 娜").replace(",", delimiter).replace("#", ",")
    table = tabular.read_table(text.encode(encoding), "a.csv")
    assert table.headers == ("楼栋", "房号", "姓名")
    assert table.rows == EXPECTED


def test_lines_are_counted_as_the_file_has_them():
    table = tabular.read_table(b'a,b\n"one\ntwo",x\n\n3,y\n')
    assert [line for line, _cells in table.rows] == [2, 5]
    assert table.rows[0][1]["a"] == "one\ntwo"


def test_short_and_long_rows():
    table = tabular.read_table(b"a,b,,a\n1\n1,2,3,4,5,6\n")
    assert table.headers == ("a", "b")
    assert table.rows == ((2, {"a": "1", "b": ""}), (3, {"a": "1", "b": "2", tabular.BEYOND: "5 6"}))


def test_xlsx_cells():
    table = tabular.read_table(
        xlsx(
            ["房号", "面积", "日期", "有效", "空"],
            [1203, 89.35, datetime(2016, 9, 1), True, None],
            [],
            ["0101", 90.0, date(2016, 9, 2), "x"],
        )
    )
    assert table.rows == (
        (2, {"房号": "1203", "面积": "89.35", "日期": datetime(2016, 9, 1), "有效": "1", "空": ""}),
        (4, {"房号": "0101", "面积": "90", "日期": datetime(2016, 9, 2), "有效": "x", "空": ""}),
    )


def test_numbers_shown_in_percent_are_read_as_they_are_shown():
    from openpyxl import Workbook

    book = Workbook()
    for row in (["产权份额", "面积"], [0.5, 89], [1, 90], [0.07, 91], [0.3333, 92], [50, 93], [50, 94], ["50%", 95]):
        book.active.append(row)
    formats = ("0%", "0.00%", "0%", "0.00%;[Red]-0.00%", '0"%"', "0\\%", "0%")
    for number, shown in enumerate(formats, 2):
        book.active.cell(number, 1).number_format = shown
    stream = io.BytesIO()
    book.save(stream)
    rows = tabular.read_table(stream.getvalue()).rows
    assert [cells["产权份额"] for _line, cells in rows] == ["50%", "100%", "7%", "33.33%", "50", "50", "50%"]
    assert [cells["面积"] for _line, cells in rows] == ["89", "90", "91", "92", "93", "94", "95"]


def many_rows(count):
    return b"a\n" + b"1\n" * count


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\n , \n", "empty"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "not a table"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 50, "old Excel"),
        (b"PK\x03\x04 no zip at all", "cannot be read"),
        (b"a\n" + b"x" * 5001, "5000 characters"),
        (many_rows(100_001), "100000 rows"),
        (b",".join([b"h"] * 201), "200 columns"),
        (b"x" * 20_000_001, "20 MB"),
    ],
)
def test_refused(content, sentence):
    with pytest.raises(RuleError, match=sentence):
        tabular.read_table(content)


def test_a_bomb_is_refused_before_it_is_unpacked():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 210_000_000)
    assert len(stream.getvalue()) < 1_000_000
    with pytest.raises(RuleError, match="unpacked"):
        tabular.read_table(stream.getvalue())


def test_a_zip_that_is_no_workbook_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("hello.txt", "x")
    with pytest.raises(RuleError, match="cannot be read"):
        tabular.read_table(stream.getvalue())


@given(st.binary(max_size=300))
def test_whatever_comes_is_a_table_or_a_sentence(content):
    try:
        table = tabular.read_table(content)
    except RuleError:
        return
    for _line, cells in table.rows:
        assert set(cells) <= {*table.headers, tabular.BEYOND}
