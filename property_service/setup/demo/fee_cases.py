"""What does not go as usual with money: waivers, a discount, a refund, deposits, reminders and promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import frappe
from frappe.model.workflow import apply_workflow

from property_service.fees import promises, reminder_acts, reminders
from property_service.fees.charges import CHARGE, PARTLY_PAID, UNPAID
from property_service.fees.receipts import refund_prepayment
from property_service.property_service.money import money
from property_service.property_service.service_clock import from_local, site_now
from property_service.setup.demo import decoration_cases, fee_plan
from property_service.setup.demo.cast import MANAGER
from property_service.setup.demo.fee_books import Add, Books, insert
from property_service.setup.demo.history import as_user

VACANT_HOMES, VACANT_DISCOUNT = 4, 30
REMINDER_DAYS, EVERY_DAY_SINCE = 116, 16
CALLS_A_WEEK = 3
LEFT_TO_DO_DAYS = 4
PROMISES = 4


def plan_cases(books: Books, add: Add) -> None:
    """Plan the cases of one community, at times on its clocks."""
    today, quarters = books.today, fee_plan.quarters(books.today)

    def on(day: date, hour: int, minute: int, act: Callable[[], Any]) -> None:
        add(from_local(books.code, datetime.combine(day, time(hour, minute))), act)

    books.after_principal = lambda debtor: waive_late_fees(books, debtor)
    # In order, so that no level is left out; long ago not of every day, which takes its time.
    for back in [*range(REMINDER_DAYS, EVERY_DAY_SINCE, -4), *range(EVERY_DAY_SINCE, -1, -1)]:
        on(today - timedelta(days=back), 8, 30, lambda: reminders.remind(books.code))
    for back in range(REMINDER_DAYS - 7, LEFT_TO_DO_DAYS, -7):
        on(today - timedelta(days=back), 15, 20, lambda: note_reasons(books))
    on(today - timedelta(days=LEFT_TO_DO_DAYS), 15, 20, lambda: hold_one(books))
    on(today - timedelta(days=3), 16, 10, lambda: take_promises(books, 6))
    for back in range(18, -1, -1):
        on(today - timedelta(days=back), 8, 20, lambda: promises.judge(community=books.code))
    on(today - timedelta(days=18), 10, 30, lambda: take_promises(books, 9))
    on(today - timedelta(days=14), 10, 15, lambda: keep_promises(books))
    on(today - timedelta(days=8), 11, 10, lambda: wrong_at_first(books))
    if books.code == "LH":
        on(today - timedelta(days=6), 10, 40, lambda: sent_back(books))
        change = quarters[-2] if len(quarters) > 2 else quarters[-1]
        on(change - timedelta(days=8), 11, 0, lambda: discount_vacant(books, change))
        on(fee_plan.refund_day(today), 14, 30, lambda: refund(books))
        on(today - timedelta(days=50), 10, 20, lambda: waive_for_service(books, decide="Approve"))
        on(today - timedelta(days=12), 9, 50, lambda: waive_for_service(books, decide="Refuse"))
        on(today - timedelta(days=2), 16, 30, lambda: waive_for_service(books, decide=""))
    else:
        decoration_cases.plan(books, add)


# Waivers and discounts


def waive_late_fees(books: Books, debtor: str) -> None:
    """A cashier asks, the manager approves: somebody who paid all but the late fee need not pay it."""
    filters = {"debtor": debtor, "community": books.code, "late_fee_assessed": [">", 0], "outstanding": [">", 0]}
    rows = frappe.get_all(CHARGE, filters, ["name", "outstanding"], order_by="service_month asc, name asc", limit=2)
    for row in rows:
        words = "住院期间未能按时缴费，本金已结清，申请免除违约金"
        adjust(books, row.name, "Waive Late Fee", row.outstanding, "Hardship", words, "Approve")


def waive_for_service(books: Books, decide: str) -> None:
    """Part of a month's fee is to be waived for bad service; `decide` empty: the manager has not yet."""
    name = next((name for name, habit in sorted(books.stopped().items()) if habit.refusal.quarters > 1), None)
    waived = frappe.get_all("Fee Adjustment", {"community": books.code}, pluck="charge", order_by="name asc")
    filters = {
        "debtor": name,
        "community": books.code,
        "fee_item": f"{books.code}-HOME",
        "status": UNPAID,
        "name": ["not in", waived or [""]],
    }
    rows = frappe.get_all(CHARGE, filters, ["name", "amount"], order_by="service_month asc, name asc", limit=1)
    for row in rows:
        words = "电梯停运九天，按物业服务费三成减免"
        adjust(books, row.name, "Waive Principal", money(row.amount * 0.3), "Quality of Service", words, decide)


def adjust(books: Books, charge: str, kind: str, amount: Any, reason: str, words: str, decide: str) -> None:
    """Ask for an adjustment by the cashier and have the manager decide on it."""
    values = {"adjustment_kind": kind, "amount": amount, "reason": reason, "explanation": words}
    doc = insert("Fee Adjustment", user=books.cashier, charge=charge, **values)
    with as_user(books.cashier):
        apply_workflow(frappe.get_doc(doc.doctype, doc.name), "Send for Approval")
    if decide:
        with as_user(MANAGER):
            apply_workflow(frappe.get_doc(doc.doctype, doc.name), decide)


def discount_vacant(books: Books, begin: date) -> None:
    """Long vacant homes pay 70 % on application, from a quarter on."""
    homes = [
        unit.name
        for unit in books.units.values()
        if unit.usage == "Residence" and unit.occupancy_status == "Vacant" and unit.delivery_status == "Delivered"
    ]
    item = f"{books.code}-HOME"
    for unit in sorted(homes)[:VACANT_HOMES]:
        before = frappe.get_doc("Unit Fee", {"unit": unit, "fee_item": item})
        before.to_date = begin - timedelta(days=1)
        before.save()
        terms = {"price_rule": "Discount", "discount_percent": VACANT_DISCOUNT}
        reason = "空置房申请：连续六个月无用水，按七成收取"
        insert("Unit Fee", unit=unit, fee_item=item, from_date=begin, reason=reason, **terms)


def refund(books: Books) -> None:
    """Who sold his home gets what is left of his prepayment back."""
    rows = frappe.get_all(
        "Fee Receipt",
        {"community": books.code, "status": "Posted", "prepaid_left": [">", 200]},
        ["name", "prepaid_left"],
        order_by="prepaid_left asc, name asc",
        limit=1,
    )
    for row in rows:
        with as_user(books.cashier):
            refund_prepayment(row.name, row.prepaid_left, "Transfer", "房屋已出售，退还剩余预收款", books.cashier)


def wrong_at_first(books: Books) -> None:
    """A receipt with a wrong mode is void, and written anew."""
    behind = {*books.stopped(), *books.developers, books.open_guest}
    filters = {"community": books.code, "status": UNPAID, "debtor": ["not in", sorted(behind) or [""]]}
    for debtor in frappe.get_all(CHARGE, filters, pluck="debtor", order_by="outstanding desc, name asc", limit=1):
        due = books.open_of(debtor)
        names, amount = [row.name for row in due], sum(money(row.outstanding) for row in due)
        books.take_back(books.take(debtor, names, amount), "支付方式录错，作废后重新开具")
        books.take(debtor, names, amount, remark="重新开具")


def sent_back(books: Books) -> None:
    """A transfer comes back from the bank after its closing: the receipt is reversed."""
    receipt, tender = frappe.qb.DocType("Fee Receipt"), frappe.qb.DocType("Fee Receipt Tender")
    rows = (
        frappe.qb.from_(receipt)
        .join(tender)
        .on(tender.parent == receipt.name)
        .select(receipt.name)
        .where((receipt.community == books.code) & (receipt.status == "Posted") & (receipt.kind == "Payment"))
        .where(tender.mode.isin(["Transfer", "POS"]) & (receipt.prepaid == 0) & receipt.counter_closing.notnull())
        .orderby(receipt.posting_date, order=frappe.qb.desc)
        .orderby(receipt.name)
        .limit(1)
        .run()
    )
    for (name,) in rows:
        books.take_back(name, "银行退回该笔款项，未到账，红冲")


# Who is behind


def note_reasons(books: Books) -> None:
    """The steward has reached those who are behind: what they say is noted with the reminder that was due."""
    refusals = {name: habit.refusal for name, habit in books.stopped().items()}
    rows = due_reminders(books)
    others = [row for row in rows if row.debtor not in refusals]
    for row in [*(row for row in rows if row.debtor in refusals), *others[:CALLS_A_WEEK]]:
        refusal = refusals.get(row.debtor) or fee_plan.LATE_WORDS[row.name < "8"]
        letter = row.level in reminder_acts.ON_PAPER
        proof = {"proof_kind": "Courier Number", "proof_number": f"SF{row.name.upper()[:10]}"} if letter else {}
        channel = "Post" if letter else "Door" if row.level == "Visit" else "Phone"
        reminder_acts.record([row.name], channel, refusal.words, refusal.reason, **proof)


def hold_one(books: Books) -> None:
    """Somebody who complains is not reminded until his complaint is answered."""
    refused = [name for name, habit in books.stopped().items() if habit.refusal.reason == "Quality of Service"]
    for row in [row for row in due_reminders(books) if row.debtor in refused][:1]:
        reminder_acts.hold([row.name], "Complaint Open", books.local_today() + timedelta(days=20))


def due_reminders(books: Books) -> list[Any]:
    """Reminders of the community that are to be made."""
    return frappe.get_all(
        reminders.REMINDER,
        {"community": books.code, "status": reminders.DUE},
        ["name", "level", "debtor"],
        order_by="due_on asc, name asc",
    )


def take_promises(books: Books, days: int) -> None:
    """Some of those who are behind promise to pay."""
    rows = frappe.get_all(
        CHARGE,
        {"community": books.code, "status": ["in", [UNPAID, PARTLY_PAID]], "fee_item": f"{books.code}-HOME"},
        ["unit", "debtor"],
        order_by="due_date desc, debtor asc, name asc",
    )
    standing = frappe.get_all("Payment Promise", {"community": books.code}, pluck="debtor", order_by="name asc")
    households = dict.fromkeys(
        (row.unit, row.debtor) for row in rows if row.debtor not in (*standing, *books.developers, books.open_guest)
    )
    pay_by = books.local_today() + timedelta(days=days)
    for unit, debtor in list(households)[:PROMISES]:
        amount = promises.open_sum(unit, debtor, pay_by)
        insert(
            "Payment Promise",
            user=books.cashier,
            unit=unit,
            debtor=debtor,
            community=books.code,
            promised_amount=amount,
            pay_by=pay_by,
            channel="Phone",
            note="电话回复：发工资后到前台缴清",
        )


def keep_promises(books: Books) -> None:
    """Half of those who promised come and pay; the others do not."""
    rows = frappe.get_all(
        "Payment Promise",
        {"community": books.code, "status": promises.OPEN},
        ["debtor"],
        order_by="debtor asc",
    )
    for row in rows[: PROMISES // 2]:
        books.pay(row.debtor, fee_plan.Visit(site_now()))
    # Whoever does not keep it stays away until today.
    for row in rows[PROMISES // 2 :]:
        books.stay_away.add(row.debtor)
