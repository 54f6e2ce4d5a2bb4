"""The estate importer: a table of rooms, people and cars goes in block by block; what is there already stays as it is.

Refused rows say their line and the reason, the rest goes in; a second run makes nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from property_service.property_service import unit_address
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.property_imports import (
    finish,
    note_block,
    queue,
    start_over,
    work_off,
)
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_areas import areas_of_buildings
from property_service.property_service.unit_occupancies import spans_of
from property_service.property_service.work_batches import payload_of
from property_service.setup.importers import estate_columns, tabular
from property_service.setup.importers.estate_plan import DOCTYPES, Known, Plan, Planner
from property_service.setup.importers.estate_rows import EstateRow, understand

BLOCK = 500
# More rows than these are worked off in the queue.
AT_ONCE = 200
SHOWN = 200
JOB = "property_service.setup.importers.estate.work"

Understood = EstateRow | tuple[int, str, RuleError]


def template(language: str) -> list[list[str]]:
    """Header and example of the table, in Chinese or English."""
    return estate_columns.template(language)


def preview(document: Document) -> dict[str, Any]:
    """What a run would do, without doing it.

    Returns {rows, taken, known, refused_count, refused: [{line, key, reason}] (first 200), makes: {DocType: count},
    ignored: [headers nobody understands]}. Raises RuleError for a file that is no table of an estate.
    """
    table = tabular.read_attached(document)
    columns = estate_columns.recognise(table.headers)
    plan = _plan(document.community, list(_understood(table.rows, columns)))
    refused = sorted(plan.refused, key=lambda one: one[0])
    return {
        "rows": len(table.rows),
        "taken": plan.taken,
        "known": plan.known,
        "refused_count": len(refused),
        "refused": [
            {"line": line, "key": key, "reason": _(error.template).format(*error.params)}
            for line, key, error in refused[:SHOWN]
        ],
        "makes": plan.counts(),
        "ignored": [header for header in table.headers if header not in columns.values()],
    }


def start(document: Document) -> None:
    """Run a short table at once, hand a long one to the queue. Raises RuleError, PermissionError."""
    for doctype in DOCTYPES:
        frappe.has_permission(doctype, "create", throw=not frappe.get_meta(doctype).istable)
    table = tabular.read_attached(document)
    columns = estate_columns.recognise(table.headers)
    start_over(document, len(table.rows))
    if len(table.rows) > AT_ONCE:
        queue(document, JOB)
        return
    for block in _blocks(list(_understood(table.rows, columns)), 0):
        _write(document, block)
    finish(document.name, "Done")


def work(batch: Any) -> dict[str, Any]:
    """Worker's job: every block is one transaction, with its counts and how far the batch has come."""
    document = frappe.get_doc("Property Import", payload_of(batch)["import"])
    try:
        table = tabular.read_attached(document)
        rows = list(_understood(table.rows, estate_columns.recognise(table.headers)))
    except RuleError:
        finish(document.name, "Failed")
        return {"done": 0}
    done = work_off(batch, document, rows, BLOCK, lambda block: _write(document, block))
    if done == len(rows):
        finish(document.name, "Done")
    return {"done": done}


def _plan(community: str, rows: Sequence[Understood]) -> Plan:
    good = [row for row in rows if isinstance(row, EstateRow)]
    planner = Planner(_known(community, good), _names(len(good)).__next__)
    for row in rows:
        if isinstance(row, EstateRow):
            planner.take(row)
        else:
            planner.refuse(*row)
    return planner.finish()


def _write(document: Document, block: Sequence[Understood]) -> None:
    """Plan a block, insert it, and count it on the import."""
    plan = _plan(document.community, block)
    for doctype in DOCTYPES:
        insert_block(doctype, plan.made[doctype])
    for status in sorted(set(plan.statuses.values())):
        names = [name for name, wanted in plan.statuses.items() if wanted == status]
        frappe.db.set_value("Property Unit", {"name": ["in", names]}, "occupancy_status", status)
    for resident, phone in plan.primary_phones.items():  # few: people who stood there without any number
        frappe.db.set_value("Resident", resident, "primary_phone", phone)
    note_block(document.name, plan.taken, plan.known, plan.refused)


def _understood(rows: Iterable[tabular.Row], columns: dict[str, str]) -> Iterator[Understood]:
    for line_no, cells in rows:
        try:
            yield understand(line_no, cells, columns)
        except RuleError as error:
            said = (str(cells.get(columns.get(name, ""), "")) for name in ("building", "entrance", "room", "address"))
            yield line_no, "-".join(filter(None, said))[:60], error


def _known(community: str, rows: Sequence[EstateRow]) -> Known:
    """What these rows may meet, in a handful of queries."""
    known = Known(community, getdate(today()))
    buildings = frappe.get_all(
        "Building", {"community": community}, ["name", "building_no", "floors"], order_by="name asc"
    )
    known.buildings = {row.building_no: (row.name, row.floors or 0) for row in buildings}
    known.entrances = set(frappe.get_all("Entrance", {"community": community}, pluck="name", order_by="name asc"))
    known.areas = areas_of_buildings([row.name for row in buildings])
    places = {unit_address.unit_name(community, row.building, row.entrance or None, row.room) for row in rows}
    units = frappe.get_all(
        "Property Unit",
        {"name": ["in", list(places)]},
        ["name", "occupancy_status", "deemed_handover_date"],
        order_by="name asc",
    )
    known.units = {row.name: row.occupancy_status for row in units}
    known.handed_over = {row.name: row.deemed_handover_date for row in units}
    known.spans.update(spans_of(known.units))
    plates = list({plate for row in rows for plate in row.plates})
    cars = frappe.get_all(
        "Resident Vehicle",
        {"community": community, "is_active": 1, "plate": ["in", plates]},
        ["plate", "unit"],
        order_by="plate asc",
    )
    known.plates = {row.plate: row.unit for row in cars}
    _know_people(known, rows)
    return known


def _know_people(known: Known, rows: Sequence[EstateRow]) -> None:
    """People these rows may mean, as far as the user sees them: nobody is pulled in from another community."""
    phones = list({phone for row in rows for phone in row.phones})
    by_phone = frappe.get_all(
        "Resident Phone", {"phone": ["in", phones]}, ["parent", "phone"], order_by="phone asc, parent asc"
    )
    companies = list({row.resident_name for row in rows if row.resident_type == "Organisation"})
    found = {row.parent for row in by_phone} | {span.resident for spans in known.spans.values() for span in spans}
    either = {"name": ["in", list(found)], "resident_name": ["in", companies]}
    people: dict[str, Any] = {}
    for field, condition in either.items():
        if condition[1]:
            # get_list: what the user may read.
            people |= {
                row.name: row
                for row in frappe.get_list(
                    "Resident",
                    filters={field: condition, "is_active": 1},
                    fields=["name", "resident_name", "resident_type"],
                    order_by="creation asc, name asc",
                    limit_page_length=0,
                )
            }
    persons = {name: (name, row.resident_name, row.resident_type) for name, row in people.items()}
    for row in by_phone:
        if row.parent in persons:
            known.people_by_phone[row.phone].append(persons[row.parent])
    for unit, spans in known.spans.items():
        known.people_in[unit] += [persons[span.resident] for span in spans if span.resident in persons]
    for person in persons.values():
        if person[2] == "Organisation":
            known.organisations.setdefault(person[1].casefold(), person)
    for row in frappe.get_all(
        "Resident Phone", {"parent": ["in", list(persons)]}, ["parent", "phone"], order_by="parent asc, idx asc"
    ):
        known.phones_of[row.parent].append(row.phone)


def _blocks(rows: list[Understood], start: int) -> Iterator[list[Understood]]:
    for position in range(start, len(rows), BLOCK):
        yield rows[position : position + BLOCK]


def _names(rows: int) -> Iterator[str]:
    while True:
        yield from hash_names(rows or 1)
