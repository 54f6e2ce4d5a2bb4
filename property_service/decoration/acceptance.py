"""The end of the works: water test (闭水试验), acceptance, observation, recheck after it, refund of both deposits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_datetime, getdate

from property_service.decoration import fees, lifecycle
from property_service.decoration.fees import AFTER_OBSERVATION, observed
from property_service.decoration.states import (
    ACCEPTANCE_REQUESTED,
    ACCEPTED,
    DOCTYPE,
    EXPIRED,
    IN_PROGRESS,
    SETTLED,
    SUSPENDED,
)
from property_service.fees import deposit_book
from property_service.patrol import findings
from property_service.property_service.guarded_document import advance
from property_service.property_service.money import money
from property_service.property_service.photos import store_photo
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local_day, site_now

COMPLETION = "Completion"
PASSED, FAILED = "Passed", "Failed"


def start_water_test(permit: Document) -> Document:
    """The water stands from now on, for the hours of the terms; returns the permit. RuleError where no works go on."""
    if permit.status not in (IN_PROGRESS, SUSPENDED):
        raise RuleError(_("The water test is made while the works go on."))
    if permit.water_test_from and not permit.water_test_result:
        raise RuleError(_("A water test is going on already, until {0}."), permit.water_test_until)
    now = site_now()
    permit.water_test_from = now
    permit.water_test_until = now + timedelta(hours=cint(permit.water_test_hours))
    permit.water_test_result = permit.water_test_note = None
    return save(permit)


def finish_water_test(permit: Document, passed: bool, note: str = "") -> Document:
    """Record how the water test ended; returns the permit. Passed only after its hours; failed as soon as water comes through."""
    if not permit.water_test_from or permit.water_test_result:
        raise RuleError(_("No water test is going on. Start one first."))
    if passed and get_datetime(permit.water_test_until) > site_now():
        raise RuleError(_("The water has to stand until {0}."), permit.water_test_until)
    if not passed and not note.strip():
        raise RuleError(_("Please say where the water came through."))
    permit.water_test_result = PASSED if passed else FAILED
    permit.water_test_note = note.strip() or None
    return save(permit)


def record_acceptance(permit: Document, passed: bool, note: str, by: str, photo: bytes | None = None) -> Document:
    """Record the n-th acceptance of finished works: accepted, or back to work with what is not in order. Returns the permit.

    The caller has judged that the session's user may accept works. RuleError without a note for a failure, while findings are open, or
    where no acceptance was requested.
    """
    if permit.status != ACCEPTANCE_REQUESTED:
        raise RuleError(_("No acceptance of {0} is requested."), permit.name)
    if passed:
        _check_no_finding(permit)
    _append(permit, COMPLETION, passed, note, by, photo)
    permit.flags.acceptance = True
    permit.flags.by_rules = True
    permit.status = ACCEPTED if passed else IN_PROGRESS
    permit.save()
    permit.flags.acceptance = permit.flags.by_rules = None
    return permit


def record_observation(permit: Document, passed: bool, note: str, by: str, photo: bytes | None = None) -> Document:
    """Record the recheck after the observation; passed, the deposits may be given back. Failed, it is made again. Returns the permit.

    RuleError before the observation is over, while findings are open, or where it was passed already.
    """
    if permit.status != ACCEPTED:
        raise RuleError(_("The works of {0} are not accepted yet."), permit.name)
    if getdate(permit.observation_until) >= local_day(permit.community):
        raise RuleError(_("The observation lasts until {0}. Recheck after that day."), permit.observation_until)
    if observed(permit):
        raise RuleError(_("The recheck after the observation was passed already."))
    if passed:
        _check_no_finding(permit)
    had_failed = any(row.kind == AFTER_OBSERVATION for row in permit.acceptances)
    _append(permit, AFTER_OBSERVATION, passed, note, by, photo)
    if not passed:
        # Nothing is promised before it is in order.
        permit.settle_by = None
    elif had_failed or not permit.settle_by:
        lifecycle.promise_refund(permit)
    save(permit)
    if passed and not fees.deposits_left(permit):
        permit.flags.by_rules = True
        advance(permit, SETTLED, "nothing left of the deposits")
    return permit


def refund(permit: str, side: str, mode: str, original: str, cashier: str, client_key: str = "") -> str:
    """Give what is left of the Owner's or the Contractor's deposit back to its payer; returns the movement's name.

    Never before acceptance and observation are over, never twice: deposit and permit are locked. With the last one the permit is settled.
    """
    if side not in fees.SIDES:
        raise RuleError(_("Choose whose deposit is given back: Owner or Contractor."))
    # The permit first, then its deposits: two who give both back at the same moment do not meet crosswise.
    deposit = frappe.db.get_value(DOCTYPE, permit, fees.SIDES[side].deposit, for_update=True)
    if not deposit:
        raise RuleError(_("No such deposit of {0} was paid."), permit)
    left = money(frappe.db.get_value(deposit_book.DEPOSIT, deposit, "left_amount"))
    if not left and not client_key:
        raise RuleError(_("This deposit is settled: nothing of it is left."))
    # A key that was used brings its movement back; any other is refused there, whatever the amount.
    return deposit_book.refund(deposit, left or 1, mode, original, cashier, reason=permit, client_key=client_key)


def may_refund(permit: Document) -> bool:
    """Whether something is left that may be given back now."""
    if permit.status not in (ACCEPTED, EXPIRED) or not fees.deposits_left(permit):
        return False
    try:
        fees.check_refund(permit)
    except RuleError:
        return False
    return True


def save(permit: Document, **values: Any) -> Document:
    """Save what the rules have set; the workflow's editors are not asked."""
    permit.update(values)
    permit.flags.by_rules = permit.flags.system_edit = True
    # The caller has judged that the session's user may do this act.
    permit.save(ignore_permissions=True)
    permit.flags.by_rules = permit.flags.system_edit = None
    return permit


def _check_no_finding(permit: Document) -> None:
    if findings.open_findings((DOCTYPE, permit.name)):
        raise RuleError(_("Findings of {0} are still open. They are put right and rechecked first."), permit.name)


def _append(permit: Document, kind: str, passed: bool, note: str, by: str, photo: bytes | None) -> None:
    note = note.strip()
    if not passed and not note:
        raise RuleError(_("Please say what is not in order yet."))
    row = permit.append(
        "acceptances",
        {
            "acceptance_no": sum(row.kind == kind for row in permit.acceptances) + 1,
            "kind": kind,
            "inspected_at": site_now(),
            "inspected_by": by,
            "result": PASSED if passed else FAILED,
            "note": note or None,
        },
    )
    if photo:
        file = store_photo(photo, DOCTYPE, permit.name, "acceptance")
        row.photo = frappe.db.get_value("File", file, "file_url")
