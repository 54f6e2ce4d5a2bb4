"""What a job costs: materials by the price list, labour by grade, the quote and its consent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from property_service.property_service.errors import InputRefused, NotAllowedNow, rules_speak
from property_service.property_service.money import ZERO, money
from property_service.property_service.plain_text import plain_text
from property_service.property_service.service_clock import local_day, site_now
from property_service.repairs.categories import category

MOST_MONEY = Decimal(1_000_000)
MOST_QUANTITY, MOST_HOURS, MOST_ROWS = 100_000, 1_000, 100
AGREED, WAITING, DECLINED = "Agreed", "Waiting", "Declined"
CONSENT_BY = ("Signature", "Code", "Phone", "Portal")
GRADES = ("Junior", "Skilled", "Senior")


def price_list(community: str | None) -> Document | None:
    """The active price list that is valid today (in the community), the latest one; None where there is none."""
    today = local_day(community) if community else site_now().date()
    table = frappe.qb.DocType("Repair Price List")
    rows = (
        frappe.qb.from_(table)
        .select(table.name)
        .where(table.is_active == 1)
        .where(table.valid_from <= today)
        .orderby(table.valid_from, order=frappe.qb.desc)
        .orderby(table.name)
        .limit(1)
        .run(pluck=True)
    )
    return frappe.get_cached_doc("Repair Price List", rows[0]) if rows else None


def price_items(community: str | None, text: str = "") -> list[dict[str, Any]]:
    """Items of the valid price list whose name holds `text`: rows {item_name, kind, grade, uom, rate}."""
    prices = price_list(community)
    wanted = text.strip().casefold()
    rows = prices.items_by_name().values() if prices else ()
    return [
        {"item_name": r.item_name, "kind": r.kind, "grade": r.grade, "uom": r.uom, "rate": float(money(r.rate))}
        for r in rows
        if wanted in r.item_name.casefold()
    ]


def read_materials(rows: list) -> list[dict[str, Any]]:
    """What a technician sent as materials, read and bounded. Raises InputRefused with the number of the row."""
    if len(rows) > MOST_ROWS:
        _refuse(_("A report can have at most {0} rows of material.").format(MOST_ROWS))
    found = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            _refuse(_("Row {0} of the materials was not understood. Please enter it again.").format(number))
        with rules_speak():
            rate = money(row.get("rate") or 0)
        found.append(
            {
                "item_name": plain_text(row.get("item_name"), _("Item"), 140, required=True),
                "qty": _number(row.get("qty", 1), _("Quantity")),
                "uom": plain_text(row.get("uom"), _("Unit of Measure"), 40) or None,
                "rate": float(rate),
                "from_stock": int(bool(cint(row.get("from_stock", 1)))),
            }
        )
    return found


def compute(doc: Document) -> None:
    """Work out all amounts anew from quantities, hours and the price list; what the client sent as amounts is ignored."""
    if not (doc.materials or flt(doc.labour_hours)):
        doc.materials_amount = doc.labour_amount = doc.total_amount = 0
        return
    prices = price_list(doc.community)
    listed = prices.items_by_name() if prices else {}
    total = ZERO
    for number, row in enumerate(doc.materials, 1):
        row.item_name = plain_text(row.item_name, _("Item"), 140, required=True)
        quantity = Decimal(str(_number(row.qty, _("Quantity"))))
        if not quantity:
            _refuse(_("Row {0} of the materials has no quantity. Enter how much was used.").format(number))
        known = listed.get(row.item_name)
        with rules_speak():
            rate = money(known.rate if known else row.rate)
            amount = money(quantity * rate)
        if rate < 0 or amount > MOST_MONEY:
            _refuse(_("The price in row {0} of the materials is not possible. Please correct it.").format(number))
        row.uom = row.uom or (known.uom if known else None)
        row.rate, row.amount = float(rate), float(amount)
        total += amount
    labour = _labour(doc, prices)
    doc.materials_amount, doc.labour_amount = float(total), float(labour)
    doc.total_amount = float(total + labour)


def check_total(doc: Document) -> None:
    """A charged job costs at most what the customer agreed to. Raises InputRefused."""
    if needs_quote(doc) and money(doc.total_amount) > money(doc.quote_amount):
        _refuse(
            _("The total of {0} is more than the {1} the resident agreed to. Quote again before finishing.").format(
                money(doc.total_amount), money(doc.quote_amount)
            )
        )


def needs_quote(doc: Document) -> bool:
    """True where the customer pays, so that he must agree before the work begins."""
    return bool(cint(doc.is_chargeable)) and not cint(doc.is_warranty) and not cint(doc.is_public)


def check_agreed(doc: Document) -> None:
    """Refuse to begin work the customer has not agreed to pay for. Raises NotAllowedNow."""
    if needs_quote(doc) and doc.quote_status != AGREED:
        frappe.throw(
            _("This job is chargeable. Quote a price and record the resident's consent before the work begins."),
            NotAllowedNow,
        )


def set_quote(doc: Document, amount: float, text: str) -> None:
    """Put a price before the customer; an earlier consent ends. Raises InputRefused."""
    if cint(doc.is_public):
        _refuse(_("Work in public areas is never charged to a resident. Leave the quote out."))
    if cint(doc.is_warranty):
        _refuse(
            _("This repair is in warranty and free. If the owner caused the damage, record that responsibility first.")
        )
    with rules_speak():
        price = money(amount)
    if not 0 < price <= MOST_MONEY:
        _refuse(_("Please quote an amount above 0 and up to {0}.").format(MOST_MONEY))
    doc.is_chargeable = 1
    doc.quote_amount = float(price)
    usual = category(doc.category)
    doc.quote_from, doc.quote_to = usual.price_from, usual.price_to
    doc.quote_text = plain_text(text, _("Quote Text"), 1000, required=True)
    doc.quote_status = WAITING
    doc.consent_by = doc.consent_at = doc.consent_note = None


def _labour(doc: Document, prices: Document | None) -> Decimal:
    hours = Decimal(str(_number(doc.labour_hours or 0, _("Labour (Hours)"), MOST_HOURS)))
    if not hours:
        return ZERO
    if doc.labour_grade not in GRADES:
        _refuse(_("Please choose the grade of the labour: {0}.").format(", ".join(map(_, GRADES))))
    rate = prices.labour_rate(doc.labour_grade) if prices else None
    if rate is None:
        _refuse(_("The price list has no labour of grade {0}. Ask the manager to add it.").format(_(doc.labour_grade)))
    return money(hours * money(rate))


def _number(value: Any, label: str, most: int = MOST_QUANTITY) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        _refuse(_("{0} must be a number from 0 to {1}.").format(label, most))
    return number


def _refuse(sentence: str) -> None:
    frappe.throw(sentence, InputRefused)
