"""Contractor assessments as the database holds them: proposed from a month's findings, repairs and rounds, confirmed by a manager."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_months, cint, get_first_day, getdate

from property_service.patrol import assessment_rules as rules
from property_service.patrol.assessment_rules import Measures
from property_service.patrol.finding_figures import judged, late
from property_service.patrol.finding_rules import WITHDRAWN
from property_service.patrol.findings import FINDING
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.money import money
from property_service.property_service.service_clock import local_day, site_now, start_of_local_day
from property_service.property_service.stages import VOID

ASSESSMENT = "Contractor Assessment"
DRAFT, CONFIRMED = "Draft", "Confirmed"
JUDGED_TASKS = ("Completed", "Incomplete", "Missed")


def key_of(contractor: str, community: str, month: date) -> str:
    """Return the key that lets a contractor be assessed once a month and community."""
    return f"{contractor}|{community}|{month:%Y-%m}"[:140]


def measure(contractor: str, community: str, month: date) -> Measures:
    """Measure a month of a contractor (a Work Team) in a community: five grouped queries, whatever the month held."""
    begin = start_of_local_day(community, month)
    end = start_of_local_day(community, getdate(add_months(month, 1)))
    found, in_time = _findings(contractor, community, begin, end)
    return Measures(
        found=found,
        in_time=in_time,
        first_time=_rechecks(contractor, community, begin, end),
        repairs=_repairs(contractor, community, begin, end),
        rounds=_rounds(contractor, community, month),
    )


def propose(doc: Document) -> None:
    """Put the measured lines into a draft, in place of those it has, and propose the deduction."""
    doc.set("lines", [])
    for line in rules.proposed(measure(doc.contractor, doc.community, getdate(doc.month))):
        doc.append(
            "lines",
            {
                # Kept in the reader's language: criteria are the manager's own words from then on.
                "criterion": _(line.criterion),
                "weight": line.weight,
                "measured": line.measured,
                "proposed": line.points,
                "score": line.points,
            },
        )
    settle_score(doc)
    propose_deduction(doc)


def settle(doc: Document) -> None:
    """Work out score and payment of a draft. RuleError for points, weights and amounts that cannot be."""
    settle_score(doc)
    doc.payable = rules.payable(money(doc.monthly_fee), money(doc.deduction), doc.deduction_reason or "")


def settle_score(doc: Document) -> None:
    """Work out the score of the lines."""
    doc.score = rules.score((row.weight, row.score) for row in doc.lines)


def confirm(name: str, by: str) -> Document:
    """Confirm an assessment; from then on nobody changes it. NotAllowedNow where it is confirmed already."""
    doc = frappe.get_doc(ASSESSMENT, name, for_update=True)
    if doc.status != DRAFT:
        frappe.throw(_("This assessment was confirmed already."), NotAllowedNow)
    doc.status, doc.confirmed_by, doc.confirmed_at = CONFIRMED, by, site_now()
    doc.flags.by_rules = True
    doc.save()
    return doc


def propose_anew(name: str) -> Document:
    """Measure the month again and put the lines into the draft, in place of those it has."""
    doc = frappe.get_doc(ASSESSMENT, name, for_update=True)
    if doc.status != DRAFT:
        frappe.throw(_("This assessment is confirmed and kept as it is."), NotAllowedNow)
    propose(doc)
    doc.flags.by_rules = True
    doc.save()
    return doc


def make_drafts() -> int:
    """Scheduler: drafts of last month for every contractor and community it serves, where there is none yet; returns how many."""
    made = 0
    wanted = {}
    for contractor, community in _served():
        month = getdate(get_first_day(add_months(local_day(community), -1)))
        wanted[key_of(contractor, community, month)] = (contractor, community, month)
    keys = {"assessment_key": ["in", [*wanted, ""]]}
    known = set(frappe.get_all(ASSESSMENT, keys, pluck="assessment_key", order_by="assessment_key asc"))
    for key, (contractor, community, month) in wanted.items():
        if key in known:
            continue
        doc = frappe.new_doc(ASSESSMENT)
        doc.update({"contractor": contractor, "community": community, "month": month})
        doc.monthly_fee = last_fee(contractor, community)
        # The scheduler acts for nobody.
        doc.insert(ignore_permissions=True)
        made += 1
    return made


def last_fee(contractor: str, community: str) -> Any:
    """Return the fee of the last assessment of a contractor in a community; None where there is none."""
    rows = frappe.get_all(
        ASSESSMENT,
        {"contractor": contractor, "community": community},
        pluck="monthly_fee",
        order_by="month desc",
        limit=1,
    )
    return rows[0] if rows else None


def check_contractor(doc: Document) -> None:
    """Refuse a team that does not serve the community, and a month to come."""
    if doc.community not in {row.community for row in frappe.get_cached_doc("Work Team", doc.contractor).places}:
        frappe.throw(
            _("{0} does not serve {1}. Choose another team.").format(doc.contractor, doc.community), InputRefused
        )
    if getdate(doc.month) > getdate(get_first_day(local_day(doc.community))):
        frappe.throw(_("This month is still to come. Choose one that has begun."), InputRefused)


def propose_deduction(doc: Document) -> None:
    """Propose what the score takes off the fee of the month, with the reason."""
    settings = frappe.get_cached_doc("Property Service Settings")
    full_pay = cint(settings.assessment_full_pay) or rules.USUAL_FULL_PAY
    percent = settings.assessment_percent or rules.USUAL_PERCENT
    doc.deduction = rules.deduction(
        money(doc.monthly_fee), doc.score, full_pay, percent, settings.assessment_most or rules.USUAL_MOST
    )
    if money(doc.deduction):
        doc.deduction_reason = _("Score {0}, below {1} points; {2} % of the fee for each point.").format(
            f"{doc.score:g}", full_pay, f"{percent:g}"
        )
    else:
        doc.deduction_reason = None


def _served() -> list[tuple[str, str]]:
    """Contractors at work and the communities they serve, each pair once."""
    team, place = frappe.qb.DocType("Work Team"), frappe.qb.DocType("Work Team Place")
    return (
        frappe.qb.from_(team)
        .join(place)
        .on((place.parent == team.name) & (place.parenttype == "Work Team"))
        .select(team.name, place.community)
        .distinct()
        .where((team.is_contractor == 1) & (team.is_active == 1))
        .where(place.community.notnull())
        .orderby(team.name)
        .orderby(place.community)
        .run()
    )


def _findings(
    contractor: str, community: str, begin: datetime, end: datetime
) -> tuple[dict[str, int], tuple[int, int]]:
    """Findings of the month by severity, and (put right in time, of all whose time is known)."""
    table = frappe.qb.DocType(FINDING)
    rows = (
        frappe.qb.from_(table)
        .select(table.severity, Count("*"), Sum(judged(table)), Sum(late(table)))
        .where((table.community == community) & (table.responsible_team == contractor) & (table.status != WITHDRAWN))
        .where((table.found_at >= begin) & (table.found_at < end))
        .groupby(table.severity)
        .orderby(table.severity)
        .run()
    )
    found = {severity: int(number) for severity, number, _judged, _late in rows}
    of_all, too_late = (sum(cint(row[place]) for row in rows) for place in (2, 3))
    return found, (of_all - too_late, of_all)


def _rechecks(contractor: str, community: str, begin: datetime, end: datetime) -> tuple[int, int]:
    table, row = frappe.qb.DocType(FINDING), frappe.qb.DocType("Finding Recheck")
    return _pair(
        frappe.qb.from_(row)
        .join(table)
        .on((row.parent == table.name) & (row.parenttype == FINDING))
        .select(Sum(Case().when(row.result == "Passed", 1).else_(0)), Count("*"))
        .where((table.community == community) & (table.responsible_team == contractor))
        .where((row.recheck_no == 1) & (row.rechecked_at >= begin) & (row.rechecked_at < end))
        .run()
    )


def _repairs(contractor: str, community: str, begin: datetime, end: datetime) -> tuple[int, int]:
    table = frappe.qb.DocType("Repair Request")
    return _pair(
        frappe.qb.from_(table)
        .select(Sum(Case().when(table.finish_late == 0, 1).else_(0)), Count("*"))
        .where((table.community == community) & (table.team == contractor) & (table.stage != VOID))
        .where((table.finish_by >= begin) & (table.finish_by < min(end, site_now())))
        .run()
    )


def _rounds(contractor: str, community: str, month: date) -> tuple[int, int]:
    """Points its members recorded, early, on time or late, of all they should have."""
    users = sorted({row.user for row in frappe.get_cached_doc("Work Team", contractor).members if row.user})
    if not users:
        return 0, 0
    table = frappe.qb.DocType("Patrol Task")
    return _pair(
        frappe.qb.from_(table)
        .select(Sum(table.early_count + table.on_time_count + table.late_count), Sum(table.points_total))
        .where((table.community == community) & table.assigned_to.isin(users) & table.status.isin(JUDGED_TASKS))
        .where((table.task_date >= month) & (table.task_date < getdate(add_months(month, 1))))
        .run()
    )


def _pair(rows: Any) -> tuple[int, int]:
    return cint(rows[0][0]), cint(rows[0][1])
