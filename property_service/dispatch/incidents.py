"""Service incidents: one fault, many callers. Which one a report belongs to, how they begin, and how they end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint
from pypika import Case
from pypika.queries import QueryBuilder

from property_service.dispatch import incident_rules
from property_service.dispatch.incident_rules import Incident, Proposal, Report, Spot
from property_service.dispatch.incident_texts import place_words
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.locks import run_locked
from property_service.property_service.service_clock import site_now, to_aware, to_site

PROPOSED, OPEN, CLOSED = "Proposed", "Open", "Closed"
PLANNED_WORK = "Planned Work"
LONGEST_TEXT = 1000
CLOCKS_DIFFER = timedelta(minutes=5)  # of the browser that sent the time, and of the server
DOCTYPE = "Service Incident"
FIELDS = ("name", "status", "scope", "community", "building", "entrance", "riser", "category")
TIMES = ("started_at", "expected_until", "last_report_at")


# Which incident a report belongs to


def matching_incident(
    community: str,
    building: str | None,
    entrance: str | None,
    riser: str | None,
    category: str,
    ancestors: Sequence[str],
    at: datetime,
) -> str | None:
    """Return the name of the incident, proposed or open, to which a report of this place and category may belong.

    `at` is in the site's time; `ancestors` are the parents of the category. One query. The desk confirms the match.
    """
    report = Report("", Spot(community, building or None, entrance or None, riser or None), category, to_aware(at), "")
    return _best(replace(report, ancestors=tuple(ancestors)), _unclosed(community).run(as_dict=True))


def burst_in(reports: Sequence[Report]) -> Proposal | None:
    """The fault that several of these reports look like, by the settings' number and window; asks the database nothing."""
    settings = frappe.get_cached_doc("Property Service Settings")
    least = cint(settings.incident_burst)
    return incident_rules.burst(reports, least, cint(settings.incident_window_minutes)) if least > 0 else None


def propose_from_burst(reports: Iterable[Report]) -> tuple[str, tuple[str, ...]] | None:
    """Propose an incident where several recent reports of one community look like one fault.

    `reports` are those in no incident yet; their times are aware. Returns the incident's name and the names of the reports
    that belong to it (the caller joins them), or None. Two calls at the same moment propose one incident together.
    """
    reports = tuple(reports)
    found = burst_in(reports)
    if found is None:
        return None
    community = frappe.qb.DocType("Community")
    run_locked(frappe.qb.from_(community).select(community.name).where(community.name == found.spot.community))
    first = next(report for report in reports if report.name == found.reports[0])
    # Read as committed by now: a call that came just before may have proposed it.
    known = _best(first, run_locked(_unclosed(found.spot.community), as_dict=True))
    if known:
        return known, found.reports
    return propose(found), found.reports


def propose(found: Proposal) -> str:
    """Write an incident that reports suggest; the desk confirms it. Returns its name."""
    doc = frappe.get_doc(
        {
            "doctype": DOCTYPE,
            "community": found.spot.community,
            "category": found.category,
            "scope": found.scope,
            "building": found.spot.building,
            "entrance": found.spot.entrance,
            "riser": found.spot.riser,
            "started_at": to_site(found.started_at),
        }
    )
    doc.flags.step = (None, PROPOSED)
    doc.flags.ignore_links = True  # they are those of the reports
    doc.flags.ignore_version = True  # of a new document there is no version before
    # The last of the callers may be a resident at the portal, who cannot create incidents; the desk confirms this one.
    return doc.insert(ignore_permissions=True).name


# How an incident lives


def confirm(name: str) -> Document:
    """The desk says that a proposed incident is one: it is open from now on."""
    return _step(_locked(name, PROPOSED), OPEN)


def withdraw(name: str, reason: str) -> Document:
    """The desk says that a proposed incident is none: it is closed, nobody is told, its requests go their own ways."""
    doc = _locked(name, PROPOSED)
    doc.closing_text = _text(reason, _("Please say why this is not an incident."))
    _step(doc, CLOSED)
    call_extensions("property_service_incident_withdrawn", incident=doc)
    recount([name])
    return doc


def close_incident(name: str, closing_text: str, by_system: bool = False) -> Document:
    """Close an open incident; whoever reported it reads `closing_text` (extension point). Once: a second time is refused.

    Raises NotAllowedNow where it is not open, InputRefused without a text.
    """
    doc = _locked(name, OPEN)
    doc.closing_text = _text(closing_text, _("Please enter the text for everyone who reported it."))
    _step(doc, CLOSED, by_system)
    recount([name])
    call_extensions("property_service_incident_closed", incident=doc)
    return doc


def join(name: str, request: str) -> Document:
    """The desk says that a request belongs to this incident; the room the request lives in takes it (extension point)."""
    doc = frappe.get_doc(DOCTYPE, name)
    doc.check_permission("write")
    if doc.status == CLOSED:
        frappe.throw(
            _("{0} is closed. Open another incident, or answer this caller individually.").format(name), NotAllowedNow
        )
    if not any(call_extensions("property_service_incident_join", incident=doc, request=request)):
        frappe.throw(_("There is no request {0}.").format(frappe.bold(request)), InputRefused)
    recount([name])
    doc.reload()
    return doc


def recount(names: Iterable[str | None]) -> None:
    """Count the requests of these incidents anew, all at once, and note when the last of them came."""
    wanted = tuple(sorted({name for name in names if name}))
    if not wanted:
        return
    counted: dict[str, tuple[int, datetime | None]] = {}
    for answer in call_extensions("property_service_incident_requests", incidents=wanted):
        for name, (requests, last) in answer.items():
            before = counted.get(name, (0, None))
            counted[name] = (before[0] + cint(requests), max(filter(None, (before[1], last)), default=None))
    table = frappe.qb.DocType(DOCTYPE)
    count, latest = Case(), Case()
    for name in wanted:
        requests, last = counted.get(name, (0, None))
        count, latest = count.when(table.name == name, requests), latest.when(table.name == name, last)
    frappe.qb.update(table).set(table.request_count, count).set(table.last_report_at, latest).where(
        table.name.isin(wanted)
    ).run()


def end_planned_work() -> int:
    """Scheduler: close planned work whose time is over, each on its own. Returns how many."""
    names = frappe.get_all(
        DOCTYPE,
        {"kind": PLANNED_WORK, "status": OPEN, "expected_until": ("<=", site_now())},
        pluck="name",
        order_by="expected_until asc, name asc",
    )
    ended = 0
    language = frappe.db.get_default("lang") or "en"
    for name in names:
        frappe.db.savepoint("planned_work")
        try:
            doc = frappe.get_doc(DOCTYPE, name)
            text = doc.closing_text or _("The planned work has ended: {0}.", lang=language).format(doc.title)
            close_incident(name, text, by_system=True)
            ended += 1
        except Exception:
            frappe.db.rollback(save_point="planned_work")
            frappe.log_error(title=f"Service Incident {name}")
    return ended


# What the document itself watches over


def check_life(doc: Document) -> None:
    """Its state moves by the steps above alone; what the server keeps stays; a closed one is not changed any more."""
    before = doc.get_doc_before_save()
    old = before.status if before else None
    if doc.flags.step:
        doc.status = doc.flags.step[1]
    elif before is None:
        doc.status = OPEN
    elif old == CLOSED:
        frappe.throw(_("{0} is closed and cannot be changed. Open another incident.").format(doc.name), NotAllowedNow)
    elif doc.status != old:
        frappe.throw(
            _("{0} is {1}. Use the buttons on it to open or close it.").format(doc.name, _(old)), NotAllowedNow
        )
    if before is None:
        doc.request_count, doc.last_report_at, doc.closed_at, doc.closed_by = 0, None, None, None
    elif doc.status != CLOSED:
        doc.request_count, doc.last_report_at = before.request_count, before.last_report_at
        doc.closed_at = doc.closed_by = None


def fit_scope(doc: Document) -> None:
    """The scope says which places count: the others are emptied, a missing one is asked for."""
    if doc.scope == "Estate":
        doc.building = None
    elif not doc.building:
        frappe.throw(_("Choose the building, or the scope Estate if the whole estate is affected."), InputRefused)
    if doc.scope in ("Estate", "Building"):
        doc.entrance = None
    if doc.scope != "Riser":
        doc.riser = None
    doc.riser = (doc.riser or "").strip() or None
    if doc.scope == "Entrance" and not doc.entrance:
        frappe.throw(_("Choose the entrance, or the scope Building if the whole building is affected."), InputRefused)
    if doc.scope == "Riser" and not doc.riser:
        frappe.throw(_("Enter the riser, or choose a wider scope."), InputRefused)
    if doc.scope == "Riser" and not doc.entrance and frappe.db.exists("Entrance", {"building": doc.building}):
        frappe.throw(_("Choose the entrance of the riser: {0} has several.").format(doc.building), InputRefused)
    if doc.entrance and frappe.db.get_value("Entrance", doc.entrance, "building") != doc.building:
        frappe.throw(
            _("Entrance {0} is not in building {1}. Change one of the two.").format(doc.entrance, doc.building),
            InputRefused,
        )


def check_times(doc: Document) -> None:
    """It ends after it begins; only planned work begins later, and says until when."""
    begins, ends = frappe.utils.get_datetime(doc.started_at), doc.expected_until
    if ends and frappe.utils.get_datetime(ends) <= begins:
        frappe.throw(_("The end is before the start. Correct one of the two times."), InputRefused)
    if doc.kind == PLANNED_WORK and not ends:
        frappe.throw(_("Enter when the planned work will end."), InputRefused)
    latest = site_now() + CLOCKS_DIFFER
    if doc.kind != PLANNED_WORK and begins > latest and doc.has_value_changed("started_at"):
        frappe.throw(_("A fault cannot begin in the future. Choose the kind Planned Work."), InputRefused)


def default_title(doc: Document) -> str:
    """A title of place and category, for whoever enters none."""
    return " ".join(part for part in (place_words(doc), _(doc.category) if doc.category else None) if part)[:140]


def _step(doc: Document, status: str, by_system: bool = False) -> Document:
    doc.flags.step = (doc.status, status)
    if status == CLOSED:
        doc.closed_at, doc.closed_by = site_now(), frappe.session.user
    try:
        # Planned work is ended by the clock, which holds no permission.
        doc.save(ignore_permissions=by_system)
    finally:
        doc.flags.step = None
    return doc


def _locked(name: str, status: str) -> Document:
    """The incident with its row locked. Raises NotAllowedNow where it is in another state."""
    table = frappe.qb.DocType(DOCTYPE)
    run_locked(frappe.qb.from_(table).select(table.name).where(table.name == name))
    doc = frappe.get_doc(DOCTYPE, name, for_update=True)
    doc.check_permission("read")
    if doc.status == status:
        return doc
    if doc.status == CLOSED:
        frappe.throw(_("{0} is already closed. Everyone who reported it was told.").format(name), NotAllowedNow)
    if doc.status == PROPOSED:
        frappe.throw(_("{0} is only proposed. Open it first, or dismiss it.").format(name), NotAllowedNow)
    frappe.throw(_("{0} is already open.").format(name), NotAllowedNow)


def _text(text: str, otherwise: str) -> str:
    text = (text or "").strip()
    if not text:
        frappe.throw(otherwise, InputRefused)
    if len(text) > LONGEST_TEXT:
        frappe.throw(_("Please shorten the text to {0} characters.").format(LONGEST_TEXT), InputRefused)
    return text


def _unclosed(community: str) -> QueryBuilder:
    table = frappe.qb.DocType(DOCTYPE)
    return (
        frappe.qb.from_(table)
        .select(*(table[field] for field in (*FIELDS, *TIMES)))
        .where(table.community == community)
        .where(table.status.isin([PROPOSED, OPEN]))
        .orderby(table.name)
    )


def _best(report: Report, rows: Iterable[dict]) -> str | None:
    window = cint(frappe.get_cached_doc("Property Service Settings").incident_window_minutes)
    return incident_rules.best_match(((row.name, _as_rule(row)) for row in rows), report, window)


def _as_rule(row: dict) -> Incident:
    return Incident(
        scope=row.scope,
        spot=Spot(row.community, row.building or None, row.entrance or None, row.riser or None),
        category=row.category,
        started_at=to_aware(row.started_at),
        last_report_at=to_aware(row.last_report_at) if row.last_report_at else None,
        expected_until=to_aware(row.expected_until) if row.expected_until else None,
    )
