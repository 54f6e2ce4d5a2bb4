"""Taking a receipt back: void (作废) on its day before it is in a closing, else reversed (红冲). By opposite entries, once, never deleted."""

from __future__ import annotations

import frappe
from frappe.utils import getdate

from property_service.fees import ledger
from property_service.fees.charges import read_charges, refresh
from property_service.fees.open_charges import to_take_back
from property_service.fees.prepayments import mark_refunded, used_of
from property_service.fees.receipt_documents import (
    POSTED,
    RECEIPT,
    REFUND,
    REVERSED,
    VOIDED,
    lock_receipts,
    set_prepaid_left,
)
from property_service.property_service.money import ZERO
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

REMARK_LENGTH = 140


def way_back(row: frappe._dict) -> str:
    """Return Voided for a receipt of today that is in no closing, else Reversed."""
    same_day = getdate(row.posting_date) == ledger.today_of(row.community)
    return VOIDED if same_day and not row.counter_closing else REVERSED


def take_back_receipt(name: str, because: str) -> str:
    """Take a receipt back with all it brought, late fees included; returns Voided or Reversed. The caller has judged roles.

    RuleError for one taken back already, one whose prepayment was used or given back, and for no reason.
    """
    because = because.strip()
    if not because:
        raise RuleError(_("Say why the receipt is taken back."))
    entries = ledger.standing(ledger.rows_where(receipt=name))
    origin = frappe.db.get_value(RECEIPT, name, "refund_of")
    charges = read_charges((row.charge for row in entries if row.charge), lock=True)
    locked = lock_receipts([one for one in (name, origin) if one])
    row = locked[name]
    if row.status != POSTED:
        raise RuleError(_("The receipt {0} was taken back already."), row.receipt_number)
    if row.prepaid_left != row.prepaid:
        used = used_of(entries)
        if used:
            raise RuleError(
                _('{0} yuan of its prepayment are used on charges. Choose "Take Prepayment off Charges" first.'), used
            )
        raise RuleError(
            _("{0} yuan of its prepayment were given back. Open the receipt of that refund and take it back first."),
            row.prepaid - row.prepaid_left,
        )
    day = ledger.today_of(row.community)
    ledger.take_back(to_take_back(entries, charges), day, because[:REMARK_LENGTH])
    refresh(charges)
    status = way_back(row)
    table = frappe.qb.DocType(RECEIPT)
    (
        frappe.qb.update(table)
        .set(table.status, status)
        .set(table.prepaid_left, ZERO)
        .set(table.taken_back_on, day)
        .set(table.taken_back_by, frappe.session.user)
        .set(table.taken_back_because, because)
        .set(table.modified, frappe.utils.now())
        .where(table.name == name)
        .run()
    )
    if row.kind == REFUND and origin:
        set_prepaid_left({origin: locked[origin].prepaid_left + row.amount})
        mark_refunded(locked[origin])
    return status
