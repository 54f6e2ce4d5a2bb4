"""Which fields of a repair request a person may change on the form; all others are kept by the rules.

The platform does not hold anybody to read-only fields: whatever the form, REST, bulk edit or an import sends is judged here.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.errors import NotAllowedNow
from property_service.property_service.field_changes import changed_fields
from property_service.repairs.roles import is_technician_only

PLACE = frozenset({"community", "unit", "building", "entrance", "public_place"})
WHO = frozenset({"resident", "reporter_name", "reporter_phone", "anonymous", "channel"})
WHAT = frozenset({"category", "priority", "description", "is_public", "wished_from", "wished_to", "naming_series"})
DISPATCH = frozenset({"team", "assigned_to"})
WORK = frozenset({"work_done", "materials", "labour_hours", "labour_grade"})
DESK = frozenset({"closing_reason", "incident", "is_chargeable", "is_warranty", "responsibility", "contractor"})
ORIGIN = frozenset({"source_system", "external_id"})
FORM = frozenset({"client_key"})

ON_INSERT = PLACE | WHO | WHAT | frozenset({"incident", "team"})
ON_THE_FORM = WHO | WHAT | DISPATCH | WORK | DESK - frozenset({"resident"})
# Who does the job is settled by the acts once it is dispatched; before that the desk chooses.
UNDISPATCHED = frozenset({"New", "Accepted", "Quoted", "Reopened"})
WORKING = frozenset({"Taken", "In Progress", "On Hold"})
AGREED = "Agreed"


def start_clean(doc: Document) -> None:
    """Reset what a new request may not bring along: times, flags, amounts, ratings."""
    if doc.flags.historic_state:
        return
    allowed = ON_INSERT | (ORIGIN if doc.flags.by_rules else frozenset())
    allowed |= FORM if doc.flags.from_resident else frozenset()
    for field in doc.meta.fields:
        if field.fieldname in allowed or field.fieldname in ("status", "stage", "reported_at"):
            continue
        if field.fieldtype in frappe.model.table_fields:
            doc.set(field.fieldname, [])
        elif field.fieldtype not in frappe.model.no_value_fields:
            doc.set(field.fieldname, field.default or None)


def check(doc: Document, before: Document) -> None:
    """Refuse a change of fields that are not the person's to change in this state. Raises with a sentence."""
    if doc.flags.by_rules or doc.flags.advance:
        return
    changed = changed_fields(doc, before)
    # The stage follows from the state, whatever a client sends.
    kept = changed - ON_THE_FORM - {"status", "stage"}
    if kept:
        _refuse(doc, kept, _("{0} is kept by the system. Use the buttons of the repair request instead."))
    if changed & DISPATCH and before.status not in UNDISPATCHED:
        _refuse(doc, changed & DISPATCH, _("{0} can only be changed by the team leader, with Transfer and a reason."))
    if is_technician_only():
        foreign = changed - WORK - {"status", "closing_reason"}
        if foreign:
            _refuse(doc, foreign, _("{0} can only be changed by the front desk or the team leader. Please tell them."))
    if changed & WORK and before.status not in WORKING | {"Completed", "Awaiting Visit"}:
        _refuse(doc, changed & WORK, _("{0} is filled in once the job is taken."))
    if "is_chargeable" in changed and before.quote_status == AGREED:
        _refuse(doc, {"is_chargeable"}, _("The resident has agreed to the quote. Quote again to change {0}."))


def _refuse(doc: Document, fieldnames: set[str], sentence: str) -> None:
    labels = ", ".join(frappe.bold(_(doc.meta.get_label(name))) for name in sorted(fieldnames))
    frappe.throw(sentence.format(labels), NotAllowedNow)
