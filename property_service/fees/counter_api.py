"""Endpoints of the payment counter: find what is open, take money, take it back, print, close the shift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.fees import closings, counter, ledger, prepayments, receipt_prints, receipts
from property_service.fees.allocation import ONLINE, Tender
from property_service.fees.amounts import exact, positive_amount
from property_service.fees.charges import read_charges
from property_service.fees.receipt_documents import RECEIPT, VOIDED
from property_service.fees.receipt_returns import way_back
from property_service.fees.receipts import PaymentOrder
from property_service.fees.report_parts import full_names
from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.property_service.estate_hits import find
from property_service.property_service.scope import check_roles, has_role, may_see_community

CASHIER, MANAGER, FRONT_DESK = "Property Cashier", "Property Manager", "Property Front Desk"
TAKING = (CASHIER, MANAGER)
MOST_MATCHES = 12
KEY_LENGTH = 100


@endpoint(methods=("GET",))
def open_counter(
    unit: str | None = None, resident: str | None = None, text: str | None = None, community: str | None = None
) -> dict:
    """What can be paid for a unit or a resident; or `text`, whatever the payer says: the only match is opened at once.

    `community` is preferred where a resident owes or lives in several.
    Returns {"matches": hits of `estate_hits.find`, "view": see `counter.counter_view`, or None where there is not one match}.
    """
    check_roles(TAKING)
    matches = find(text, MOST_MATCHES) if text and not (unit or resident) else []
    if len(matches) == 1:
        unit = matches[0]["unit"] if matches[0]["kind"] != "Resident" else None
        resident = matches[0]["resident"] if not unit else None
        community = community or matches[0]["community"]
    if not (unit or resident):
        return {"matches": matches, "view": None}
    place, elsewhere = counter.community_to_open(unit, resident, community)
    if place is None:
        frappe.throw(_("This person neither owes nor lives in a community you work for."), frappe.PermissionError)
    _check_community(place)
    return {"matches": matches, "view": counter.counter_view(place, unit, resident, elsewhere)}


@endpoint()
def pay(
    community: str,
    payer: str,
    tenders: list,
    to_pay: str,
    client_key: str,
    charges: list | None = None,
    prepayment: str = "0",
    policy: str = "Principal First",
    chosen: dict | None = None,
    prepaid_item: str | None = None,
    unit: str | None = None,
    remark: str | None = None,
) -> dict:
    """Take a payment at the counter. `tenders` are rows {mode, amount}, `to_pay` and `prepayment` yuan, `chosen` charge → yuan.

    `client_key` is the page's own word for this payment: sent again, it brings the same receipt. Refused where more or less would be left
    over than `prepayment`. Returns {name, receipt_number, amount, received, change_due, prepaid}.
    """
    check_roles(TAKING)
    _check_community(community)
    if not client_key.strip() or len(client_key) > KEY_LENGTH:
        raise_refused(_("Please provide: {0}.").format("client_key"))
    order = PaymentOrder(
        community=community,
        payer=payer,
        charges=tuple(_texts(charges or [])),
        tenders=_tenders(tenders),
        to_pay=positive_amount(to_pay),
        policy=policy,
        chosen={str(name): positive_amount(_plain(amount)) for name, amount in (chosen or {}).items()},
        prepaid_item=prepaid_item or "",
        unit=unit or "",
        client_key=client_key,
        remark=(remark or "").strip(),
        prepayment=exact(prepayment),
    )
    doc = receipts.take_payment(order, frappe.session.user)
    if doc.cashier != frappe.session.user or doc.community != community:
        _refuse_foreign()
    return _answer(doc)


@endpoint()
def use_prepayment(community: str, charges: list) -> dict:
    """Lay what their debtors have prepaid on these charges; returns {"laid": yuan}."""
    check_roles(TAKING)
    _check_community(community)
    names = _texts(charges)
    if {row.community for row in read_charges(names).values()} - {community}:
        _refuse_foreign()
    return {"laid": prepayments.apply_prepayments_to(names, ledger.today_of(community))}


@endpoint()
def take_back(receipt: str, because: str) -> dict:
    """Take a receipt back: void on its day before its closing, later reversed. Returns {"status": Voided or Reversed}.

    A cashier may void his own; somebody else's, and every reversal, is the manager's.
    """
    _check_may_take_back(receipt)
    return {"status": receipts.take_back_receipt(receipt, because)}


@endpoint()
def take_off_charges(receipt: str, because: str) -> dict:
    """Take a receipt's prepayment off the charges it paid, which are open again; returns {"taken_off": yuan}.

    For whoever may take the receipt back.
    """
    _check_may_take_back(receipt)
    return {"taken_off": prepayments.take_off_charges(receipt, because)}


@endpoint()
def refund(receipt: str, amount: str, mode: str, because: str, client_key: str) -> dict:
    """Give back what is left of a receipt's prepayment, in whole or part; returns the refund's {name, receipt_number, amount …}."""
    doc = _receipt(receipt, TAKING)
    given = prepayments.refund_prepayment(receipt, amount, mode, because, frappe.session.user, client_key)
    if given.refund_of != doc.name:
        _refuse_foreign()
    return _answer(given)


@endpoint()
def mark_printed(receipt: str) -> dict:
    """Count a print of a receipt; returns {prints, ticket}. The paper printed with this ticket is the original or "Reprint n"."""
    _receipt(receipt, (*TAKING, FRONT_DESK))
    return receipt_prints.count_print(receipt)


@endpoint(methods=("GET",))
def closing_preview(community: str, cashier: str | None = None) -> dict:
    """What a cashier has not closed yet; see `closings.closing_figures`. Somebody else's is the manager's.

    With it, for a manager, `others`: [{cashier, full_name}] of all who have something to close, but himself.
    """
    figures = closings.closing_figures(community, _closing_cashier(community, cashier))
    others = closings.cashiers_to_close(community) if has_role(MANAGER) else []
    names = full_names(others)
    rows = [{"cashier": user, "full_name": names[user]} for user in others if user != frappe.session.user]
    return {**figures, "others": rows}


@endpoint()
def close_counter(
    community: str, counted: dict, shift: str | None = None, reason: str | None = None, cashier: str | None = None
) -> dict:
    """Close a cashier's shift; `counted` is mode → yuan. Returns {name, total, difference}."""
    who = _closing_cashier(community, cashier)
    amounts = {str(mode): _plain(amount) for mode, amount in counted.items()}
    doc = closings.close_counter(community, who, amounts, shift or "", reason or "")
    return {"name": doc.name, "total": doc.total, "difference": doc.difference}


def _closing_cashier(community: str, cashier: str | None) -> str:
    check_roles(TAKING)
    _check_community(community)
    if cashier and cashier != frappe.session.user:
        check_roles((MANAGER,))
    return cashier or frappe.session.user


def _receipt(name: str, roles: tuple[str, ...]) -> Document:
    doc = frappe.get_doc(RECEIPT, name)
    check_roles(roles)
    doc.check_permission("read")
    _check_community(doc.community)
    return doc


def _check_may_take_back(receipt: str) -> None:
    doc = _receipt(receipt, TAKING)
    own_void = doc.cashier == frappe.session.user and way_back(doc) == VOIDED
    if not own_void:
        check_roles((MANAGER,))


def _check_community(community: str) -> None:
    if not frappe.db.exists("Community", community) or not may_see_community(community):
        _refuse_foreign()


def _refuse_foreign() -> NoReturn:
    frappe.throw(_("This belongs to a community you do not work for."), frappe.PermissionError)


def _tenders(rows: list) -> tuple[Tender, ...]:
    found = []
    for row in rows:
        if not isinstance(row, Mapping) or row.get("mode") == ONLINE:
            raise_refused(_("Enter how it is paid: a mode of payment and an amount."))
        found.append(Tender(str(row.get("mode")), positive_amount(_plain(row.get("amount")))))
    return tuple(found)


def _texts(values: list) -> list[str]:
    if not all(isinstance(value, str) for value in values):
        raise_refused(_("{0} was not understood. Please check it and send it again.").format("charges"))
    return values


def _plain(value: Any) -> Any:
    """An amount as it was sent; lists, objects and booleans are none."""
    return value if isinstance(value, (int, float, str)) and not isinstance(value, bool) else "?"


def _answer(doc: Document) -> dict[str, Any]:
    return {
        field: doc.get(field) for field in ("name", "receipt_number", "amount", "received", "change_due", "prepaid")
    }
