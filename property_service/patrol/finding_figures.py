"""Terms that reports and assessments count findings by, so that all of them count alike."""

from __future__ import annotations

from frappe.query_builder import Case
from pypika import Table
from pypika.terms import Term

from property_service.patrol.finding_rules import TO_FIX
from property_service.property_service.service_clock import site_now


def overdue(table: Table) -> Term:
    """1 for a finding that is still to be put right though its time has passed."""
    return Case().when(table.status.isin(TO_FIX) & (table.due_at < site_now()), 1).else_(0)


def late(table: Table) -> Term:
    """1 for a finding that was put right late once, or is overdue now."""
    return Case().when((table.is_late == 1) | (table.status.isin(TO_FIX) & (table.due_at < site_now())), 1).else_(0)


def judged(table: Table) -> Term:
    """1 for a finding of which is known whether it was put right in time: it was put right, late once, or its time has passed.

    After a failed recheck it is not put right: what was done before counts no more, and a new time runs.
    """
    put_right = table.fixed_at.notnull() & table.status.notin(TO_FIX)
    return Case().when(put_right | (table.is_late == 1) | (table.due_at < site_now()), 1).else_(0)
