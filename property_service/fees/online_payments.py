"""Paying by a gateway: what a resident is sent there with, and what the gateway's signed callback changes here.

A payment names charges and an amount. Money that came is always booked, once: on those of its charges that are still open, the rest as a
prepayment (预收). docs/online-payment.md describes the protocol to whoever connects a gateway.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import frappe
from frappe.model.document import Document
from frappe.utils.password import get_decrypted_password

from property_service.fees import ledger
from property_service.fees.allocation import ONLINE, Tender
from property_service.fees.amounts import positive_amount
from property_service.fees.charges import VOID, read_charges
from property_service.fees.open_charges import with_paid
from property_service.fees.payment_signature import SIGNATURE, Callback, check_paid, sign, verify
from property_service.fees.receipts import PaymentOrder, take_payment
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.locks import run_locked
from property_service.property_service.messages import language_of, tell_resident
from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local_day, site_now
from property_service.property_service.staff_notices import staff_with_role, tell_many

PAYMENT = "Online Payment"
LOG = "Payment Callback Log"
SETTINGS = "Property Service Settings"
WAITING, PAID, FAILED, EXPIRED, REFUSED = "Waiting", "Paid", "Failed", "Expired", "Refused"
CURRENCY = "CNY"
MINUTES_TO_PAY = 30
FIELDS = ("name", "community", "resident", "unit", "amount", "charges", "status", "expires_at", "transaction_id")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gateway is answered: a word of ours, whether it has to look into it (HTTP 409), and why."""

    word: str
    refused: bool = False
    because: str = ""


def is_on() -> bool:
    """Return whether residents can pay online: the settings name a gateway's page and its secret."""
    settings = frappe.get_cached_doc(SETTINGS)
    return bool(settings.payment_page and settings.payment_secret)


def start(resident: str, charges: Iterable[str], amount: Decimal | float | str, client_key: str) -> Document:
    """Return the Online Payment of a resident for charges he owes, late fees as of today in it; it waits MINUTES_TO_PAY minutes.

    `amount` in yuan is what he was shown; `client_key` makes a second click the same payment. One payment waits for the same charges: one
    begun before for the same amount is returned, any other for some of them expires. RuleError where online payment is off, for charges
    that are not his, of several communities or paid, and for an amount that is not what is open today.
    """
    if not is_on():
        raise RuleError(_("Online payment is not set up here. Please pay at the front desk."))
    wanted, key = tuple(sorted(set(charges))), f"{resident}|{client_key}"[:140] if client_key else ""
    # Charges first: of two clicks at once the second waits here, and then sees the payment of the first.
    rows = read_charges(wanted, lock=True)
    _check_charges(rows, resident)
    sent = _locked(client_key=key) if key else []
    if sent:
        return frappe.get_doc(PAYMENT, sent[0].name)
    community = next(iter(rows.values()))["community"]
    total = _open_today(rows, community)
    if not total:
        raise RuleError(_("These bills are paid already. Load the page again."))
    if positive_amount(amount) != total:
        raise RuleError(_("{0} yuan are open today, not {1}. Load the page again."), total, money(amount))
    now = site_now()
    for row in _locked(resident=resident, status=WAITING):
        theirs = tuple(json.loads(row.charges))
        if theirs == wanted and money(row.amount) == total and row.expires_at > now:
            return frappe.get_doc(PAYMENT, row.name)
        if row.expires_at <= now or set(theirs) & set(wanted):
            _update(row.name, status=EXPIRED)
    units = {row["unit"] for row in rows.values()}
    doc = frappe.get_doc(
        {
            "doctype": PAYMENT,
            "community": community,
            "resident": resident,
            "unit": units.pop() if len(units) == 1 else None,
            "amount": total,
            "currency": CURRENCY,
            "status": WAITING,
            "charges": json.dumps(wanted),
            "expires_at": now + timedelta(minutes=MINUTES_TO_PAY),
            "client_key": key or None,
        }
    )
    doc.flags.by_rules = doc.flags.ignore_links = True
    # Residents hold no right to create anything; whose charges these are was judged above.
    return doc.insert(ignore_permissions=True)


def gateway_address(payment: Document, back: str, notify: str, title: str) -> str:
    """Return where to send a resident to pay: the gateway's page with what is asked for, signed as the callback is.

    `back` is the page of ours he returns to, `notify` where the callback is sent, `title` what he reads there.
    """
    fields = {
        "payment": payment.name,
        "amount": str(money(payment.amount)),
        "currency": payment.currency,
        "title": title,
        "back": back,
        "notify": notify,
        "timestamp": str(int(time.time())),
    }
    page = frappe.get_cached_doc(SETTINGS).payment_page.strip()
    signed = {**fields, SIGNATURE: sign(_secret(), fields)}
    return f"{page}{'&' if '?' in page else '?'}{urlencode(signed)}"


def receive(fields: Mapping[str, object]) -> Outcome:
    """Take in a callback of the gateway and return what to answer; the caller's transaction keeps payment, receipt and log together.

    Callbacks about one payment wait for each other. Whatever is repeated, late or in the wrong order gets the answer of the first and
    changes nothing. PermissionError, saying nothing of what is stored, where signature, age or form are not right.
    """
    callback = _signed(fields)
    payment = next(iter(_locked(name=callback.payment)), None)
    log = hash_names(1)[0]
    entry = {
        "name": log,
        "nonce": callback.nonce,
        "community": payment.community if payment else None,
        "online_payment": payment.name if payment else None,
        "received_at": site_now(),
        "payload": json.dumps(dict(fields), sort_keys=True),
    }
    try:
        insert_block(LOG, [entry])
    except Exception as error:
        if not frappe.db.is_duplicate_entry(error):
            raise
        return _said_before(callback.nonce, entry["payload"])
    outcome = _act(payment, callback) if payment else Outcome("Unknown", True, "There is no such payment.")
    table = frappe.qb.DocType(LOG)
    said = f"{outcome.word}: {outcome.because}" if outcome.because else outcome.word
    frappe.qb.update(table).set(table.outcome, said[:140]).where(table.name == log).run()
    return outcome


def expire_waiting() -> None:
    """Scheduler: what was not paid in time no longer waits. Money that still comes is booked all the same."""
    table = frappe.qb.DocType(PAYMENT)
    (
        frappe.qb.update(table)
        .set(table.status, EXPIRED)
        .where(table.status == WAITING)
        .where(table.expires_at < site_now())
        .run()
    )


def _signed(fields: Mapping[str, object]) -> Callback:
    try:
        if not is_on():
            raise RuleError(_("The signature is not right."))
        return verify(_secret(), fields, int(time.time()))
    except RuleError as error:
        params = (frappe.utils.escape_html(str(param)) for param in error.params)
        frappe.throw(frappe._(error.template).format(*params), frappe.PermissionError)


def _act(payment: Mapping[str, Any], callback: Callback) -> Outcome:
    if callback.status == "Refunded":
        # Money is given back at the counter, against the receipt; the log shows the manager what the gateway did.
        return Outcome("Noted", because="The gateway gave money back. Refund the receipt at the counter.")
    if payment["status"] == PAID:
        if callback.status != "Paid" or callback.transaction == payment["transaction_id"]:
            return Outcome(PAID)
        _tell_managers(payment, callback)
        return Outcome(PAID, because=f"Paid again as {callback.transaction}. Ask the gateway.")
    if callback.status == "Failed":
        if payment["status"] in (WAITING, EXPIRED):
            _update(payment["name"], status=FAILED)
        return Outcome(FAILED)
    try:
        check_paid(callback, money(payment["amount"]), CURRENCY)
    except RuleError as error:
        return _refuse(payment, str(error))
    try:
        _update(payment["name"], transaction_id=callback.transaction)
    except Exception as error:
        if not frappe.db.is_duplicate_entry(error):
            raise
        return _refuse(payment, "Another payment has this transaction.")
    return _book(payment, callback)


def _book(payment: Mapping[str, Any], callback: Callback) -> Outcome:
    rows = read_charges(json.loads(payment["charges"]), lock=True)
    day = _day_of(payment)
    still_open = (
        name for name, charge in with_paid(rows).items() if rows[name].status != VOID and _sum_of(charge.open_on(day))
    )
    order = PaymentOrder(
        community=payment["community"],
        payer=payment["resident"],
        charges=tuple(still_open),
        tenders=(Tender(ONLINE, callback.amount),),
        to_pay=callback.amount,
        unit=payment["unit"] or "",
        client_key=f"online|{payment['name']}",
        online_payment=payment["name"],
        posting_date=day,
    )
    receipt = take_payment(order, cashier="")
    _update(
        payment["name"],
        status=PAID,
        receipt=receipt.name,
        paid_at=site_now(),
        refusal=None,
    )
    _tell(payment, receipt)
    return Outcome(PAID)


def _day_of(payment: Mapping[str, Any]) -> date:
    """Return the day of the receipt: that on which he was shown the amount, if he kept the time and its month is open, else today.

    A late fee of the next day would leave open what he was not shown.
    """
    community = payment["community"]
    shown, today = local_day(community, _shown_at(payment)), ledger.today_of(community)
    if shown == today or site_now() > payment["expires_at"]:
        return today
    try:
        ledger.check_open(community, shown)
    except RuleError:
        return today
    return shown


def _shown_at(payment: Mapping[str, Any]) -> datetime:
    return payment["expires_at"] - timedelta(minutes=MINUTES_TO_PAY)


def _refuse(payment: Mapping[str, Any], because: str) -> Outcome:
    _update(payment["name"], status=REFUSED, refusal=because)
    return Outcome(REFUSED, True, because)


def _said_before(nonce: str, payload: str) -> Outcome:
    table = frappe.qb.DocType(LOG)
    # Locked, so that it is read as it was committed meanwhile.
    row = run_locked(frappe.qb.from_(table).select(table.outcome, table.payload).where(table.nonce == nonce), as_dict=1)
    if not row or row[0].payload != payload:
        return Outcome(REFUSED, True, "The nonce was used for another callback.")
    word, _sign, because = (row[0].outcome or "").partition(": ")
    return Outcome(word, word in (REFUSED, "Unknown"), because)


def _tell(payment: Mapping[str, Any], receipt: Document) -> None:
    language = language_of(payment["resident"])
    tell_resident(
        payment["resident"],
        payment["community"],
        frappe._(_("Your payment of {0} yuan has arrived"), lang=language).format(f"{money(receipt.amount):,.2f}"),
        frappe._(_("Thank you. The receipt is {0}; open it under Bills."), lang=language).format(
            receipt.receipt_number
        ),
        reference=(receipt.doctype, receipt.name),
        dedupe_key=f"{payment['name']}|paid",
        channels=("Portal",),
    )


def _tell_managers(payment: Mapping[str, Any], callback: Callback) -> None:
    """Money of a second transaction is booked nowhere: somebody has to give it back. Told once, however often it is called back."""
    subject = _("{0} yuan were paid a second time as {1} and are booked nowhere. Give them back at the gateway.")
    tell_many(
        [
            {
                "users": staff_with_role("Property Manager", payment["community"]),
                "subject": (subject, f"{callback.amount:,.2f}", callback.transaction),
                "doctype": PAYMENT,
                "name": payment["name"],
                "once_since": _shown_at(payment),
            }
        ]
    )


def _check_charges(rows: Mapping[str, Mapping[str, Any]], resident: str) -> None:
    if not rows:
        raise RuleError(_("Choose at least one bill to pay."))
    if any(row["debtor"] != resident for row in rows.values()):
        raise RuleError(_("Some of these bills are not yours. Load the page again."))
    if len({row["community"] for row in rows.values()}) > 1:
        raise RuleError(_("These bills are of several communities. Pay those of one at a time."))


def _open_today(rows: Mapping[str, Mapping[str, Any]], community: str) -> Decimal:
    today = ledger.today_of(community)
    standing = {name: row for name, row in rows.items() if row["status"] != VOID}
    return sum((_sum_of(charge.open_on(today)) for charge in with_paid(standing).values()), ZERO)


def _sum_of(charge: Any) -> Decimal:
    return charge.principal + charge.late_fee


def _locked(**filters: str) -> list[frappe._dict]:
    """Return payments, which nobody else may change until the commit."""
    table = frappe.qb.DocType(PAYMENT)
    query = frappe.qb.from_(table).select(*(table[field] for field in FIELDS)).orderby(table.name)
    for field, value in filters.items():
        query = query.where(table[field] == value)
    return run_locked(query, as_dict=True)


def _update(name: str, **values: Any) -> None:
    table = frappe.qb.DocType(PAYMENT)
    query = frappe.qb.update(table).set(table.modified, frappe.utils.now()).where(table.name == name)
    for field, value in values.items():
        query = query.set(table[field], value)
    query.run()


def _secret() -> str:
    return get_decrypted_password(SETTINGS, SETTINGS, "payment_secret", raise_exception=False) or ""
