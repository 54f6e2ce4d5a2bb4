"""What follows of a finding in one act: a repair request, a deduction from a deposit, a notice with a number of its own."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Max
from frappe.utils import cint

from property_service.fees import deposit_book
from property_service.patrol import finding_rules as rules
from property_service.patrol.findings import FINDING, locked
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.locks import run_locked
from property_service.property_service.money import money
from property_service.property_service.photos import store_photo
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local_day, site_now

REPAIR, DEPOSIT = "Repair Request", "Resident Deposit"
PRIORITIES = {rules.MINOR: "Low", rules.NORMAL: "Normal", rules.SERIOUS: "High", rules.CRITICAL: "Emergency"}
PATROL = "Patrol"


def make_repair_request(name: str, by: str, category: str = "") -> Document:
    """Make a Repair Request of a finding, its photo with it, and return it; the finding names it from then on.

    Without a category that of the finding's team is taken. RuleError where there is one already, none is known, or nothing is to be
    put right any more; InputRefused for a category that cannot be.
    """
    doc = locked(name)
    if doc.repair_request:
        raise RuleError(_("A repair request was made of this finding already: {0}."), doc.repair_request)
    _check_open(doc)
    category = category or category_of(doc.responsible_team)
    if not category:
        raise RuleError(_("Choose the category of the repair."))
    request = frappe.new_doc(REPAIR)
    request.update(
        {
            "category": category,
            "channel": PATROL,
            "priority": PRIORITIES[doc.severity],
            "community": doc.community,
            "unit": doc.unit,
            "building": doc.building,
            "entrance": doc.entrance,
            "public_place": None if doc.unit else (doc.place or doc.title)[:140],
            "reporter_name": frappe.utils.get_fullname(by),
            "description": "\n".join(filter(None, (doc.title, doc.description, doc.name))),
        }
    )
    # The caller has judged the right to the finding and to new requests; whoever finds something reports it.
    request.insert(ignore_permissions=True)
    _take_photo_along(doc, request.name)
    _keep(doc, repair_request=request.name)
    return request


def deduct(name: str, deposit: str, amount: Any, reason: str, by: str) -> Document:
    """Deduct from the deposit of whoever is responsible for a finding, once; returns the finding. Amount in yuan.

    RuleError where something was deducted already, the deposit is somebody else's, or more than it holds.
    """
    doc = locked(name)
    if doc.deposit_movement:
        raise RuleError(_("Something was deducted for this finding already."))
    if doc.status == rules.WITHDRAWN:
        raise RuleError(_("This finding was withdrawn; nothing can be deducted for it."))
    if not doc.responsible_resident:
        raise RuleError(_("Nobody who holds a deposit is responsible for this finding. Enter who is."))
    held = frappe.db.get_value(DEPOSIT, deposit, ["payer", "community"], as_dict=True)
    if not held or (held.payer, held.community) != (doc.responsible_resident, doc.community):
        raise RuleError(_("This deposit is not that of whoever is responsible. Choose one of theirs."))
    told = f"{doc.name}: {reason}" if reason.strip() else ""
    movement = deposit_book.deduct(deposit, amount, told, by, because_of=(FINDING, doc.name))
    _keep(doc, deduction=money(amount), deposit_movement=movement)
    return doc


def make_notice(name: str, level: str, by: str, reported_to: str = "") -> Document:
    """Take the next step with whoever is responsible (advise, notice, stop-work, report) and return the finding.

    Notices, stop-work notices and reports are numbered per community and year without gaps. RuleError for a step that cannot be.
    """
    doc = locked(name)
    rules.check_notice(level, doc.notice_level or "", doc.status, reported_to)
    now = site_now()
    row = {
        "level": level,
        "made_at": now,
        "made_by": by,
        "put_right_by": doc.due_at,
        "reported_to": reported_to.strip() or None,
        **(_take_number(doc.community, level) if level in rules.PREFIXES else {}),
    }
    doc.append("notices", row)
    _keep(doc, notice_level=level, notice_no=row.get("notice_no"), notice_at=now, reported_to=row["reported_to"])
    return doc


def deposits_of(doc: Document) -> list[dict[str, Any]]:
    """Return the deposits of whoever is responsible that still hold something: {name, purpose, receipt_number, left_amount}."""
    if not doc.responsible_resident:
        return []
    return frappe.get_all(
        DEPOSIT,
        {"payer": doc.responsible_resident, "community": doc.community, "left_amount": [">", 0]},
        ["name", "purpose", "receipt_number", "left_amount"],
        order_by="creation asc, name asc",
    )


def category_of(team: str | None) -> str:
    """Return the first category of a team, "" where it has none."""
    rows = frappe.get_cached_doc("Work Team", team).categories if team else []
    return rows[0].category if rows else ""


def _keep(doc: Document, **values: Any) -> None:
    doc.update(values)
    doc.flags.by_rules = True
    # Its results move by these functions alone; their callers have judged who may.
    doc.save(ignore_permissions=True)
    doc.flags.by_rules = doc.flags.ignore_permissions = False
    call_extensions("property_service_finding_changed", finding=doc)


def _check_open(doc: Document) -> None:
    if doc.status not in rules.TO_FIX:
        raise RuleError(_("This finding was put right or settled already; no repair is needed."))


def _take_photo_along(doc: Document, request: str) -> None:
    file = doc.photo and frappe.db.get_value(
        "File", {"file_url": doc.photo, "attached_to_name": doc.name, "attached_to_doctype": FINDING}
    )
    if file:
        # Not of the kinds that residents are shown.
        store_photo(frappe.get_doc("File", file).get_content(), REPAIR, request, "found")


def _take_number(community: str, level: str) -> dict[str, Any]:
    """Return the next number of a series; the community stays locked until the commit, so that none is left out or given twice."""
    frappe.db.get_value("Community", community, "name", for_update=True)
    year = local_day(community).year
    series = f"{community}|{year}|{level}"
    table = frappe.qb.DocType("Finding Notice")
    last = run_locked(frappe.qb.from_(table).select(Max(table["count"])).where(table.series == series))
    number = cint(last[0][0]) + 1
    return {"series": series, "count": number, "notice_no": rules.notice_number(level, community, year, number)}
