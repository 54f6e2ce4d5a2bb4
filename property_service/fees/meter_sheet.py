"""Reading a round of meters: the sheet to walk along with, and what was read entered at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce
from frappe.utils import getdate

from property_service.fees.amounts import exact
from property_service.fees.meter_book import Entry, ReadingBook, charged_of
from property_service.fees.months import month_end, month_of, month_text
from property_service.fees.usages import METER, READING
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.rule_error import RuleError, mark

MOST = 2000


def sheet(fee_item: str, month: date, building: str = "") -> list[dict[str, Any]]:
    """Return the meters of an item that stand in a month, in the order of their units, at most MOST.

    One that was not read in the month and whose successor was is left out. Each is {meter, meter_no, unit, label, last_value, last_on, usual, reading, value, read_on, quantity, flag}: `usual` a day by the last
    readings, `reading` to `flag` what was entered for the month already. A few queries, whatever the number.
    """
    month = month_of(month)
    meter, unit = frappe.qb.DocType(METER), frappe.qb.DocType("Property Unit")
    query = (
        frappe.qb.from_(meter)
        .left_join(unit)
        .on(unit.name == meter.unit)
        .select(meter.name, unit.short_label)
        .where((meter.fee_item == fee_item) & (meter.installed_on <= month_end(month)))
        .where(meter.removed_on.isnull() | (meter.removed_on >= month))
        .orderby(Coalesce(meter.building, ""), Coalesce(unit.floor, 0), Coalesce(meter.unit, ""))
        .orderby(meter.meter_no, meter.name)
        .limit(MOST)
    )
    if building:
        query = query.where(meter.building == building)
    rows = query.run(as_dict=True)
    book = ReadingBook([row.name for row in rows])
    lines = (_line(book, book.meters[row.name], row.short_label, month) for row in rows)
    return [line for line in lines if line["reading"] or not book.counted_through(line["meter"])]


def enter(readings: Iterable[Mapping[str, Any]], month: date, read_on: date) -> dict[str, Any]:
    """Enter readings {meter, value, rollover, confirmed, note, read_on} of a month; a row without a value is passed over.

    Returns {taken, refused: [{meter, meter_no, reason}], flagged: [{meter, meter_no, quantity, flag}]}: what cannot be is refused with its
    reason, the rest goes in. The caller has judged community and role.
    """
    wanted = [row for row in readings if str(row.get("value") if row.get("value") is not None else "").strip()]
    book = ReadingBook({str(row.get("meter") or "") for row in wanted}, lock=True)
    taken, refused = [], []
    charged = charged_of({**meter, "service_month": month} for meter in book.meters.values())
    for row in wanted:
        meter = book.meters.get(str(row.get("meter") or ""))
        try:
            if meter is None:
                raise RuleError(mark("There is no meter {0}."), row.get("meter"))
            taken.append(judged(book, entry_of(row, month, read_on), charged))
        except RuleError as error:
            reason = _(error.template).format(*error.params)
            refused.append({"meter": row.get("meter"), "meter_no": meter.meter_no if meter else "", "reason": reason})
    write(taken)
    flagged = [
        {"meter": row.meter, "meter_no": book.meters[row.meter].meter_no, "quantity": row.quantity, "flag": row.flag}
        for row in taken
        if row.flag
    ]
    return {"taken": len(taken), "refused": refused, "flagged": flagged}


def judged(book: ReadingBook, entry: Entry, charged: set[tuple[str, str, date]]) -> frappe._dict:
    """Return a checked reading as a row to be written. `charged` as `charged_of` returns it for the meters and months of a block."""
    meter = book.meters[entry.meter]
    key = (meter.unit or "", meter.fee_item, month_of(entry.service_month))
    if key in charged:
        raise RuleError(
            mark("{0} was charged for {1}. Void that charge first."), meter.unit or meter.fee_item, month_text(key[2])
        )
    return book.judge(entry)


def write(rows: Iterable[frappe._dict]) -> int:
    """Insert judged readings in one statement for a thousand; returns how many."""
    kept = list(rows)
    for name, row in zip(hash_names(len(kept)), kept, strict=True):
        row.name = name
    return insert_block(READING, kept)


def entry_of(row: Mapping[str, Any], month: date, read_on: date) -> Entry:
    """Return what a client sent for a meter. RuleError for what is no number or day."""
    try:
        day = getdate(row["read_on"]) if row.get("read_on") else read_on
    except Exception as error:
        raise RuleError(mark("{0} is no day. Enter it as 2026-07-25."), str(row.get("read_on"))[:40]) from error
    return Entry(
        meter=str(row.get("meter") or ""),
        service_month=month_of(month),
        read_on=day,
        value=exact(row.get("value")),
        rollover=bool(row.get("rollover")),
        confirmed=bool(row.get("confirmed")),
        note=str(row.get("note") or "")[:140],
    )


def _line(book: ReadingBook, meter: frappe._dict, label: str | None, month: date) -> dict[str, Any]:
    readings = book.readings[meter.name]
    standing = next((row for row in readings if row.service_month == month), None)
    earlier = [row for row in readings if row.service_month < month]
    last = earlier[-1] if earlier else None
    usual = book.usual(meter)
    return {
        "meter": meter.name,
        "meter_no": meter.meter_no,
        "unit": meter.unit,
        "label": label or meter.unit or meter.building or "",
        "last_value": last.value if last else meter.initial_reading,
        "last_on": last.read_on if last else meter.installed_on,
        "usual": round(usual, 4) if usual is not None else None,
        "reading": standing.name if standing else None,
        "value": standing.value if standing else None,
        "read_on": standing.read_on if standing else None,
        "quantity": standing.quantity if standing else None,
        "flag": standing.flag if standing else "",
    }
