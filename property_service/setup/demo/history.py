"""Plays two months of work: every act at its own past time, in the order of time, through the functions people use.

A script is a generator: it acts, then yields the site time at which it goes on. What lies in the future is not played, so what is
open today is open because nobody has done it yet.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Min
from frappe.utils import now_datetime

from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, start_of_local_day
from property_service.property_service.stages import OPEN, WAITING, WORKING
from property_service.repairs import alerts, closing

Script = Iterator[datetime]
REFUSED = (frappe.ValidationError, frappe.PermissionError, RuleError)
BLOCK = 500
# Rows that say when they were made, beside the times of their own.
DATED = (
    "Repair Request",
    "Resident Complaint",
    "Return Visit",
    "Service Incident",
    "Service Message",
    "Version",
    "File",
)


@contextmanager
def as_user(user: str) -> Iterator[None]:
    """Inside this block the session is that of `user`."""
    before = frappe.session.user
    _sign_in(user)
    try:
        yield
    finally:
        _sign_in(before)


@contextmanager
def remembering() -> Iterator[None]:
    """Inside this block what the platform has worked out for a user is kept until he acts again: nobody's rights change meanwhile."""
    frappe.local.demo_templates = {}
    try:
        yield
    finally:
        del frappe.local.demo_templates


def _sign_in(user: str) -> None:
    # What is cached of the site holds for everybody; reading it anew for every act doubles the time.
    cached, rights = frappe.local.cache, frappe.local.role_permissions
    frappe.set_user(user)
    frappe.local.cache = cached
    if (templates := getattr(frappe.local, "demo_templates", None)) is not None:
        frappe.local.role_permissions = rights  # by user
        frappe.local.new_doc_templates = templates.setdefault(user, {})


def forget_news() -> None:
    """Nobody hears on a screen of what is long past; the platform looks through all of it with every save."""
    getattr(frappe.local, "_realtime_log", []).clear()


class History:
    """Plays scripts up to `until` (site time)."""

    def __init__(self, until: datetime, community: str) -> None:
        self.until, self.community = until, community
        self.refused: list[tuple[datetime, str]] = []
        self._waiting: list[tuple[datetime, int, Script]] = []
        self._numbers = count()
        self._played: list[tuple[datetime, datetime]] = []

    def add(self, at: datetime, script: Script) -> None:
        """Begin a script at a site time."""
        heapq.heappush(self._waiting, (at, next(self._numbers), script))

    def play(self) -> None:
        """All acts until now, with what the scheduler would have done in between."""
        begun = now_datetime()
        language, frappe.local.lang = frappe.local.lang, "zh"
        night: datetime | None = None
        try:
            with remembering():
                while self._waiting and self._waiting[0][0] <= self.until:
                    at, _number, script = heapq.heappop(self._waiting)
                    night = self._close_old(night, at)
                    self._raise_alerts(at)
                    self._go_on(at, script)
                self._raise_alerts(self.until)
        finally:
            frappe.local.lang = language
        date_rows(DATED, begun, self._played)

    def _go_on(self, at: datetime, script: Script) -> None:
        # No two acts at one second: the order of the rows is that of the acts.
        at = max(at, self._played[-1][1] + timedelta(seconds=1)) if self._played else at
        self._played.append((now_datetime(), at))
        frappe.db.savepoint("act")
        try:
            with as_of(at):
                again = next(script, None)
            forget_news()
        except REFUSED as error:
            # What the rules do not allow stays as it was before: the demo has one story less.
            frappe.db.rollback(save_point="act")
            frappe.clear_messages()
            self.refused.append((at, str(error)))
            return
        if again:
            self.add(max(again, at), script)

    def _raise_alerts(self, until: datetime) -> None:
        """Warnings and lateness come at their own times, not when somebody next acts."""
        table = frappe.qb.DocType("Repair Request")
        query = (
            frappe.qb.from_(table).select(Min(table.next_alert_at)).where(table.stage.isin([OPEN, WORKING, WAITING]))
        )
        while (due := query.run()[0][0]) and due < until:
            self._played.append((now_datetime(), due))
            with as_of(due):
                if not alerts.raise_levels():
                    break

    def _close_old(self, night: datetime | None, at: datetime) -> datetime:
        """Finished jobs that nobody sent back are closed by themselves, once a night."""
        if night is None:
            return start_of_local_day(self.community, at.date()) + timedelta(days=1)
        while night <= at:
            self._played.append((now_datetime(), night))
            with as_of(night):
                closing.auto_close()
            night += timedelta(days=1)
        return night


def date_rows(doctypes: Iterable[str], begun: datetime, played: Sequence[tuple[datetime, datetime]]) -> None:
    """Make rows written since `begun` as old as the act that wrote them; `played` are (moment, site time) of the acts. Their order stays."""
    starts = [real for real, _at in played]
    for doctype in doctypes:
        rows = frappe.get_all(
            doctype,
            {"creation": [">=", begun]},
            ["name", "creation", "modified"],
            order_by="creation asc, name asc",
        )
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            table = frappe.qb.DocType(doctype)
            query = frappe.qb.update(table).where(table.name.isin([row.name for row in block]))
            for field in ("creation", "modified"):
                moments = Case()
                for row in block:
                    moments = moments.when(table.name == row.name, _then(starts, played, row[field]))
                query = query.set(table[field], moments.else_(table[field]))
            query.run()


def _then(starts: list[datetime], played: Sequence[tuple[datetime, datetime]], real: datetime) -> datetime:
    begun, at = played[max(bisect_right(starts, real) - 1, 0)]
    return min(at + (real - begun), at + timedelta(seconds=0.999999))
