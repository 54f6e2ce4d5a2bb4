"""What a new complaint starts with, and which of its fields people may change on the form; all others move by acts alone."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from property_service.front_desk import complaint_clock, complaint_rules
from property_service.front_desk.complaint_states import (
    COMPLAINT,
    GENERAL,
    IN_HAND,
    LEVELS,
    MANAGER,
    RECEIVED,
    SYSTEM_MANAGER,
)
from property_service.front_desk.households import plain_phone
from property_service.property_service.errors import InputRefused, NotAllowedNow, rules_speak
from property_service.property_service.field_changes import changed_fields
from property_service.property_service.plain_text import plain_text
from property_service.property_service.resident_access import check_may_name
from property_service.property_service.scope import has_role
from property_service.property_service.service_clock import site_now

MOST_LINE, MOST_TEXT = 140, 2000
WHO = frozenset({"resident", "contact_name", "contact_phone", "unit"})
ABOUT = frozenset({"person_complained_of", "team_complained_of", "other_side"})
WHAT = frozenset({"subject", "details", "category", "level", "building", "place", "photo"})
BY_HAND = WHO | ABOUT | WHAT | frozenset({"kind", "channel", "community", "is_anonymous", "naming_series"})
BY_RULES = frozenset(
    {
        *("client_key", "follow_key", "reference_doctype", "reference_name", "service_contact"),
        *("requested_by_user", "group_of"),
    }
)
TEXTS = (("subject", MOST_LINE, True), ("details", MOST_TEXT, False), ("place", MOST_LINE, False))
STEP = ("happened_at", "kind", "by_user", "text", "told")


def start(doc: Document) -> None:
    """Reset what a new complaint may not bring along; level by category, times by the settings, the first step."""
    allowed = BY_HAND | (BY_RULES if doc.flags.by_rules else frozenset())
    for field in doc.meta.fields:
        if field.fieldname in allowed or field.fieldname in ("status", "stage"):
            continue
        if field.fieldtype in frappe.model.table_fields:
            doc.set(field.fieldname, [])
        elif field.fieldtype not in frappe.model.no_value_fields:
            doc.set(field.fieldname, field.default or None)
    if not doc.flags.by_rules:
        doc.requested_by_user = frappe.session.user
    doc.derive_community()
    _settle_person(doc)
    category = _category(doc)
    if not doc.level:
        doc.level = (category and category.default_level) or GENERAL
    doc.received_at = site_now()
    with rules_speak():
        complaint_clock.start(doc)
    # Whoever complains without a name is not named in the log either.
    add_step(doc, RECEIVED, "" if cint(doc.is_anonymous) else doc.requested_by_user or "", "")


def add_step(doc: Document, kind: str, by: str, text: str, told: bool = False) -> None:
    """Append a step to the log, which nobody writes by hand."""
    row = {"happened_at": site_now(), "kind": kind, "by_user": by or None, "text": text or None, "told": cint(told)}
    doc.append("steps", row)


def settle(doc: Document, before: Document | None) -> None:
    """Texts, people, places and what follows from them; judged on every save. Raises with a sentence."""
    for fieldname, most, required in TEXTS:
        if before is None or doc.get(fieldname) != before.get(fieldname):
            label = _(doc.meta.get_label(fieldname))
            doc.set(fieldname, plain_text(doc.get(fieldname), label, most, required) or None)
    if doc.level not in LEVELS:
        frappe.throw(_("Choose a level: {0}.").format(", ".join(map(_, LEVELS))), InputRefused)
    _category(doc, before)
    if before is not None:
        _settle_person(doc)
    if doc.unit and not doc.building:
        doc.building = frappe.get_cached_value("Property Unit", doc.unit, "building")
    _check_about(doc, before)
    _settle_dispute(doc)
    if before is not None and doc.level != before.level and doc.status in IN_HAND:
        with rules_speak():
            complaint_clock.change_level(doc)


def check(doc: Document, before: Document) -> None:
    """Refuse a change of fields that are not the person's to change. Raises with a sentence."""
    if doc.flags.by_rules or doc.flags.advance:
        return
    changed = changed_fields(doc, before) - {"stage", "steps"}
    if "status" in changed:
        frappe.throw(
            _("Use the buttons of the complaint: each step is recorded with what was said."),
            NotAllowedNow,
        )
    may = (WHO | ABOUT | WHAT) if before.status in IN_HAND else frozenset()
    if has_role(MANAGER, SYSTEM_MANAGER):
        may |= {"is_typical"} | ABOUT
    if kept := changed - may:
        labels = ", ".join(frappe.bold(_(doc.meta.get_label(name))) for name in sorted(kept))
        frappe.throw(
            _("{0} is kept by the complaint's own steps. Use its buttons instead.").format(labels), NotAllowedNow
        )
    _check_changes(doc, before, changed)


def check_steps(doc: Document, before: Document) -> None:
    """The log is only ever added to, and by acts alone."""
    kept = {row.name: row for row in doc.steps}
    # A row without a name was added in this very act.
    for row in filter(lambda step: step.name, before.steps):
        now = kept.pop(row.name, None)
        if now is None or any(str(now.get(key) or "") != str(row.get(key) or "") for key in STEP):
            _refuse_steps()
    if kept and not (doc.flags.by_rules or doc.flags.advance):
        _refuse_steps()


def _refuse_steps() -> None:
    frappe.throw(
        _("The steps of a complaint are its log and cannot be written by hand. Add a note instead."), NotAllowedNow
    )


def _check_changes(doc: Document, before: Document, changed: set[str]) -> None:
    """A manager alone lowers a level, clears whom it is about, or says that it is somebody else's complaint."""
    if has_role(MANAGER, SYSTEM_MANAGER):
        return
    if "level" in changed and LEVELS.index(doc.level) < LEVELS.index(before.level):
        frappe.throw(_("Only the manager can lower the level of a complaint."), frappe.PermissionError)
    for fieldname in ("person_complained_of", "other_side", "resident"):
        if fieldname in changed and before.get(fieldname):
            frappe.throw(
                _("Only the manager can change {0} once it is set.").format(
                    frappe.bold(_(doc.meta.get_label(fieldname)))
                ),
                frappe.PermissionError,
            )


def _category(doc: Document, before: Document | None = None) -> Document | None:
    """The category, once it is clear that it fits; None without one."""
    if not doc.category:
        return None
    if not frappe.db.exists("Complaint Category", doc.category, cache=True):
        frappe.throw(_("There is no such category. Choose one from the list."), InputRefused)
    found = frappe.get_cached_doc("Complaint Category", doc.category)
    if before is not None and before.category == doc.category:
        return found
    if not found.enabled or (found.kind and found.kind != doc.kind):
        frappe.throw(
            _("{0} is not a category for this. Choose another one.").format(frappe.bold(_(found.name))), InputRefused
        )
    return found


def _settle_person(doc: Document) -> None:
    """Nobody is stored with an anonymous complaint; else name and phone come from the resident's record where they are left out."""
    if cint(doc.is_anonymous):
        doc.resident = doc.contact_name = doc.contact_phone = doc.other_side = None
        if doc.channel == "Portal":
            doc.unit = None
        return
    if doc.resident and not (doc.contact_name and doc.contact_phone):
        person = frappe.db.get_value("Resident", doc.resident, ["resident_name", "primary_phone"], as_dict=True)
        if not person:
            frappe.throw(_("There is no such resident. Choose one from the list."), InputRefused)
        doc.contact_name = doc.contact_name or person.resident_name
        doc.contact_phone = doc.contact_phone or person.primary_phone
    doc.contact_name = plain_text(doc.contact_name, _("Contact"), MOST_LINE) or None
    doc.contact_phone = plain_phone(doc.contact_phone)[:20] or None


def _check_about(doc: Document, before: Document | None) -> None:
    """Only staff is complained of by name, and whoever enters a resident may see him."""
    user = doc.person_complained_of
    if user and (before is None or before.person_complained_of != user):
        if frappe.get_cached_value("User", user, "user_type") != "System User":
            frappe.throw(
                _("Only a member of staff can be named here. Choose the neighbour as the other side."), InputRefused
            )
    if not doc.flags.by_rules:
        for fieldname in ("resident", "other_side"):
            check_may_name(doc, fieldname)
    # Whoever is complained of handles it no more; who does is decided anew.
    if user and doc.assigned_to == user:
        doc.assigned_to = None


def _settle_dispute(doc: Document) -> None:
    with rules_speak():
        both = doc.resident and doc.other_side and doc.kind == COMPLAINT
        doc.dispute_key = complaint_rules.dispute_key(doc.community, doc.resident, doc.other_side) if both else None


def kept_out(doc: Document, before: Document | None) -> bool:
    """True where this save has named another person complained of."""
    return bool(doc.person_complained_of) and (
        before is None or before.person_complained_of != doc.person_complained_of
    )
