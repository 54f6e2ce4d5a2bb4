"""Tables people send: CSV as Excel and other systems write it, and XLSX, read into rows by the names of their columns."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

if TYPE_CHECKING:
    from frappe.model.document import Document

MOST_BYTES = 20_000_000
# An XLSX is a zip: a few kilobytes can hold gigabytes.
MOST_UNPACKED = 200_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 5_000
# Cells beyond the last header are kept under this name, joined: a sign of a comma inside a text without quotes.
BEYOND = ""

_DELIMITERS = (",", ";", "\t")
_ENCODINGS = ("utf-8-sig", "gb18030")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What a number format of XLSX writes as it is; outside of it a sign of percent shows a hundred times the number.
_LITERAL = re.compile(r'"[^"]*"|\\.')

Row = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """`headers` as they are written, first of equal ones; `rows` as (number of the line in the file, header → cell).

    A cell is text, stripped, "" for nothing; in an XLSX also a datetime. A number shown in percent is as it is shown: "50%".
    Rows without any content are left out.
    """

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def read_attached(document: Document) -> Table:
    """Read the table in the field `file` of a document. Raises RuleError; PermissionError if the user may not open the file."""
    # Here, so that the reading itself needs no site.
    from property_service.property_service.property_imports import attached_file

    file = attached_file(document.file)
    with open(file.get_full_path(), "rb") as stream:
        return read_table(stream.read(MOST_BYTES + 1), file.file_name or file.file_url)


def read_table(content: bytes, name: str = "") -> Table:
    """Read CSV (UTF-8, UTF-16 or GB 18030; commas, semicolons or tabs) or XLSX. Raises RuleError with a sentence."""
    if len(content) > MOST_BYTES:
        raise RuleError(_("The file is larger than {0} MB. Split it."), MOST_BYTES // 1_000_000)
    if content.startswith(_OLD_EXCEL):
        raise RuleError(_("This is an old Excel file. Save it as XLSX or CSV and attach that."))
    lines = _xlsx_lines(content) if content.startswith(_ZIP) else _csv_lines(content)
    return _table(lines)


def _table(lines: Iterable[tuple[int, Sequence[Any]]]) -> Table:
    headers: list[str] = []
    rows: list[Row] = []
    for number, cells in lines:
        values = [_cell(value, number) for value in cells]
        if not any(value != "" for value in values):
            continue
        if not headers:
            # A spreadsheet pads its lines with empty cells.
            last = max(place for place, value in enumerate(values) if value != "")
            headers = [str(value) for value in values[: last + 1]]
            if len(headers) > MOST_COLUMNS:
                raise RuleError(_("The file has more than {0} columns. Leave out what is not needed."), MOST_COLUMNS)
            continue
        if len(rows) == MOST_ROWS:
            raise RuleError(_("The file has more than {0} rows. Split it."), MOST_ROWS)
        rows.append((number, _mapped(headers, values)))
    if not headers:
        raise RuleError(_("The file is empty. Fill in the template and attach it."))
    return Table(tuple(dict.fromkeys(header for header in headers if header)), tuple(rows))


def _mapped(headers: list[str], values: list[Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for header, value in zip(headers, [*values, *[""] * len(headers)], strict=False):
        if header:
            cells.setdefault(header, value)
    beyond = " ".join(str(value) for value in values[len(headers) :] if value != "")
    return {**cells, BEYOND: beyond} if beyond else cells


def _cell(value: Any, line: int) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    text = str(value).strip()
    if len(text) > LONGEST_CELL:
        raise RuleError(_("Line {0} has a cell of more than {1} characters. Shorten it."), line, LONGEST_CELL)
    return text


def _csv_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    try:
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as broken:
        raise RuleError(_("Line {0} cannot be read. Save the file as CSV or XLSX again."), before + 1) from broken


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content.startswith(_UTF_16) else _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RuleError(_("This is not a table. Attach a CSV or XLSX file."))


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    from openpyxl import load_workbook

    broken = RuleError(_("This XLSX file cannot be read. Open it in a spreadsheet program and save it again."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise RuleError(_("The file is too large when unpacked. Split it."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except RuleError:
        raise
    except Exception as error:  # openpyxl raises whatever its parser meets
        raise broken from error
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        # A sheet may claim a size far beyond its cells.
        if sheet is not None:
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
                yield number, [_as_shown(cell) for cell in cells]
    except (ValueError, KeyError, TypeError, SyntaxError, zipfile.BadZipFile) as error:
        raise broken from error
    finally:
        book.close()


def _as_shown(cell: Any) -> Any:
    """The value of a cell of an XLSX; of a number shown in percent the text that is seen, 0.5 as "50%"."""
    value = cell.value
    # Texts, dates and truth values keep what they are, whatever their format.
    if type(value) not in (int, float) or not _is_percent(cell.number_format):
        return value
    # Rounded: 0.07 times a hundred is 7.000000000000001.
    return f"{value * 100:.10g}%"


@lru_cache(maxsize=1000)
def _is_percent(number_format: str) -> bool:
    return "%" in _LITERAL.sub("", number_format)
