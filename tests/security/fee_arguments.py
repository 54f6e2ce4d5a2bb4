"""What the walks of `test_endpoints.py` need for the module Fees: arguments of each of its endpoints, and what they name."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import add_days, today

from property_service.fees import deposit_book, receipts
from property_service.fees.allocation import Tender
from property_service.property_service.money import money
from property_service.tests import factories as make
from tests.portal.world import World

CHARGES = '["{charge}"]'
SPAN = {"from_date": "2026-07-01", "to_date": "2026-07-31"}
ASSIGNMENT = {"fee_item": "{fee_item}", "from_date": "2026-01-01", "filters": "{}", "terms": "{}"}
ROUND = {"fee_item": "{fee_item_metered}", "month": "2026-07-01"}
OWED = {"unit": "{room}", "debtor": "{resident}"}

# Endpoint (path without the app's name) → arguments of a real call; words in braces are filled in from `make_words`.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "fees.api.fee_run_preview_now": {"name": "{fee_run}"},
    "fees.api.fee_run_start": {"name": "{fee_run}"},
    "fees.api.fee_run_void": {"name": "{fee_run}", "because": "A wrong price"},
    "fees.api.assign_preview": ASSIGNMENT,
    "fees.api.assign": ASSIGNMENT,
    "fees.api.meter_sheet": ROUND,
    "fees.api.enter_readings": {**ROUND, "read_on": "2026-07-25", "readings": '[{"meter": "{meter}", "value": 120}]'},
    "fees.api.request_adjustment": {
        "charge": "{charge}",
        "adjustment_kind": "Waive Principal",
        "amount": "1.00",
        "reason": "Other",
        "explanation": "Walk",
    },
    "fees.api.take_deposit": {
        "community": "{community}",
        "payer": "{resident}",
        "purpose": "Key",
        "amount": "10.00",
        "mode": "Cash",
    },
    "fees.api.deduct_deposit": {"deposit": "{deposit}", "amount": "1.00", "reason": "Walk"},
    "fees.api.refund_deposit": {
        "deposit": "{deposit}",
        "amount": "1.00",
        "mode": "Cash",
        "original": "Given Back",
    },
    "fees.api.deposit_movements": {"deposit": "{deposit}"},
    "fees.api.reminder_call_sheet": {"community": "{community}"},
    "fees.api.record_reminder": {"reminders": '["{reminder}"]', "channel": "Phone"},
    "fees.api.hold_reminders": {"reminders": '["{reminder}"]', "reason": "Other"},
    "fees.api.add_reminder": {**OWED, "level": "Lawsuit"},
    "fees.api.promise_to_pay": {**OWED, "promised_amount": "1.00", "pay_by": "2099-01-01"},
    "fees.api.withdraw_promise": {"name": "{promise}"},
    "fees.counter_api.open_counter": {"unit": "{room}"},
    "fees.counter_api.pay": {
        "community": "{community}",
        "payer": "{resident}",
        "tenders": '[{"mode": "Cash", "amount": "1.00"}]',
        "to_pay": "1.00",
        "client_key": "walk",
        "charges": CHARGES,
    },
    "fees.counter_api.use_prepayment": {"community": "{community}", "charges": CHARGES},
    "fees.counter_api.take_back": {"receipt": "{receipt}", "because": "Walk"},
    "fees.counter_api.take_off_charges": {"receipt": "{receipt}", "because": "Walk"},
    "fees.counter_api.refund": {
        "receipt": "{receipt}",
        "amount": "1.00",
        "mode": "Cash",
        "because": "Walk",
        "client_key": "walk",
    },
    "fees.counter_api.mark_printed": {"receipt": "{receipt}"},
    "fees.counter_api.closing_preview": {"community": "{community}"},
    "fees.counter_api.close_counter": {"community": "{community}", "counted": "{}"},
    "fees.report_api.collection_rate": {"community": "{community}"},
    "fees.report_api.voucher_csv": {"community": "{community}", **SPAN},
    "fees.report_api.bill_details": {"name": "{bill}"},
    "fees.report_api.charge_details": {"name": "{charge}"},
    "fees.report_api.void_charge": {"because": "Walk", "charge": "{charge}"},
    "fees.report_api.money_per_month": {},
    "fees.report_api.worst_buildings": {},
    "fees.payment_api.payment_callback": {
        "payment": "{receipt}",
        "transaction": "T1",
        "amount": "1.00",
        "currency": "CNY",
        "status": "Paid",
        "timestamp": "1",
        "nonce": "n1",
        "signature": "0",
    },
}
# Residents' own endpoints.
PORTAL: dict[str, dict[str, Any]] = {
    "portal.fee_api.pay": {"bills": '["{bill}"]', "amount": "100.00", "client_key": "walk"},
    "portal.fee_api.receipt_pdf": {"name": "{receipt}"},
}
# Staff of the other community who walk besides those of all modules.
STAFF_OF_ELSEWHERE: tuple[str, ...] = ("far_cashier",)
# Endpoint → (other answers staff of elsewhere may get, why).
OTHER_ANSWERS: dict[str, tuple[tuple[int, ...], str]] = {
    "fees.report_api.money_per_month": ((200,), "the figures of his own communities"),
    "fees.report_api.worst_buildings": ((200,), "the figures of his own communities"),
}


def make_words(world: World) -> dict[str, str]:
    """Make what the arguments name, in the community "here"; returns word → name. Goes with the world's community."""
    here = frappe.get_doc("Community", world.homes["here"])
    room = frappe.get_doc("Property Unit", world.rooms["room"])
    owner, cashier = world.residents["owner"], "Administrator"
    item, metered = make.make_fee_item(here), make.make_fee_item(here, kind="Metered", timing="In Arrears")
    charge = make.make_charge(room, 100, debtor=owner)
    receipt = receipts.take_payment(
        receipts.PaymentOrder(
            community=here.name,
            payer=owner,
            charges=(),
            tenders=(Tender("Cash", money(50)),),
            to_pay=money(50),
            unit=room.name,
        ),
        cashier,
    )
    deposit = deposit_book.take_deposit(
        deposit_book.DepositOrder(
            community=here.name, payer=owner, purpose="Key", amount=20, mode="Cash", unit=room.name
        ),
        cashier,
    )
    owed = {"community": here.name, "unit": room.name, "debtor": owner}
    reminder = frappe.get_doc(
        {"doctype": "Fee Reminder", "name": frappe.generate_hash(length=10), **owed, "level": "Call", "status": "Due"}
    )
    reminder.db_insert()
    return {
        "fee_item": item.name,
        "fee_item_metered": metered.name,
        "fee_run": make.insert("Fee Run", community=here.name, bill_until=today()).name,
        "meter": make.make_meter(metered, room).name,
        "charge": charge,
        "bill": frappe.db.get_value("Fee Charge", charge, "fee_bill"),
        "receipt": receipt.name,
        "deposit": deposit.name,
        "reminder": reminder.name,
        "promise": make.insert(
            "Payment Promise", unit=room.name, debtor=owner, promised_amount=10, pay_by=add_days(today(), 5)
        ).name,
    }
