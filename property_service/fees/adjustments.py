"""Waivers (减免) and further charges: asked for by one person, approved by another, and then entries of the ledger."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe

from property_service.fees import charges, ledger
from property_service.fees.amounts import positive_amount
from property_service.fees.late_fees import check_waiver
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

ADJUSTMENT = "Fee Adjustment"
DRAFT, PENDING, APPROVED, REJECTED = "Draft", "Pending Approval", "Approved", "Rejected"
WAIVE_PRINCIPAL, WAIVE_LATE_FEE, CHARGE_MORE = "Waive Principal", "Waive Late Fee", "Charge More"


def check_amount(charge: frappe._dict, kind: str, amount: Any) -> Decimal:
    """Return the amount in yuan as it may be booked on a charge now, a row of charges.read_charges.

    RuleError for a void charge, an amount that cannot be, and one above what is open.
    """
    if charge.status == charges.VOID:
        raise RuleError(_("The charge of {0} is void: nothing of it is owed."), charge.unit)
    if kind == WAIVE_LATE_FEE:
        return check_waiver(charge.late_fee_assessed, charge.late_fee_paid, charge.late_fee_waived, amount)
    wanted = positive_amount(amount)
    left = max(charges.open_principal(charge), Decimal(0))
    if kind == WAIVE_PRINCIPAL and wanted > left:
        raise RuleError(_("Only {0} yuan of this charge are open. Waive that or less."), left)
    return wanted


def check_request(document: Any) -> None:
    """Raise RuleError where what is asked for could not be booked, or waits for approval already."""
    charge = charges.read_charges([document.charge])[document.charge]
    document.unit, document.debtor = charge.unit, charge.debtor
    check_amount(charge, document.adjustment_kind, document.amount)
    same = {
        "charge": document.charge,
        "adjustment_kind": document.adjustment_kind,
        "status": ["in", [DRAFT, PENDING]],
        "name": ["!=", document.name or ""],
    }
    if frappe.db.exists(ADJUSTMENT, same):
        raise RuleError(_("An adjustment of this kind waits for approval already. Decide on that one first."))


def post(document: Any) -> None:
    """Book an approved adjustment. The charge is locked and judged anew: it may have been paid since it was asked for."""
    charge = charges.read_charges([document.charge], lock=True)[document.charge]
    amount = check_amount(charge, document.adjustment_kind, document.amount)
    names, moment = ledger.entries_for(1)
    ledger.post(
        [
            ledger.on_charge(
                charge,
                name=names[0],
                entry_type="Adjustment",
                part="Late Fee" if document.adjustment_kind == WAIVE_LATE_FEE else "Principal",
                amount=amount if document.adjustment_kind == CHARGE_MORE else -amount,
                effective_date=ledger.today_of(charge.community),
                recorded_at=moment,
                adjustment=document.name,
                remark=document.reason,
            )
        ]
    )
    charges.refresh([charge.name])
