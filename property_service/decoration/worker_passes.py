"""Worker passes (装修出入证): within the permit's days, with a fee and a deposit of their own, revoked when work stops."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from property_service.decoration import codes
from property_service.decoration.states import APPROVED, DOCTYPE, ON_SITE, SUSPENDED
from property_service.decoration.terms import terms_of
from property_service.fees import deposit_book
from property_service.fees.deposit_book import DepositOrder
from property_service.fees.one_off import charge_once
from property_service.property_service import access_codes
from property_service.property_service.errors import InputRefused, NotAllowedNow, rules_speak
from property_service.property_service.locks import run_locked
from property_service.property_service.money import money
from property_service.property_service.phone_numbers import normalise
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rule_error import RuleError

WORKER_PASS = "Decoration Worker Pass"  # noqa: S105 the name of a DocType
VALID, REVOKED, EXPIRED, RETURNED = "Valid", "Revoked", "Expired", "Returned"
STOPPED, OVER = "Works Suspended", "Works Over"
MOST_NAME, MOST_PASSES = 60, 60


def prepare(doc: Document) -> None:
    """Fill in a new pass: place and days of the permit. Refused for a permit under which nobody may work."""
    permit = frappe.get_doc(DOCTYPE, doc.permit)
    if permit.status not in ON_SITE | {APPROVED}:
        frappe.throw(
            _("Passes are made while a permit is approved or its works go on. {0} is {1}.").format(
                permit.name, frappe.bold(_(permit.status, context="Decoration Permit"))
            ),
            NotAllowedNow,
        )
    if frappe.db.count(WORKER_PASS, {"permit": permit.name, "status": VALID}) >= MOST_PASSES:
        frappe.throw(_("A permit can have at most {0} valid passes.").format(MOST_PASSES), InputRefused)
    doc.community, doc.unit, doc.status = permit.community, permit.unit, VALID
    doc.valid_from, doc.valid_to = permit.from_date, permit.extended_to or permit.to_date
    doc.revoked_because = doc.deposit = doc.charge = None


def check(doc: Document) -> None:
    """Names, phone and the last four signs of the identity card. Raises InputRefused."""
    doc.worker_name = plain_text(doc.worker_name, _("Name"), MOST_NAME, required=True)
    doc.trade = plain_text(doc.trade, _("Trade"), MOST_NAME)
    with rules_speak():
        doc.worker_phone = normalise(doc.worker_phone) if doc.worker_phone else None
    four = unicodedata.normalize("NFKC", doc.id_last_four or "").strip().upper()
    if not re.fullmatch(r"[0-9]{3}[0-9X]", four):
        frappe.throw(_("Enter the last four signs of the identity card, for example 123X."), InputRefused)
    doc.id_last_four = four


def after_insert(doc: Document) -> None:
    """The pass has a code at once, and its fee is charged to the contractor, or to the applicant where none is recorded."""
    codes.issue(codes.PASS, doc, doc.community, getdate(doc.valid_from), getdate(doc.valid_to))
    permit = frappe.get_doc(DOCTYPE, doc.permit)
    item = terms_of(doc.community).pass_fee_item
    if item and money(permit.pass_fee_due):
        charge = charge_once(
            doc.unit,
            item,
            money(permit.pass_fee_due),
            (WORKER_PASS, doc.name),
            description=doc.worker_name,
            debtor=permit.contractor or permit.applicant,
        )
        doc.db_set("charge", charge, update_modified=False)


def made_for(client_key: str, worker_name: str) -> Document | None:
    """Return the pass that this key of a form has brought already, its row locked; an empty key brings a new one each time.

    Raises InputRefused where it was made for another worker.
    """
    table = frappe.qb.DocType(WORKER_PASS)
    known = client_key and run_locked(
        frappe.qb.from_(table).select(table.name).where(table.client_key == client_key).orderby(table.name), pluck=True
    )
    if not known:
        return None
    doc = frappe.get_doc(WORKER_PASS, known[0], for_update=True)
    if doc.worker_name != plain_text(worker_name, _("Name"), MOST_NAME, required=True):
        frappe.throw(
            _("The pass of {0} is made. Close the dialog, then make the next one.").format(doc.worker_name),
            InputRefused,
        )
    return doc


def take_deposit(doc: Document, mode: str, cashier: str) -> Document:
    """Take the deposit of a pass from the contractor or the applicant; sent twice it is taken once. RuleError where none is due."""
    permit = frappe.get_doc(DOCTYPE, doc.permit)
    if doc.deposit:
        # Perhaps of a call that ended meanwhile.
        return frappe.get_doc(deposit_book.DEPOSIT, doc.deposit, for_update=True)
    if not money(permit.pass_deposit_due) or doc.status != VALID:
        raise RuleError(_("There is no deposit to pay for this pass."))
    deposit = deposit_book.take_deposit(
        DepositOrder(
            community=doc.community,
            payer=permit.contractor or permit.applicant,
            purpose="Worker Pass",
            amount=money(permit.pass_deposit_due),
            mode=mode,
            unit=doc.unit,
            source_key=f"{WORKER_PASS}|{doc.name}",
            reference=(WORKER_PASS, doc.name),
            remark=doc.worker_name,
        ),
        cashier,
    )
    doc.db_set("deposit", deposit.name, update_modified=False)
    return deposit


def take_back(doc: Document, mode: str = "", original: str = "", cashier: str = "") -> Document:
    """A pass is handed in: it opens nothing any more, and its deposit is given back where `mode` says how."""
    if doc.status != RETURNED:
        _end(doc, RETURNED, "Handed in")
    if mode and doc.deposit:
        left = money(frappe.db.get_value(deposit_book.DEPOSIT, doc.deposit, "left_amount"))
        deposit_book.refund(doc.deposit, left, mode, original, cashier, reason=doc.worker_name)
    return doc


def revoke(doc: Document, because: str) -> Document:
    """Revoke one pass: somebody was sent away. RuleError without a reason, or where it is not valid."""
    if not because.strip():
        raise RuleError(_("Please say why the pass is revoked."))
    if doc.status != VALID:
        raise RuleError(_("This pass is not valid any more."))
    _end(doc, REVOKED, because.strip()[:140])
    return doc


def revoke_all(permit: Document, because: str) -> int:
    """Nobody works under this permit any more, or for now; returns how many passes were valid."""
    names = _names(permit, {"status": VALID})
    if because == OVER:
        # Those of works that were stopped do not come back to life.
        names += _names(permit, {"status": REVOKED, "revoked_because": STOPPED})
    _revoke_codes(names, because)
    _set(names, {"status": REVOKED, "revoked_because": because})
    return len(names)


def restore(permit: Document) -> int:
    """Work goes on: passes that were revoked by the stop hold again as long as the permit, with new codes; returns how many."""
    names = _names(permit, {"status": REVOKED, "revoked_because": STOPPED})
    last = getdate(permit.extended_to or permit.to_date)
    _set(names, {"status": VALID, "revoked_because": None, "valid_to": last})
    for name in names:
        row = frappe._dict(doctype=WORKER_PASS, name=name)
        codes.issue(codes.PASS, row, permit.community, getdate(permit.from_date), last)
    return len(names)


def prolong(permit: Document) -> None:
    """The permit was extended: its passes hold as long as it does, those that ended with its days too.

    While works are stopped none of them holds; they come back when work goes on.
    """
    last = getdate(permit.extended_to)
    ended = _names(permit, {"status": EXPIRED})
    if permit.status == SUSPENDED:
        _revoke_codes(ended, STOPPED)
        _set(ended, {"status": REVOKED, "revoked_because": STOPPED})
    else:
        _set(ended, {"status": VALID})
    names = _names(permit, {"status": VALID})
    _set([*names, *_names(permit, {"status": REVOKED, "revoked_because": STOPPED})], {"valid_to": last})
    codes.prolong(codes.PASS, WORKER_PASS, names, permit.community, last)


def passes_of(permit: str) -> list[dict[str, Any]]:
    """The passes of a permit, valid ones first: name, worker_name, trade, status, valid_from, valid_to, deposit, charge."""
    fields = ["name", "worker_name", "trade", "id_last_four", "status", "valid_from", "valid_to", "deposit", "charge"]
    rows = frappe.get_all(WORKER_PASS, {"permit": permit}, fields, order_by="creation asc, name asc")
    return sorted(rows, key=lambda row: row.status != VALID)


def check_deposit_move(deposit: str, kind: str, because_of: tuple[str, str] | None = None) -> None:
    """Hook `property_service_deposit_move`: the deposit of a pass is given back for the pass, not while somebody wears it."""
    row = frappe.db.get_value(deposit_book.DEPOSIT, deposit, ["reference_doctype", "reference_name"], as_dict=True)
    if row and row.reference_doctype == WORKER_PASS and kind == "Refunded":
        if frappe.db.get_value(WORKER_PASS, row.reference_name, "status") != RETURNED:
            raise RuleError(_("The deposit of a pass is given back when the pass is handed in. Record that first."))


def _end(doc: Document, status: str, because: str) -> None:
    _revoke_codes([doc.name], because)
    doc.db_set({"status": status, "revoked_because": because})


def _revoke_codes(names: list[str], because: str) -> None:
    for name in names:
        access_codes.revoke_all(codes.PASS, WORKER_PASS, name, because)


def _names(permit: Document, filters: dict[str, str]) -> list[str]:
    return frappe.get_all(WORKER_PASS, {"permit": permit.name, **filters}, pluck="name", order_by="name asc")


def _set(names: list[str], values: dict[str, Any]) -> None:
    if names:
        frappe.db.set_value(WORKER_PASS, {"name": ["in", names]}, values)
