"""What follows of a notice in the background: everybody an urgent one is for is told, once; what was read is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.community_life import notice_places
from property_service.community_life.notice_places import NOTICE, PUBLISHED, RECEIPT
from property_service.property_service.languages import language_for
from property_service.property_service.messages import Note, tell_all
from property_service.property_service.rich_text import plain
from property_service.property_service.service_clock import site_now
from property_service.property_service.work_batches import add_batches, payload_of

JOB = "property_service.community_life.notice_work.tell"
BATCH = 200
LONGEST_TOLD = 500
LATELY = timedelta(minutes=20)


def tell_everybody(doc: Document) -> list[str]:
    """Put the residents an urgent notice is for into batches of the queue; returns the names of the batches."""
    people = notice_places.residents_reached(doc.name, doc.community)
    payloads = [{"notice": doc.name, "people": people[start : start + BATCH]} for start in range(0, len(people), BATCH)]
    return add_batches(JOB, payloads, NOTICE, doc.name)


def tell(batch: Any) -> dict[str, int]:
    """Worker: tell the people of a batch. A second run finds the messages there and tells nobody again."""
    payload = payload_of(batch)
    doc = frappe.get_doc(NOTICE, payload["notice"])
    if doc.status != PUBLISHED:
        return {"people": 0}
    text = plain(doc.body)
    text = text if len(text) <= LONGEST_TOLD else f"{text[: LONGEST_TOLD - 1]}…"
    languages = _languages([resident for resident, _unit in payload["people"]])
    notes = [
        Note(
            resident,
            doc.community,
            _("Urgent notice: {0}", lang=languages[resident]).format(doc.title),
            text,
            (NOTICE, doc.name),
            unit or None,
            f"notice|{doc.name}",
        )
        for resident, unit in payload["people"]
        if resident in languages
    ]
    tell_all(notes)
    return {"people": len(notes)}


def counted(doc: Document) -> dict[str, int]:
    """{read_count, confirmed_count} of a notice: households in which somebody has read and confirmed it."""
    found = notice_places.figures([doc.name], doc.community)[doc.name]
    return {"read_count": found["read"], "confirmed_count": found["confirmed"]}


def recount_read() -> int:
    """Write how many households have read published notices; of those opened lately. Returns how many notices were looked at."""
    receipt, table = frappe.qb.DocType(RECEIPT), frappe.qb.DocType(NOTICE)
    since = site_now() - LATELY
    rows = (
        frappe.qb.from_(receipt)
        .join(table)
        .on(table.name == receipt.notice)
        .select(table.name, table.community, table.read_count, table.confirmed_count)
        .distinct()
        .where((receipt.read_at >= since) | (receipt.confirmed_at >= since))
        .where(table.status == PUBLISHED)
        .orderby(table.name)
        .run(as_dict=True)
    )
    for community in sorted({row.community for row in rows}):
        ours = [row for row in rows if row.community == community]
        figures = notice_places.figures([row.name for row in ours], community)
        for row in ours:
            found = {"read_count": figures[row.name]["read"], "confirmed_count": figures[row.name]["confirmed"]}
            if (row.read_count, row.confirmed_count) != (found["read_count"], found["confirmed_count"]):
                # Not `modified`: a form that is open for editing must not be refused because somebody has read the notice.
                frappe.db.set_value(NOTICE, row.name, found, update_modified=False)
    return len(rows)


def _languages(residents: list[str]) -> dict[str, str]:
    rows = frappe.get_all(
        "Resident", {"name": ["in", residents or [""]], "is_active": 1}, ["name", "language"], order_by="name asc"
    )
    return {row.name: language_for(row.language) for row in rows}
