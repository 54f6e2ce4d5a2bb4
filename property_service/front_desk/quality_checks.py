"""Service quality checks (服务质检): contacts drawn by lot, scored by somebody else, told to the person; until then he sees nothing of it."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_months, cint, get_first_day, getdate

from property_service.front_desk import quality_rules as rules
from property_service.front_desk.quality_rules import Score
from property_service.property_service.errors import InputRefused, NotAllowedNow, rules_speak
from property_service.property_service.locks import run_locked
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rule_error import mark
from property_service.property_service.scope import check_roles
from property_service.property_service.service_clock import local_day, site_now, start_of_local_day
from property_service.property_service.staff_notices import tell_staff

CHECK, SCORECARD, CONTACT = "Service Quality Check", "Service Scorecard", "Service Contact"
DRAWN, SCORED, TOLD = "Drawn", "Scored", "Told"
MANAGER = "Property Manager"
REVIEWERS = (MANAGER, "System Manager")
ADMINISTRATOR = "Administrator"


# Who sees what


def may_see(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """Rule of every check: the person drawn sees his own once he was told, reviewers see those of others, nobody else any."""
    user = user or frappe.session.user
    if user == ADMINISTRATOR:
        return True
    # As stored: what a client sends says nothing of whose check it is.
    stored = None if doc.is_new() else frappe.db.get_value(CHECK, doc.name, ["person", "status"], as_dict=True)
    person, status = (stored.person, stored.status) if stored else (doc.get("person"), doc.get("status"))
    if person == user:
        return status == TOLD and ptype in ("read", "print", "select")
    return bool(set(REVIEWERS) & set(frappe.get_roles(user)))


def query(user: str | None = None, doctype: str | None = None) -> str:
    """The same rule for every list."""
    user = user or frappe.session.user
    if user == ADMINISTRATOR:
        return ""
    person, told = f"`tab{CHECK}`.person", f"`tab{CHECK}`.status = {frappe.db.escape(TOLD)}"
    own = f"({person} = {frappe.db.escape(user)} and {told})"
    if set(REVIEWERS) & set(frappe.get_roles(user)):
        return f"({person} != {frappe.db.escape(user)} or {own})"
    return own


# The draw


def key_of(community: str, month: date, person: str, contact: str) -> str:
    """Return the key by which a contact is drawn once."""
    return f"{community}|{month:%Y-%m}|{person}|{contact}"[:140]


def draw(community: str, month: date, seed: str = "") -> list[str]:
    """Draw the contacts of a month that has begun and make their checks; returns the names of those that are new.

    A month drawn before keeps its seed: the same contacts are drawn, and nothing is made twice.
    """
    month = getdate(get_first_day(month))
    if month > getdate(get_first_day(local_day(community))):
        frappe.throw(_("This month is still to come. Choose one that has begun."), InputRefused)
    frappe.db.get_value("Community", community, "name", for_update=True)  # two draws at once, one after the other
    table = frappe.qb.DocType(CHECK)
    # Locked, so that what the other draw has committed meanwhile is seen.
    known = run_locked(
        frappe.qb.from_(table)
        .select(table.draw_key, table.seed)
        .where((table.community == community) & (table.month == month))
        .orderby(table.creation)
        .orderby(table.name),
        as_dict=True,
    )
    seed = (known[0].seed if known else seed) or secrets.token_hex(8)
    contacts = contacts_of(community, month)
    drawn = rules.draw(seed, contacts, cint(frappe.get_cached_doc("Property Service Settings").quality_per_person))
    card, keys = usual_scorecard() if drawn else None, {row.draw_key for row in known}
    made = []
    for person, names in drawn.items():
        for contact in names:
            if (key := key_of(community, month, person, contact)) in keys:
                continue
            doc = frappe.new_doc(CHECK)
            doc.update({"community": community, "month": month, "person": person, "service_contact": contact})
            doc.update({"scorecard": card, "seed": seed, "drawn_from": len(contacts[person]), "draw_key": key})
            doc.flags.by_rules = True
            # Drawn by lot: no role makes a check of its own choice.
            made.append(doc.insert(ignore_permissions=True).name)
    return made


def contacts_of(community: str, month: date) -> dict[str, tuple[str, ...]]:
    """Person → the contacts he handled in a month, of members of staff who are still there; one query."""
    begin, end = start_of_local_day(community, month), start_of_local_day(community, getdate(add_months(month, 1)))
    table, user = frappe.qb.DocType(CONTACT), frappe.qb.DocType("User")
    rows = (
        frappe.qb.from_(table)
        .join(user)
        .on(user.name == table.handled_by)
        .select(table.handled_by, table.name)
        .where((table.community == community) & (table.contacted_at >= begin) & (table.contacted_at < end))
        .where((user.enabled == 1) & (user.user_type == "System User") & (user.name != ADMINISTRATOR))
        .orderby(table.handled_by)
        .orderby(table.name)
        .run()
    )
    found: dict[str, list[str]] = defaultdict(list)
    for person, name in rows:
        found[person].append(name)
    return {person: tuple(names) for person, names in found.items()}


def draw_all() -> int:
    """Scheduler: last month of every community that was not drawn yet; returns how many checks were made."""
    if not cint(frappe.get_cached_doc("Property Service Settings").quality_per_person) or not _scorecards():
        return 0
    months = {
        name: getdate(get_first_day(add_months(local_day(name), -1)))
        for name in frappe.get_all("Community", pluck="name", order_by="name asc")
    }
    known = {
        (row.community, getdate(row.month))
        for row in frappe.get_all(
            CHECK,
            {"month": ["in", sorted({str(month) for month in months.values()})]},
            ["community", "month"],
            distinct=True,
            order_by="community asc, month asc",
        )
    }
    return sum(len(draw(name, month)) for name, month in months.items() if (name, month) not in known)


def usual_scorecard() -> str:
    """The first scorecard that is in use. Raises InputRefused where there is none."""
    cards = _scorecards()
    if not cards:
        frappe.throw(_("There is no scorecard in use. Make one, then draw."), InputRefused)
    return cards[0]


def _scorecards() -> list[str]:
    return frappe.get_all(SCORECARD, {"enabled": 1}, pluck="name", order_by="creation asc, name asc", limit=1)


# The check


def fill_scores(doc: Document) -> None:
    """Put the criteria of the scorecard into a check that has none yet, kept in the language of whoever draws."""
    card = frappe.get_cached_doc(SCORECARD, doc.scorecard)
    doc.set("scores", [])
    for row in card.criteria:
        doc.append("scores", {"criterion": _(row.criterion), "most": row.most, "is_decisive": row.is_decisive})


def score(name: str, by: str, points: Iterable[float], notes: Iterable[str] = (), remark: str = "") -> Document:
    """Score a check: points in the order of its criteria. Again until he was told; never by the person himself."""
    doc = _locked(name)
    if doc.person == by:
        frappe.throw(_("Nobody checks himself. Ask another manager."), frappe.PermissionError)
    if doc.status == TOLD:
        frappe.throw(_("{0} was told already. The check is kept as it is.").format(_full_name(doc)), NotAllowedNow)
    given, said = list(points), list(notes)
    if len(given) != len(doc.scores):
        frappe.throw(_("Please give points for each of the {0} criteria.").format(len(doc.scores)), InputRefused)
    for number, row in enumerate(doc.scores):
        row.points = given[number]
        row.note = plain_text(said[number] if number < len(said) else "", _("Note"), 140) or None
    with rules_speak():
        found = rules.result(
            (
                Score(row.criterion, cint(row.most), value, bool(row.is_decisive))
                for row, value in zip(doc.scores, given, strict=True)
            ),
            float(frappe.get_cached_value(SCORECARD, doc.scorecard, "pass_percent") or 0),
        )
    doc.points, doc.percent, doc.passed = found.points, found.percent, int(found.passed)
    doc.status, doc.reviewer, doc.reviewed_at = SCORED, by, site_now()
    doc.remark = plain_text(remark, _("Remark"), 1000) or None
    return _save(doc)


def tell(name: str, by: str) -> Document:
    """Show a scored check to its person; from now on it is kept. NotAllowedNow before it is scored, and a second time."""
    doc = _locked(name)
    if doc.person == by:
        frappe.throw(_("Nobody checks himself. Ask another manager."), frappe.PermissionError)
    if doc.status != SCORED:
        frappe.throw(_("Score the check first.") if doc.status == DRAWN else _("This was told already."), NotAllowedNow)
    doc.status, doc.told_at = TOLD, site_now()
    _save(doc)
    subject = (
        mark("Your contact {0} was checked: {1} %. You can remark on it once."),
        doc.service_contact,
        doc.percent,
    )
    tell_staff([doc.person], subject, CHECK, doc.name)
    return doc


def remark_on(name: str, by: str, words: str) -> Document:
    """What the person says to his check, once."""
    doc = frappe.get_doc(CHECK, name, for_update=True)
    doc.check_permission("read")
    if doc.person != by or doc.status != TOLD:
        frappe.throw(_("Only the person who was checked remarks on it, once he was told."), frappe.PermissionError)
    if doc.person_remark:
        frappe.throw(_("You have remarked on this check already."), NotAllowedNow)
    doc.person_remark = plain_text(words, _("Remark"), 1000, required=True)
    _save(doc)
    subject = (mark("{0} has remarked on the quality check {1}."), _full_name(doc), doc.name)
    tell_staff([doc.reviewer], subject, CHECK, doc.name)
    return doc


def acts_for(doc: Document, user: str) -> list[str]:
    """Names of the acts somebody may do on a check now: score, tell, remark."""
    if doc.person == user:
        return ["remark"] if doc.status == TOLD and not doc.person_remark else []
    if not set(REVIEWERS) & set(frappe.get_roles(user)):
        return []
    return {DRAWN: ["score"], SCORED: ["score", "tell"]}.get(doc.status, [])


def _locked(name: str) -> Document:
    doc = frappe.get_doc(CHECK, name, for_update=True)
    doc.check_permission("write")
    check_roles(REVIEWERS)
    return doc


def _save(doc: Document) -> Document:
    doc.flags.by_rules = True
    # The person only reads his check, and remarks on it; who may what was judged above.
    doc.save(ignore_permissions=True)
    return doc


def _full_name(doc: Document) -> str:
    return frappe.utils.get_fullname(doc.person)
