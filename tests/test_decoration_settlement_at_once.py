"""Twenty cashiers at the deposit of one permit at the same moment: it is given back once, and the permit is settled once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import frappe
import pytest

from property_service.decoration import acceptance, fees, inspections, permits, states
from property_service.fees import audit, ledger
from property_service.fees.ledger_rules import deposit_held
from property_service.property_service.locks import must_begin_again
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, site_now
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from tests.parallel import at_once, remove

MANY = 20
KEPT = (
    *(
        "Fee Ledger Entry",
        "Resident Deposit Movement",
        "Resident Deposit",
        "Fee Receipt Counter",
        "Fee Charge",
        "Fee Bill",
    ),
    *("Access Code", "Decoration Inspection", "Service Message", "Inspection Finding", "Fee Item", "Decoration Terms"),
)


@pytest.fixture
def observed(site: str) -> Iterator[frappe._dict]:
    """A committed permit whose works are accepted and observed, removed with all that was booked."""
    unit = make.make_unit()
    owner, contractor = make.make_resident(unit), make.make_resident(resident_type="Organisation")
    with as_of(site_now() - timedelta(days=40)):
        permit = deco.make_working(unit, applicant=owner, contractor=contractor.name)
        permit = deco.move(permit, states.ACCEPTANCE_REQUESTED)
        acceptance.record_acceptance(permit, True, "", "Administrator")
    acceptance.record_observation(permits.locked(permit.name), True, "", "Administrator")
    frappe.db.commit()
    permit.reload()
    yield permit
    frappe.db.rollback()
    for table in ("Decoration Answer", "Decoration Document", "Decoration Acceptance"):
        frappe.db.delete(table, {"parent": permit.name})
    frappe.db.delete(states.DOCTYPE, {"name": permit.name})
    calendars = frappe.get_all(
        "Service Calendar", {"name": ["like", f"%{unit.community}"]}, pluck="name", order_by="name"
    )
    for doctype in KEPT:
        frappe.db.delete(doctype, {"community": unit.community})
    frappe.db.delete("Unit Occupancy", {"unit": unit.name})
    remove(
        [
            *(("Service Calendar", name) for name in calendars),
            ("Community", unit.community),
            ("Building", unit.building),
            ("Property Unit", unit.name),
            ("Resident", owner.name),
            ("Resident", contractor.name),
        ]
    )


def begun_again(act: Callable[[], object]) -> Callable[[], object]:
    """As an endpoint does it."""

    def run() -> object:
        for _attempt in range(40):
            try:
                return act()
            except Exception as error:
                if not must_begin_again(error):
                    raise
                frappe.db.rollback()
        raise AssertionError("met others forty times")

    return run


def test_refunded_by_twenty_at_once_both_are_given_back_once(site: str, observed: frappe._dict) -> None:
    def refund(side: str) -> Callable[[], object]:
        return begun_again(lambda: acceptance.refund(observed.name, side, "Cash", "Given Back", "Administrator"))

    results = at_once(site, [refund("Owner"), refund("Contractor")] * (MANY // 2))
    frappe.db.rollback()
    for side in (results[::2], results[1::2]):
        assert sum(isinstance(result, str) for result in side) == 1, results
        assert sum(isinstance(result, RuleError) for result in side) == MANY // 2 - 1, results
    permit = frappe.get_doc(states.DOCTYPE, observed.name)
    assert (permit.status, fees.deposits_left(permit)) == ("Deposit Settled", 0)
    for deposit in (permit.owner_deposit, permit.contractor_deposit):
        assert deposit_held(ledger.rows_where(deposit=deposit)) == 0
        assert frappe.db.count("Resident Deposit Movement", {"deposit": deposit, "kind": "Refunded"}) == 1
    assert audit.differences(permit.community) == []


def test_refunded_by_twenty_at_once_one_is_given_back_once(site: str, observed: frappe._dict) -> None:
    refund = begun_again(lambda: acceptance.refund(observed.name, "Owner", "Cash", "Given Back", "Administrator"))
    results = at_once(site, [refund] * MANY)
    frappe.db.rollback()
    assert sum(isinstance(result, str) for result in results) == 1, results
    assert sum(isinstance(result, RuleError) for result in results) == MANY - 1, results
    deposit = frappe.get_doc("Resident Deposit", observed.owner_deposit)
    assert (money(deposit.refunded), money(deposit.left_amount)) == (money(2000), money(0))
    assert frappe.db.get_value(states.DOCTYPE, observed.name, "status") == "Accepted"


def test_applied_for_by_ten_at_once_the_unit_has_one_permit(site: str, observed: frappe._dict) -> None:
    for side in ("Owner", "Contractor"):
        acceptance.refund(observed.name, side, "Cash", "Given Back", "Administrator")
    frappe.db.commit()
    unit, owner = frappe.get_doc("Property Unit", observed.unit), frappe.get_doc("Resident", observed.applicant)
    order = deco.order_of(unit, owner, contractor="")
    results = at_once(site, [begun_again(lambda: permits.apply_for(order, "Administrator").name)] * 10)
    frappe.db.rollback()
    names = {result for result in results if isinstance(result, str)}
    frappe.db.delete("Decoration Answer", {"parent": ["in", list(names)]})
    frappe.db.delete("Decoration Document", {"parent": ["in", list(names)]})
    frappe.db.delete(states.DOCTYPE, {"name": ["in", list(names)]})
    frappe.db.commit()
    assert len(names) == 1, results
    assert all(isinstance(result, (str, frappe.ValidationError)) for result in results), results


def test_both_paid_at_once_the_works_begin(site: str, observed: frappe._dict) -> None:
    made = frappe.get_doc("Property Unit", observed.unit)
    owner = frappe.get_doc("Resident", observed.applicant)
    for side in ("Owner", "Contractor"):
        acceptance.refund(observed.name, side, "Cash", "Given Back", "Administrator")
    permit = deco.make_approved(made, applicant=owner, contractor=observed.contractor)
    frappe.db.commit()

    def pay(side: str) -> Callable[[], object]:
        return begun_again(
            lambda: fees.take_deposit(frappe.get_doc(states.DOCTYPE, permit.name), side, "Cash", "Administrator").name
        )

    results = at_once(site, [pay("Owner"), pay("Contractor")] * 4)
    frappe.db.rollback()
    permit.reload()
    status = permit.status
    for table in ("Decoration Answer", "Decoration Document"):
        frappe.db.delete(table, {"parent": permit.name})
    frappe.db.delete(states.DOCTYPE, {"name": permit.name})
    frappe.db.commit()
    assert len(set(results)) == 2, results
    assert status == "In Progress"


@pytest.mark.parametrize("snapshot_isolation", [0, 1])
def test_daily_inspections_made_by_several_sweeps_at_once_are_made_once(
    site: str, observed: frappe._dict, snapshot_isolation: int
) -> None:
    frappe.db.set_value(states.DOCTYPE, observed.name, {"status": "In Progress"})
    known = frappe.get_all("Decoration Inspection", pluck="name", order_by="name")
    frappe.db.commit()

    def sweep() -> int:
        if snapshot_isolation:  # the default from MariaDB 11.6 on
            frappe.db.sql("set session innodb_snapshot_isolation = 1")
        frappe.db.get_value(states.DOCTYPE, observed.name, "status")  # a job has read something before
        made = inspections.make_due()
        frappe.db.commit()
        return made

    results = at_once(site, [begun_again(sweep)] * 5)
    frappe.db.rollback()
    made = frappe.db.count("Decoration Inspection", {"permit": observed.name})
    frappe.db.delete("Decoration Inspection", {"name": ["not in", [*known, ""]]})
    frappe.db.commit()
    assert (made, sum(result > 0 for result in results)) == (1, 1), results
