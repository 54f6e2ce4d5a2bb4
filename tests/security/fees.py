"""Module Fees for the attacks: who may do what with each of its documents, and one of each in the community "here"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import frappe
from frappe.utils import now_datetime, today

from property_service.fees import ledger
from property_service.tests import factories as make

COUNTER = {"cashier": "r", "manager": "r"}
READ = {"desk": "r", **COUNTER}
PAPERS = {**READ, "owner": "r"}
EXPECTED: dict[str, dict[str, str]] = {
    "Collection Target": {"cashier": "r", "manager": "rwcd"},
    "Counter Closing": COUNTER,
    "Fee Adjustment": {"desk": "rwc", "cashier": "rwc", "manager": "rwc"},
    "Fee Bill": PAPERS,
    "Fee Charge": PAPERS,
    "Fee Item": {"desk": "r", "cashier": "r", "manager": "rwc"},
    "Fee Ledger Entry": COUNTER,
    "Fee Period Lock": {"desk": "r", "cashier": "r", "manager": "rc"},
    "Fee Receipt": PAPERS,
    "Fee Receipt Counter": {},
    "Fee Reminder": {"desk": "rw", "cashier": "rw", "manager": "rw"},
    "Fee Run": {"desk": "r", "cashier": "r", "manager": "rwc"},
    "Fee Run Skip": COUNTER,
    "Online Payment": {**COUNTER, "owner": "r"},
    "Payment Callback Log": {"manager": "r"},
    "Payment Promise": {"desk": "rwc", "cashier": "rwc", "manager": "rwc"},
    "Property Meter": {"desk": "r", "cashier": "r", "technician": "r", "patroller": "r", "manager": "rwc"},
    "Property Meter Reading": {
        "desk": "rwc",
        "cashier": "rwc",
        "technician": "rwc",
        "patroller": "rwc",
        "manager": "rwcd",
    },
    "Resident Deposit": READ,
    "Resident Deposit Movement": READ,
    "Unit Fee": {"desk": "r", "cashier": "r", "manager": "rwcd"},
}


def documents(here: Any, unit: Any, owner: Any, cashier: str, stored: Callable[..., str]) -> dict[str, str]:
    """DocType → name of a document of `unit`, whose fees `owner` owes."""
    item = make.make_fee_item(here)
    charge = make.make_charge(unit, 100, debtor=owner.name)
    place = {"community": here.name, "unit": unit.name}
    owed = {**place, "debtor": owner.name}
    receipt = stored(
        "Fee Receipt", **place, payer=owner.name, kind="Payment", status="Posted", posting_date=today(), amount=10,
        cashier=cashier, receipt_number=make.unique("SJ"), docstatus=1,
    )  # fmt: skip
    deposit = stored(
        "Resident Deposit", **place, payer=owner.name, purpose="Key", status="Held", receipt_number=make.unique("YJ")
    )
    water = make.make_fee_item(here, kind="Metered", timing="In Arrears")
    meter = make.make_meter(water, unit)
    run = make.insert("Fee Run", community=here.name, bill_until=today())
    return {
        "Collection Target": make.insert("Collection Target", community=here.name, target_year=2026).name,
        "Counter Closing": stored("Counter Closing", community=here.name, cashier=cashier, docstatus=1),
        "Fee Adjustment": make.insert(
            "Fee Adjustment", charge=charge, adjustment_kind="Waive Principal", amount=5, reason="Vacant",
            explanation="Empty since March",
        ).name,
        "Fee Bill": frappe.db.get_value("Fee Charge", charge, "fee_bill"),
        "Fee Charge": charge,
        "Fee Item": item.name,
        "Fee Ledger Entry": ledger.rows_where(charge=charge)[0].name,
        "Fee Period Lock": stored("Fee Period Lock", community=here.name, month=date(2020, 1, 1)),
        "Fee Receipt": receipt,
        "Fee Receipt Counter": stored("Fee Receipt Counter", community=here.name, counter_key=make.unique("key")),
        "Fee Reminder": stored("Fee Reminder", **owed, level="Call", status="Due", due_on=today()),
        "Fee Run": run.name,
        "Fee Run Skip": stored("Fee Run Skip", **place, fee_run=run.name, fee_item=item.name, reason="No price"),
        "Online Payment": stored("Online Payment", **place, resident=owner.name, amount=10, status="Waiting"),
        "Payment Callback Log": stored(
            "Payment Callback Log", community=here.name, nonce=make.unique(), received_at=now_datetime()
        ),
        "Payment Promise": stored(
            "Payment Promise", **owed, promised_amount=10, pay_by=today(), promised_on=today(), status="Open"
        ),
        "Property Meter": meter.name,
        "Property Meter Reading": make.make_reading(meter, "2026-01", 130).name,
        "Resident Deposit": deposit,
        "Resident Deposit Movement": stored(
            "Resident Deposit Movement", community=here.name, deposit=deposit, kind="Held", amount=10,
            posting_date=today(), docstatus=1,
        ),
        "Unit Fee": make.make_unit_fee(unit, item).name,
    }  # fmt: skip
