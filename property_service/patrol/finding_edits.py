"""What people may write on an inspection finding by hand: never its status, times or what followed, which move by acts alone."""

from __future__ import annotations

from typing import NoReturn

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.patrol import finding_rules as rules
from property_service.patrol import findings
from property_service.patrol.finding_settings import minutes
from property_service.property_service import hand_edits
from property_service.property_service.errors import InputRefused, NotAllowedNow, rules_speak
from property_service.property_service.plain_text import plain_text
from property_service.property_service.scope import may_see_community

MANAGERS = frozenset({"Property Manager", "System Manager"})
LEADERS = MANAGERS | {"Property Team Leader"}
TEAM, CONTRACTOR, RESIDENT = KINDS = ("Team", "Contractor", "Resident")
PLACE = ("building", "entrance", "unit", "checkpoint", "place")
TEXTS = {
    "title": 140,
    "description": 2000,
    "place": 140,
    "immediate_measure": 1000,
    "fix_note": 1000,
    "withdrawn_reason": 1000,
    "reported_to": 140,
}
MOST_NOTE = 1000


def check_new(doc: Document) -> None:
    """Refuse a new finding that brings what only acts may set; what the form fills in by itself is left."""
    hand_edits.check_new(doc, {"status": rules.OPEN, "source": "Desk"})


def check_edit(doc: Document, before: Document) -> None:
    """Refuse an edit of what only acts may change, of what is settled, and a severity lowered by anybody but a leader."""
    hand_edits.check_edit(doc, before)
    if before.status in rules.ENDED:
        frappe.throw(_("{0} is settled and kept as it is.").format(doc.name), NotAllowedNow)
    if doc.severity != before.severity:
        _check_severity(doc, before)
        with rules_speak():
            doc.due_at = rules.due_at(frappe.utils.get_datetime(doc.found_at), doc.severity, minutes())
        doc.alert_level = 0
    if any((doc.get(field) or None) != (before.get(field) or None) for field in PLACE):
        findings.count_repeats(doc)


def complete(doc: Document) -> None:
    """Clean the texts, fill in the place a checkpoint or a room gives, and refuse a responsible who does not fit."""
    for fieldname, most in TEXTS.items():
        label = _(doc.meta.get_label(fieldname))
        doc.set(fieldname, plain_text(doc.get(fieldname), label, most, required=fieldname == "title") or None)
    for row in doc.rechecks:
        row.note = plain_text(row.note, _("Note"), MOST_NOTE) or None
    _set_place(doc)
    _check_responsible(doc)


def _set_place(doc: Document) -> None:
    if doc.checkpoint:
        spot = frappe.get_cached_value(
            "Patrol Checkpoint", doc.checkpoint, ["building", "entrance", "place"], as_dict=True
        )
        if spot:
            doc.building, doc.entrance = spot.building or doc.building, spot.entrance or doc.entrance
            doc.place = doc.place or spot.place
    if doc.unit:
        unit = frappe.get_cached_value("Property Unit", doc.unit, ["building", "entrance"], as_dict=True)
        if unit:
            doc.building, doc.entrance = unit.building, unit.entrance
    elif doc.entrance:
        doc.building = frappe.get_cached_value("Entrance", doc.entrance, "building") or doc.building


def _check_responsible(doc: Document) -> None:
    if not doc.responsible_kind:
        doc.responsible_kind = TEAM if doc.responsible_team else RESIDENT if doc.responsible_resident else None
    # The platform checks the options only after this.
    elif doc.responsible_kind not in KINDS:
        _refuse(_("There is no {0} who could be responsible. Choose from the list.").format(doc.responsible_kind))
    if doc.responsible_kind == TEAM:
        doc.responsible_resident = None
    elif doc.responsible_kind == RESIDENT:
        doc.responsible_team = None
        if not doc.responsible_resident:
            _refuse(_("Enter which resident or company is to put it right."))
    if doc.responsible_team and _is_new_value(doc, "responsible_team"):
        places = frappe.get_cached_doc("Work Team", doc.responsible_team).places
        if places and doc.community not in {row.community for row in places}:
            _refuse(_("{0} does not serve {1}. Choose another team.").format(doc.responsible_team, doc.community))
    if doc.assigned_to and _is_new_value(doc, "assigned_to") and not may_see_community(doc.community, doc.assigned_to):
        _refuse(_("{0} does not work for {1}. Choose somebody else.").format(doc.assigned_to, doc.community))


def _is_new_value(doc: Document, field: str) -> bool:
    before = doc.get_doc_before_save()
    return before is None or before.get(field) != doc.get(field)


def _check_severity(doc: Document, before: Document) -> None:
    if doc.severity not in rules.SEVERITIES:
        _refuse(_("There is no severity {0}. Choose one from the list.").format(doc.severity))
    if before.status not in rules.TO_FIX:
        frappe.throw(_("The severity stays as it is once the finding was put right."), NotAllowedNow)
    if rules.is_lower(doc.severity, before.severity):
        _check_lowered(doc, before)


def _check_lowered(doc: Document, before: Document) -> None:
    """A grave finding stops works and is withdrawn by the manager only; so it is made light by him only."""
    roles = set(frappe.get_roles())
    if LEADERS.isdisjoint(roles):
        frappe.throw(
            _("Only a team leader or the manager may lower the severity. Ask one of them."), frappe.PermissionError
        )
    if before.severity in rules.GRAVE and doc.severity not in rules.GRAVE and MANAGERS.isdisjoint(roles):
        frappe.throw(
            _("A serious finding is made a lighter one by the manager only. Ask the manager."), frappe.PermissionError
        )
    if frappe.session.user in {before.assigned_to, *findings.fixers_of(before)}:
        frappe.throw(
            _("Whoever is to put it right does not lower the severity. Ask somebody else."), frappe.PermissionError
        )


def _refuse(sentence: str) -> NoReturn:
    frappe.throw(sentence, InputRefused)
