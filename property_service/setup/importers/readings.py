"""The importer of meter readings: a table goes in block by block, judged as readings entered by hand are.

Refused rows say their line and the reason, the rest goes in; a second run takes none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.fees import meter_sheet
from property_service.fees.meter_book import Entry, ReadingBook, charged_of
from property_service.fees.usages import METER, READING
from property_service.property_service.property_imports import finish, note_block, queue, start_over, work_off
from property_service.property_service.rule_error import RuleError, mark
from property_service.property_service.scope import check_may
from property_service.property_service.work_batches import payload_of
from property_service.setup.importers import reading_rows, tabular
from property_service.setup.importers.reading_rows import ReadingRow, plain

BLOCK = 500
# More rows than these are worked off in the queue.
AT_ONCE = 200
SHOWN = 200
JOB = "property_service.setup.importers.readings.work"
Refused = tuple[int, str, RuleError]
Understood = ReadingRow | Refused


def template(language: str) -> list[list[str]]:
    """Header and example of the table, in Chinese or English."""
    return reading_rows.template(language)


def preview(document: Document) -> dict[str, Any]:
    """What a run would do, without doing it.

    Returns {rows, taken, known, refused_count, refused: [{line, key, reason}] (first 200), makes: {DocType: count},
    ignored: [headers nobody understands]}. Raises RuleError for a file that is no table of readings.
    """
    table = tabular.read_attached(document)
    columns = reading_rows.recognise(table.headers)
    taken, known, refused = _judge(document.community, _understood(table, columns))
    return {
        "rows": len(table.rows),
        "taken": len(taken),
        "known": known,
        "refused_count": len(refused),
        "refused": [
            {"line": line, "key": key, "reason": _(error.template).format(*error.params)}
            for line, key, error in sorted(refused, key=lambda one: one[0])[:SHOWN]
        ],
        "makes": {READING: len(taken)},
        "ignored": [header for header in table.headers if header not in columns.values()],
    }


def start(document: Document) -> None:
    """Run a short table at once, hand a long one to the queue. Raises RuleError, PermissionError."""
    check_may(READING, "create")
    table = tabular.read_attached(document)
    rows = _understood(table, reading_rows.recognise(table.headers))
    start_over(document, len(rows))
    if len(rows) > AT_ONCE:
        queue(document, JOB)
        return
    for begin in range(0, len(rows), BLOCK):
        _write(document, rows[begin : begin + BLOCK])
    finish(document.name, "Done")


def work(batch: Any) -> dict[str, Any]:
    """Worker's job: every block is one transaction, with its counts and how far the batch has come."""
    document = frappe.get_doc("Property Import", payload_of(batch)["import"])
    try:
        table = tabular.read_attached(document)
        rows = _understood(table, reading_rows.recognise(table.headers))
    except RuleError:
        finish(document.name, "Failed")
        return {"done": 0}
    done = work_off(batch, document, rows, BLOCK, lambda block: _write(document, block))
    if done == len(rows):
        finish(document.name, "Done")
    return {"done": done}


def _understood(table: tabular.Table, columns: dict[str, str]) -> list[Understood]:
    """Return the rows, refused ones first, then those understood in the order of their months: each is judged by the one before."""
    good: list[ReadingRow] = []
    refused: list[Refused] = []
    for line_no, cells in table.rows:
        try:
            good.append(reading_rows.understand(line_no, cells, columns))
        except RuleError as error:
            refused.append((line_no, str(cells.get(columns["meter_no"], ""))[:60], error))
    return [*refused, *sorted(good, key=lambda row: (row.month, row.read_on, row.line_no))]


def _write(document: Document, block: Sequence[Understood]) -> None:
    taken, known, refused = _judge(document.community, block, lock=True)
    meter_sheet.write(taken)
    note_block(document.name, len(taken), known, refused)


def _judge(
    community: str, rows: Sequence[Understood], lock: bool = False
) -> tuple[list[frappe._dict], int, list[Refused]]:
    """Return the readings to write, how many are there already, and the refused rows. A few queries for any number."""
    good = [row for row in rows if isinstance(row, ReadingRow)]
    refused = [row for row in rows if not isinstance(row, ReadingRow)]
    meters, items = _meters(community, good), _items(community)
    book = ReadingBook({name for found in meters.values() for name, _item in found}, lock=lock)
    months = {row.month for row in good}
    charged = charged_of({**meter, "service_month": month} for meter in book.meters.values() for month in months)
    taken, known = [], 0
    for row, entry in _entries(good, meters, items, refused):
        standing = book.standing(entry)
        if standing and (standing.value, standing.read_on) == (entry.value, entry.read_on):
            known += 1
            continue
        try:
            taken.append(meter_sheet.judged(book, entry, charged))
        except RuleError as error:
            refused.append((row.line_no, row.meter_no[:60], error))
    return taken, known, refused


def _entries(
    rows: Sequence[ReadingRow],
    meters: dict[str, list[tuple[str, str]]],
    items: dict[str, str],
    refused: list[Refused],
) -> Iterator[tuple[ReadingRow, Entry]]:
    for row in rows:
        try:
            meter = _meter_of(row, meters, items)
        except RuleError as error:
            refused.append((row.line_no, row.meter_no[:60], error))
            continue
        yield row, Entry(meter, row.month, row.read_on, row.value, row.rollover, row.confirmed, row.note)


def _meter_of(row: ReadingRow, meters: dict[str, list[tuple[str, str]]], items: dict[str, str]) -> str:
    item = items.get(plain(row.fee_item), "") if row.fee_item else ""
    if row.fee_item and not item:
        raise RuleError(mark("There is no fee item {0} here. Enter its code."), row.fee_item)
    found = [name for name, theirs in meters.get(row.meter_no, []) if not item or theirs == item]
    if not found:
        raise RuleError(mark("There is no meter {0} here. Enter it first."), row.meter_no)
    if len(found) > 1:
        raise RuleError(mark("Several meters have the number {0}. Add the column Fee Item."), row.meter_no)
    return found[0]


def _meters(community: str, rows: Sequence[ReadingRow]) -> dict[str, list[tuple[str, str]]]:
    """Return number → (name, fee item) of the meters these rows may mean; those that were removed only while no other has the number."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    removed: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in frappe.get_all(
        METER,
        {"community": community, "meter_no": ["in", sorted({row.meter_no for row in rows}) or [""]]},
        ["name", "meter_no", "fee_item", "removed_on"],
        order_by="removed_on desc, name asc",
    ):
        (removed if row.removed_on else found)[row.meter_no].append((row.name, row.fee_item))
    return {number: found.get(number) or removed[number][:1] for number in {*found, *removed}}


def _items(community: str) -> dict[str, str]:
    """Return code, name or title of a fee item, as compared → its name."""
    found: dict[str, str] = {}
    for row in frappe.get_all(
        "Fee Item", {"community": community}, ["name", "item_code", "item_name"], order_by="name asc"
    ):
        for text in (row.item_name, row.item_code, row.name):
            found[plain(text)] = row.name
    return found
