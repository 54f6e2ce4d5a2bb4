"""Takes in the repair requests of another system: from the command line into a demo community, or for a manager who moves.

Every row of the file is taken, known from before, or refused with its line and the reason; a second run takes none. What was
closed there becomes history, what was open begins here (see `request_writer`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime

from property_service.property_service.errors import rules_speak
from property_service.property_service.property_imports import (
    finish,
    note_block,
    queue,
    start_over,
    work_off,
)
from property_service.property_service.rule_error import RuleError
from property_service.property_service.scope import check_may
from property_service.property_service.service_clock import site_now
from property_service.property_service.work_batches import payload_of
from property_service.setup.importers import tabular
from property_service.setup.importers.request_file import RequestFile, read_requests
from property_service.setup.importers.request_maps import GENERAL, load_map
from property_service.setup.importers.request_writer import REQUEST, Arrival, Outcome, Refused, RequestWriter

BLOCK = 200
# More rows than these are worked off in the queue.
AT_ONCE = 200
SHOWN, PRINTED = 200, 20
USUAL_DAYS = 5
JOB = "property_service.setup.importers.requests.work"
EXAMPLES = {
    "external_id": ("2025-0137", "2025-0137"),
    "category": ("Intercom", "门铃对讲"),
    "description": ("The screen stays dark", "对讲屏幕不亮"),
    "room": ("3-2-1203", "3栋2单元1203"),
    "reporter_name": ("Zhang Wei", "张伟"),
    "reporter_phone": ("13912345678", "13912345678"),
    "status": ("Closed", "已关闭"),
    "priority": ("Normal", "普通"),
    "reported_at": ("2025-11-03 09:20", "2025-11-03 09:20"),
    "finished_at": ("2025-11-03 15:40", "2025-11-03 15:40"),
    "closed_at": ("2025-11-05 10:00", "2025-11-05 10:00"),
    "work_done": ("Mainboard replaced", "更换主板"),
}


def run_file(
    path: str,
    community: str = "NYC",
    spread_days: int = USUAL_DAYS,
    map_name: str | None = None,
    keep: bool = True,
) -> dict[str, Any]:
    """Take a CSV or XLSX file into a community; one that does not exist is made as a demo community.

    Returns {rows, taken, joined, known, refused: [{line, key, reason}], spread_days, buildings_made, incidents_open} and
    prints it in words. With `keep` each block is committed: what a killed run has taken, the next one knows.
    """
    begun, until = time.monotonic(), site_now()
    file = Path(path)
    with rules_speak():
        table = tabular.read_table(file.read_bytes(), file.name)
        if not frappe.db.exists("Community", community):
            from property_service.setup.demo.outside import make_outside_community

            make_outside_community(community, table.headers, map_name)
        requests = read_requests(table.headers, table.rows, community, spread_days, until, map_name)
        writer = _writer(community, requests, until)
        outcome = Outcome(refused=list(requests.refused))
        for block in _blocks(requests.arrivals):
            outcome.add(writer.take(block))
            if keep:
                frappe.db.commit()  # nosemgrep: a block is done; a killed run loses none of it
        still_open = writer.finish()
    counts = {
        "rows": requests.rows,
        "taken": outcome.taken,
        "joined": outcome.joined,
        "known": outcome.known,
        "refused": _sentences(outcome.refused),
        "spread_days": requests.spread_over,
        "buildings_made": writer.places.made,
        "incidents_open": still_open,
    }
    for line in in_words(counts, time.monotonic() - begun):
        print(line)
    return counts


def template(language: str) -> list[list[str]]:
    """Header and example of the table, in Chinese or English."""
    chinese = int(language.startswith("zh"))
    headers = load_map(GENERAL).headers
    # The first name in the language wanted: the English ones are written in ASCII.
    names = [next(name for name in headers[field] if name.isascii() != bool(chinese)) for field in EXAMPLES]
    return [names, [examples[chinese] for examples in EXAMPLES.values()]]


def preview(document: Document) -> dict[str, Any]:
    """What a run would do, without doing it.

    Returns {rows, taken, known, refused_count, refused: [{line, key, reason}] (first 200), makes: {DocType: count},
    ignored: [headers nobody understands], spread_days}. Raises RuleError for a file that is no table of requests.
    """
    until = site_now()
    table, requests = _read(document, until)
    writer = _writer(document.community, requests, until)
    outcome = Outcome(refused=list(requests.refused))
    for block in _blocks(requests.arrivals):
        outcome.add(writer.judge(block))
    ignored = [header for header in table.headers if header not in requests.columns.values()]
    return {
        "rows": requests.rows,
        "taken": outcome.taken,
        "known": outcome.known,
        "refused_count": len(outcome.refused),
        "refused": _sentences(outcome.refused)[:SHOWN],
        "makes": {REQUEST: outcome.taken, "Building": writer.places.waiting()},
        "ignored": ignored,
        "spread_days": requests.spread_over,
    }


def start(document: Document) -> None:
    """Take a short table at once, hand a long one to the queue. Raises RuleError, PermissionError."""
    for doctype in (REQUEST, "Building"):
        check_may(doctype, "create")
    until = site_now()
    _table, requests = _read(document, until)
    start_over(document, requests.rows)
    if requests.rows > AT_ONCE:
        queue(document, JOB)
        return
    writer = _writer(document.community, requests, until)
    note_block(document.name, 0, 0, requests.refused)
    for block in _blocks(requests.arrivals):
        _take(document, writer, block)
    writer.finish()
    finish(document.name, "Done")


def work(batch: Any) -> dict[str, Any]:
    """Worker's job: goes on behind the rows an attempt before has done; each block is one transaction."""
    document = frappe.get_doc("Property Import", payload_of(batch)["import"])
    # Rows without times lie before the moment the work was handed over, on every attempt the same.
    until = get_datetime(batch.creation).replace(microsecond=0)
    try:
        _table, requests = _read(document, until)
    except RuleError:
        finish(document.name, "Failed")
        return {"done": 0}
    writer = _writer(document.community, requests, until)
    if not int(batch.done or 0):
        frappe.db.delete("Property Import Refusal", {"parent": document.name})
        frappe.db.set_value("Property Import", document.name, "rows_refused", 0)
        note_block(document.name, 0, 0, requests.refused)
    done = work_off(batch, document, requests.arrivals, BLOCK, lambda block: _take(document, writer, block))
    if done == len(requests.arrivals):
        writer.finish()
        finish(document.name, "Done")
    return {"done": done}


def in_words(counts: dict[str, Any], seconds: float) -> Iterator[str]:
    """What is printed at the end of a run."""
    refused = counts["refused"]
    if counts["spread_days"]:
        yield _("The file has no times: its rows are spread over {0} days in the order of their numbers.").format(
            counts["spread_days"]
        )
    for one in refused[:PRINTED]:
        yield _("Line {0} ({1}) is refused: {2}").format(one["line"], one["key"], one["reason"])
    if len(refused) > PRINTED:
        yield _("… and {0} more rows are refused.").format(len(refused) - PRINTED)
    yield _("{0} rows: {1} taken ({2} of them joined to incidents), {3} known already, {4} refused, in {5} s.").format(
        counts["rows"], counts["taken"], counts["joined"], counts["known"], len(refused), f"{seconds:.1f}"
    )


def _read(document: Document, until: datetime) -> tuple[tabular.Table, RequestFile]:
    table = tabular.read_attached(document)
    days = document.spread_days or USUAL_DAYS
    return table, read_requests(table.headers, table.rows, document.community, days, until)


def _writer(community: str, requests: RequestFile, until: datetime) -> RequestWriter:
    return RequestWriter(community, requests.source_system, until, requests.request_map.incident_window_minutes)


def _take(document: Document, writer: RequestWriter, block: Sequence[Arrival]) -> None:
    """Take a block and count it on the import, in one transaction."""
    outcome = writer.take(block)
    note_block(document.name, outcome.taken, outcome.known, outcome.refused, outcome.joined)


def _sentences(refused: Sequence[Refused]) -> list[dict[str, Any]]:
    return [
        {"line": line, "key": key, "reason": _(error.template).format(*error.params)}
        for line, key, error in sorted(refused, key=lambda one: one[0])
    ]


def _blocks(arrivals: list[Arrival]) -> Iterator[list[Arrival]]:
    for position in range(0, len(arrivals), BLOCK):
        yield arrivals[position : position + BLOCK]
