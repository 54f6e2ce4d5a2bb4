"""A fee run from start to end: batches in the queue, each one transaction, and its undoing while nothing is paid.

A batch locks its units before it reads anything: of two runs at once the second sees what the first has billed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import now_datetime

from property_service.fees import charges, charging, fee_runs, ledger
from property_service.fees.fee_runs import RUN, SCOPE
from property_service.fees.prepayments import (
    apply_prepayments_to,
    check_not_paid_by_hand,
    paid_by_hand,
    prepaid_receipts,
    void_charges,
)
from property_service.fees.run_rules import BY_METER, Skip, one_per_month
from property_service.fees.unit_fees import lock_units
from property_service.fees.usages import mark_charged
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.locks import must_begin_again, run_locked
from property_service.property_service.money import ZERO
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now
from property_service.property_service.work_batches import add_batches, give_up, payload_of, try_again

BATCH = 2000  # units of one job: a worker takes half a second to begin one
UNITS_AT_ONCE = 500  # of them, computed and written together: what the worker holds in memory
TRIES = 3
SKIP = "Fee Run Skip"
JOB, VOID_JOB = "property_service.fees.fee_run_work.work", "property_service.fees.fee_run_work.work_void"
COUNTS = ("charge_count", "bill_count", "total_amount", "skipped_count", "prepaid_amount")


def start(run: Any) -> None:
    """Hand a previewed Fee Run to the queue; of a failed one the batches that failed. RuleError where it cannot start now."""
    status = frappe.db.get_value(RUN, run.name, "status", for_update=True)
    if status == "Failed":
        run.db_set({"status": "Running", "finished_at": None})
        try_again(RUN, run.name)
        return
    if status != "Previewed":
        raise RuleError(_("A run starts after its preview. Look at the preview first."))
    ledger.check_open(run.community, ledger.today_of(run.community))
    units = fee_runs.units_of(fee_runs.scope_of(run))
    if not units:
        raise RuleError(_("There is no unit to bill. Choose another place or item."))
    _begin(run, "Running", [{"run": run.name, "units": block} for block in _blocks(units, BATCH)], JOB)
    run.db_set({**dict.fromkeys(COUNTS, 0), "units_total": len(units), "started_at": now_datetime()})


def work(batch: Any) -> dict[str, Any]:
    """Worker's job: charge one block of units. Charges, entries, bills, skips and counts commit with "done"."""
    given = payload_of(batch)
    return _again_if_met(batch, lambda: _bill(given["run"], given["units"]))


def run_at_once(run: Any) -> None:
    """Charge everything of a Fee Run within the caller's transaction, without the queue: for runs of the past (service_clock.as_of).

    RuleError where it has begun, and in a closed month.
    """
    if frappe.db.get_value(RUN, run.name, "status", for_update=True) not in ("Draft", "Previewed"):
        raise RuleError(_("This run has begun. Make a new one for another place or day."))
    ledger.check_open(run.community, ledger.today_of(run.community))
    units = fee_runs.units_of(fee_runs.scope_of(run))
    blocks = _blocks(units, BATCH)
    counts = {**dict.fromkeys(COUNTS, 0), "units_total": len(units), "batches_total": len(blocks), "batches_done": 0}
    run.db_set({"status": "Running", "started_at": site_now(), **counts})
    for block in blocks:
        _bill(run.name, block)


def void_run(run: Any, because: str) -> None:
    """Void all charges of a run, in the queue; what prepayments paid of them is left again.

    RuleError where somebody paid on one of them, and where the run has not ended.
    """
    status = frappe.db.get_value(RUN, run.name, "status", for_update=True)
    if status not in ("Done", "Failed"):
        raise RuleError(_("Only a run that has ended can be voided."))
    if not because.strip():
        raise RuleError(_("Say why the run is voided. Whoever checks the books will ask."))
    standing = _standing(run.name)
    check_not_paid_by_hand(standing)
    if not standing:
        run.db_set({"status": "Voided", "finished_at": now_datetime()}, notify=True)
        return
    give_up(RUN, run.name)  # else a second try would bill again what is voided now
    names = [row.name for row in standing]
    payloads = [{"run": run.name, "charges": block, "because": because.strip()} for block in _blocks(names, BATCH)]
    _begin(run, "Voiding", payloads, VOID_JOB)


def work_void(batch: Any) -> dict[str, Any]:
    """Worker's job: void one block of a run's charges; what was paid on meanwhile stands."""
    given = payload_of(batch)
    return _again_if_met(batch, lambda: _void(given["run"], given["charges"], given["because"]))


def settle_stuck() -> int:
    """Scheduler: a run none of whose batches will go on any more has failed. Returns how many."""
    batch, run = frappe.qb.DocType("Work Batch"), frappe.qb.DocType(RUN)
    going_on = (
        frappe.qb.from_(batch)
        .select(batch.reference_name)
        .where(batch.reference_doctype == RUN)
        .where(batch.status.isin(["Pending", "Running"]))
    )
    names = (
        frappe.qb.from_(run)
        .select(run.name)
        .where(run.status.isin(["Running", "Voiding", "Previewing"]))
        .where(run.name.notin(going_on))
        .orderby(run.name)
        .run(pluck=True)
    )
    for name in names:
        doc = frappe.get_doc(RUN, name)
        ended = (
            {"status": "Failed", "finished_at": now_datetime()} if doc.status != "Previewing" else {"status": "Draft"}
        )
        doc.db_set(ended, notify=True)
    return len(names)


def write_skips(run: str, community: str, skips: Iterable[Skip]) -> int:
    """Keep what was left out with its reasons, in one statement for a thousand; returns how many."""
    kept = one_per_month(skips)
    rows = [
        {
            "name": name,
            "fee_run": run,
            "community": community,
            "unit": skip.unit,
            "fee_item": skip.item or None,
            "service_month": skip.month,
            "reason": frappe._(skip.template).format(*skip.params),
            "reason_template": skip.template,
            "reason_params": json.dumps([str(param) for param in skip.params]),
        }
        for skip, name in zip(kept, hash_names(len(kept)), strict=True)
    ]
    insert_block(SKIP, rows)
    return len(rows)


def _begin(run: Any, status: str, payloads: list[dict[str, Any]], job: str) -> None:
    run.db_set({"status": status, "batches_total": len(payloads), "batches_done": 0, "finished_at": None}, notify=True)
    add_batches(job, payloads, RUN, run.name)


def _again_if_met(batch: Any, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do the work of a batch, again where it met another transaction; nothing where another worker has taken it over."""
    for attempt in range(1, TRIES + 1):
        frappe.db.commit()  # nosemgrep: nothing is written yet, and what is read from here on is as new as the locks
        try:
            return act()
        except Exception as error:
            if attempt == TRIES or not must_begin_again(error):
                raise
            frappe.db.rollback()
    raise AssertionError(batch.name)


def _bill(name: str, units: Sequence[str]) -> dict[str, Any]:
    lock_units(units)
    run = frappe.db.get_value(RUN, name, SCOPE, as_dict=True)
    today = ledger.today_of(run.community)
    done: dict[str, Any] = {**dict.fromkeys(COUNTS, 0), "total_amount": ZERO}
    debtors: dict[str, str] = {}
    for block in _blocks(units, UNITS_AT_ONCE):
        result = fee_runs.compute(run, block)
        names = charging.write(result.drafts, today, run.name) if result.drafts else []
        mark_charged(
            (draft.unit["name"], draft.item["name"], draft.service_month)
            for draft in result.drafts
            if draft.item["kind"] in BY_METER
        )
        done["charge_count"] += len(names)
        done["bill_count"] += len({charging.bill_key(draft) for draft in result.drafts})
        done["total_amount"] += sum((draft.amount for draft in result.drafts), ZERO)
        done["skipped_count"] += write_skips(run.name, run.community, result.found.skips)
        debtors |= zip(names, (draft.debtor for draft in result.drafts), strict=True)
    done["prepaid_amount"] = _apply_prepayments(run.community, debtors, today)
    _note(name, done, "Done")
    return done


def _void(name: str, wanted: Sequence[str], because: str) -> dict[str, Any]:
    rows = charges.read_charges(wanted, lock=True).values()
    paid = paid_by_hand(rows)
    unpaid = [row.name for row in rows if row.name not in paid]
    voided = void_charges(unpaid, because)
    _note(name, {}, "Voided")
    return {"voided": len(voided), "paid": len(wanted) - len(unpaid)}


def _apply_prepayments(community: str, debtors: Mapping[str, str], today: date) -> Decimal:
    """Lay prepayments on what was charged just now (charge → who owes it), of those alone who have one; returns the sum in yuan."""
    payers = {row.payer for row in prepaid_receipts(community, debtors.values())}
    fresh = [name for name, debtor in debtors.items() if debtor in payers]
    return apply_prepayments_to(fresh, today) if fresh else ZERO


def _note(name: str, done: dict[str, Any], at_the_end: str) -> None:
    """Add a batch's counts to its run, in the batch's transaction and last in it: other batches wait for this row."""
    table = frappe.qb.DocType(RUN)
    query = frappe.qb.update(table).set(table.batches_done, table.batches_done + 1).set(table.modified, now_datetime())
    for column, more in done.items():
        query = query.set(table[column], table[column] + more)
    query.where(table.name == name).run()
    now = frappe.qb.from_(table).select(table.batches_done, table.batches_total).where(table.name == name)
    (row,) = run_locked(now, as_dict=True)
    if row.batches_done >= row.batches_total:
        if at_the_end == "Voided" and _standing(name, lock=True):
            at_the_end = "Done"
        frappe.db.set_value(RUN, name, {"status": at_the_end, "finished_at": site_now()})
    frappe.publish_realtime(
        "fee_run_progress",
        {"run": name, "done": row.batches_done, "total": row.batches_total},
        doctype=RUN,
        docname=name,
        after_commit=True,
    )


def _standing(run: str, lock: bool = False) -> list[frappe._dict]:
    table = frappe.qb.DocType(charges.CHARGE)
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.unit, table.paid, table.late_fee_paid)
        .where(table.fee_run == run)
        .where(table.status != charges.VOID)
        .orderby(table.name)
    )
    return run_locked(query, as_dict=True) if lock else query.run(as_dict=True)


def _blocks(names: Sequence[str], size: int) -> list[list[str]]:
    return [list(names[start : start + size]) for start in range(0, len(names), size)]
