"""The money of a decoration, through module Fees: deposits of owner and contractor apart, rubbish removal, passes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.model.document import Document

from property_service.decoration.states import ACCEPTED, APPROVED, DOCTYPE, EXPIRED, IN_PROGRESS, SETTLED
from property_service.decoration.terms import terms_of
from property_service.fees import deposit_book
from property_service.fees.deposit_book import DepositOrder
from property_service.fees.one_off import charge_once
from property_service.fees.prepayments import void_charges
from property_service.property_service.guarded_document import advance
from property_service.property_service.locks import run_locked
from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

DEPOSIT = deposit_book.DEPOSIT
AFTER_OBSERVATION = "After Observation"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two who pay a deposit: fields of the permit and the deposit's purpose."""

    purpose: str
    deposit: str
    due: str
    payer: str


OWNER = Side("Decoration (Owner)", "owner_deposit", "owner_deposit_due", "applicant")
CONTRACTOR = Side("Decoration (Contractor)", "contractor_deposit", "contractor_deposit_due", "contractor")
SIDES = {"Owner": OWNER, "Contractor": CONTRACTOR}


def take_deposit(permit: Document, side: str, mode: str, cashier: str, payer: str = "") -> Document:
    """Take the deposit of the Owner or the Contractor of an approved permit; returns the Resident Deposit.

    The sum is what the terms said when it was approved; sent twice it is taken once. Paid by the applicant or the contractor unless
    another `payer` (a Resident) is named; it is given back to whoever paid. RuleError where the permit is not approved.
    """
    if side not in SIDES:
        raise RuleError(_("Choose whose deposit is paid: Owner or Contractor."))
    found = SIDES[side]
    # The permit first, then its deposits: nobody who pays or gives back at the same moment meets another crosswise.
    permit = frappe.get_doc(DOCTYPE, permit.name, for_update=True)
    if known := permit.get(found.deposit):
        # Perhaps paid since this transaction began to read: only a locking read sees it.
        return frappe.get_doc(DEPOSIT, known, for_update=True)
    if permit.status != APPROVED:
        raise RuleError(_("Deposits are taken once the permit is approved. {0} is not, or not any more."), permit.name)
    if not money(permit.get(found.due)):
        raise RuleError(_("There is no such deposit to pay for {0}."), permit.name)
    payer = payer or permit.get(found.payer)
    if not payer:
        raise RuleError(_("Choose the contractor's record as payer: the deposit is given back to it."))
    if found is CONTRACTOR and not permit.contractor and payer != permit.applicant:
        # Known by name alone until it came to pay: findings are its responsibility from now on.
        permit.db_set("contractor", payer, update_modified=False)
    return deposit_book.take_deposit(
        DepositOrder(
            community=permit.community,
            payer=payer,
            purpose=found.purpose,
            amount=money(permit.get(found.due)),
            mode=mode,
            unit=permit.unit,
            source_key=f"{permit.name}|{side}",
            reference=(DOCTYPE, permit.name),
            remark=permit.name,
        ),
        cashier,
    )


def charge_rubbish(permit: Document) -> None:
    """Charge the removal of rubbish once, to the applicant, with the sum kept at the approval."""
    item = terms_of(permit.community).rubbish_fee_item
    if item and money(permit.rubbish_due) and not permit.rubbish_charge:
        charge = charge_once(
            permit.unit, item, money(permit.rubbish_due), (DOCTYPE, permit.name), debtor=permit.applicant
        )
        permit.db_set("rubbish_charge", charge, update_modified=False)


def void_rubbish(permit: Document) -> None:
    """No work was done, so none of its rubbish is removed; what was paid already stays for the cashier to give back."""
    if permit.rubbish_charge and not money(frappe.db.get_value("Fee Charge", permit.rubbish_charge, "paid")):
        void_charges([permit.rubbish_charge], permit.name)


def all_paid(permit: Document) -> bool:
    """Whether every deposit that is due has been paid in full."""
    held = {row.name: money(row.held) for row in _deposits(permit)}
    return all(held.get(permit.get(side.deposit), ZERO) >= money(permit.get(side.due)) for side in SIDES.values())


def deposits_left(permit: Document) -> Decimal:
    """What is still held of both deposits, in yuan."""
    return sum((money(row.left_amount) for row in _deposits(permit)), ZERO)


def _deposits(permit: Document) -> list[frappe._dict]:
    """Both deposits as others have committed them meanwhile, locked: two may be paid, or given back, at the same moment."""
    names = [permit.get(side.deposit) for side in SIDES.values() if permit.get(side.deposit)]
    if not names:
        return []
    table = frappe.qb.DocType(DEPOSIT)
    query = frappe.qb.from_(table).select(table.name, table.held, table.left_amount)
    return run_locked(query.where(table.name.isin(names)).orderby(table.name), as_dict=True)


def on_deposit_changed(deposit: str) -> None:
    """Hook `property_service_deposit_changed`: both paid, the works may begin; nothing left after acceptance, it is settled."""
    row = frappe.db.get_value(
        DEPOSIT, deposit, ["name", "purpose", "reference_doctype", "reference_name"], as_dict=True
    )
    side = next((side for side in SIDES.values() if row and side.purpose == row.purpose), None)
    if not side or row.reference_doctype != DOCTYPE:
        return
    permit = frappe.get_doc(DOCTYPE, row.reference_name, for_update=True)
    # The other deposit may have been paid since this transaction began to read; it is there, its row is locked below.
    permit.flags.by_rules = permit.flags.ignore_links = True
    if permit.status == APPROVED:
        permit.set(side.deposit, deposit)
        if all_paid(permit):
            advance(permit, IN_PROGRESS, "deposits paid")
        else:
            permit.db_set(side.deposit, deposit)
    elif permit.status == ACCEPTED and not deposits_left(permit) and observed(permit):
        advance(permit, SETTLED, "deposits settled")


def check_deposit_move(deposit: str, kind: str, because_of: tuple[str, str] | None = None) -> None:
    """Hook `property_service_deposit_move`: no deposit of a permit is given back before its works are accepted and observed.

    Deducted is only for a finding of the permit that was proven; whatever path leads here: counter, endpoint, REST or import.
    """
    row = frappe.db.get_value(DEPOSIT, deposit, ["reference_doctype", "reference_name", "purpose"], as_dict=True)
    if not row or row.reference_doctype != DOCTYPE:
        return
    if kind == "Deducted":
        _check_deduction(row.reference_name, because_of)
    elif kind == "Refunded":
        check_refund(frappe.get_doc(DOCTYPE, row.reference_name, for_update=True))


def check_refund(permit: Document) -> None:
    """RuleError while the works are not accepted, the observation is not over, or the recheck after it is not passed."""
    if permit.status in (EXPIRED, SETTLED):
        return
    if permit.status != ACCEPTED:
        raise RuleError(
            _(
                "The deposits of {0} are given back after the works were accepted and the observation is over, not before."
            ),
            permit.name,
        )
    if not observed(permit):
        raise RuleError(
            _(
                "The deposits of {0} are given back after the observation, which lasts until {1}, and a recheck that is passed."
            ),
            permit.name,
            permit.observation_until,
        )


def observed(permit: Document) -> bool:
    """Whether the last recheck after the observation was passed."""
    rows = [row for row in permit.acceptances if row.kind == AFTER_OBSERVATION]
    return bool(rows) and rows[-1].result == "Passed"


def _check_deduction(permit: str, because_of: tuple[str, str] | None) -> None:
    proven = (
        because_of
        and because_of[0] == "Inspection Finding"
        and frappe.db.get_value(
            "Inspection Finding", because_of[1], ["reference_doctype", "reference_name", "status"], as_dict=True
        )
    )
    if (
        not proven
        or (proven.reference_doctype, proven.reference_name) != (DOCTYPE, permit)
        or proven.status == "Withdrawn"
    ):
        raise RuleError(
            _("A deposit of {0} is deducted from for a finding of it only. Open the finding and deduct there."), permit
        )
