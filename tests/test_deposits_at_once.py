"""Twenty people at one deposit at the same moment: it is given back once, and no number is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import frappe
import pytest

from property_service.fees import audit, deposit_book, ledger
from property_service.fees.deposit_book import DepositOrder
from property_service.fees.ledger_rules import deposit_held
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.tests import factories as make
from tests.parallel import at_once, remove

MANY = 20


@pytest.fixture
def payer(site: str) -> Iterator[frappe._dict]:
    """A committed community and a resident who pays deposits, removed with all that was booked."""
    made, resident = make.make_community(), make.make_resident()
    frappe.db.commit()
    yield frappe._dict(community=made.name, name=resident.name)
    frappe.db.rollback()
    for doctype in ("Fee Ledger Entry", "Resident Deposit Movement", "Resident Deposit", "Fee Receipt Counter"):
        frappe.db.delete(doctype, {"community": made.name})
    remove([("Service Calendar", made.service_calendar), ("Community", made.name), ("Resident", resident.name)])


def take(payer: frappe._dict, **values: object) -> frappe._dict:
    order = {"community": payer.community, "payer": payer.name, "purpose": "Key", "amount": 200, "mode": "Cash"}
    return deposit_book.take_deposit(DepositOrder(**{**order, **values}), "")


def begun_again(act: Callable[[], object]) -> Callable[[], object]:
    """As an endpoint does it."""

    def run() -> object:
        for _attempt in range(40):
            try:
                return act()
            except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
                frappe.db.rollback()
        raise AssertionError("met others forty times")

    return run


def test_refunded_by_twenty_at_once_it_is_given_back_once(site: str, payer: frappe._dict) -> None:
    deposit = take(payer).name
    frappe.db.commit()
    refund = begun_again(lambda: deposit_book.refund(deposit, 200, "Cash", "Given Back", ""))
    results = at_once(site, [refund] * MANY)
    frappe.db.rollback()
    assert sum(isinstance(result, str) for result in results) == 1, results
    assert sum(isinstance(result, RuleError) for result in results) == MANY - 1, results
    assert deposit_held(ledger.rows_where(deposit=deposit)) == 0
    assert frappe.db.count("Resident Deposit Movement", {"deposit": deposit, "kind": "Refunded"}) == 1


def test_deducted_and_refunded_in_parts_at_once_no_more_than_held(site: str, payer: frappe._dict) -> None:
    deposit = take(payer).name
    frappe.db.commit()
    refund = begun_again(lambda: deposit_book.refund(deposit, 30, "Cash", "Given Back", ""))
    deduct = begun_again(lambda: deposit_book.deduct(deposit, 30, "Agreement, clause 4", ""))
    results = at_once(site, [refund, deduct] * (MANY // 2))
    frappe.db.rollback()
    assert sum(isinstance(result, str) for result in results) == 6, results
    row = frappe.get_doc("Resident Deposit", deposit)
    assert money(row.left_amount) == deposit_held(ledger.rows_where(deposit=deposit)) == money(20)


def test_taken_by_twenty_at_once_no_number_is_missing(site: str, payer: frappe._dict) -> None:
    one = begun_again(lambda: take(payer, source_key="one-permit").name)
    own = begun_again(lambda: take(payer).name)
    results = at_once(site, [one, own] * (MANY // 2))
    frappe.db.rollback()
    assert len(set(results[::2])) == 1, results
    assert len(set(results)) == 1 + MANY // 2, results
    assert audit.differences(payer.community) == []
