"""Two records of one person: found, and joined into one."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.sessions import clear_sessions
from frappe.utils.password import get_decrypted_password

from property_service.property_service import occupancies
from property_service.property_service.errors import InputRefused
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.linked_rows import move_links
from property_service.property_service.locks import run_locked
from property_service.property_service.residents import names_are_alike
from property_service.property_service.rule_error import RuleError
from property_service.property_service.unit_occupancies import FIELDS, span_of, spans_of

# Taken over from the duplicate where the record that is kept has nothing.
FILLED = (
    "gender",
    "birthday",
    "email",
    "tags",
    "care_tags",
    "tax_number",
    "invoice_title",
    "contact_person",
    "notes",
)


def merge(keep: str, duplicate: str) -> dict[str, int]:
    """Move everything of `duplicate` to `keep` in the caller's transaction; returns DocType → rows moved.

    The duplicate stays as an inactive record that names the one kept. Both must be visible and writable to the user.
    Raises InputRefused for the same record, one merged before, a person with an organisation, two identity numbers, or
    entries for one room that cannot be one.
    """
    if keep == duplicate:
        frappe.throw(_("Choose two different records."), InputRefused)
    # Always in the same order: two merges of the same pair never wait for each other.
    found = {name: frappe.get_doc("Resident", name, for_update=True) for name in sorted((keep, duplicate))}
    kept, double = found[keep], found[duplicate]
    for doc in (kept, double):
        doc.check_permission("write")
    _check_pair(kept, double)
    joined = _join_occupancies(keep, duplicate)
    _fill(kept, double)
    call_extensions("property_service_residents_merged", keep=keep, duplicate=duplicate)
    moved = move_links("Resident", duplicate, keep)
    moved["Unit Occupancy"] = moved.get("Unit Occupancy", 0) + joined
    _set_aside(double, keep)
    for doc, text in ((kept, _("Merged with {0}")), (double, _("Merged into {0}"))):
        doc.add_comment("Info", text.format(duplicate if doc is kept else keep))
    for name in (keep, duplicate):
        frappe.clear_document_cache("Resident", name)
    return moved


def duplicates_of(resident: Document, limit: int = 10) -> list[dict]:
    """Records that may be the same person, as far as the user sees them: {name, resident_name, reason}.

    Reason is "identity_number" for an equal identity number, "phone" for a shared number and a like name.
    """
    found: dict[str, str] = {}
    if resident.identity_hash:
        for name in frappe.get_all(
            "Resident",
            {"identity_hash": resident.identity_hash, "name": ["!=", resident.name]},
            pluck="name",
            order_by="name asc",
            limit=limit,
        ):
            found[name] = "identity_number"
    phones = [row.phone for row in resident.phones]
    if phones:
        for row in _people_with(phones):
            if row.name != resident.name and names_are_alike(row.resident_name, resident.resident_name):
                found.setdefault(row.name, "phone")
    if not found:
        return []
    # get_list: only what this user may see.
    visible = frappe.get_list(
        "Resident",
        filters={"name": ["in", list(found)], "is_active": 1},
        fields=["name", "resident_name"],
        order_by="resident_name asc, name asc",
        limit_page_length=limit,
    )
    return [{**row, "reason": found[row.name]} for row in visible]


def _people_with(phones: list[str]) -> list[Any]:
    phone, person = frappe.qb.DocType("Resident Phone"), frappe.qb.DocType("Resident")
    return (
        frappe.qb.from_(phone)
        .join(person)
        .on(person.name == phone.parent)
        .select(person.name, person.resident_name)
        .distinct()
        .where(phone.phone.isin(phones))
        .orderby(person.name)
        .limit(200)
        .run(as_dict=True)
    )


def _check_pair(keep: Document, duplicate: Document) -> None:
    for doc in (keep, duplicate):
        if doc.merged_into:
            frappe.throw(
                _("{0} was merged into {1} before. Choose that record.").format(doc.resident_name, doc.merged_into),
                InputRefused,
            )
    if keep.resident_type != duplicate.resident_type:
        frappe.throw(_("A person and an organisation cannot be merged. Correct the type first."), InputRefused)
    if keep.identity_hash and duplicate.identity_hash and keep.identity_hash != duplicate.identity_hash:
        frappe.throw(_("They have different identity numbers, so they are two people. Check the cards."), InputRefused)


def _join_occupancies(keep: str, duplicate: str) -> int:
    """Where both were entered for a room in one relation at a time, leave one row over all their time; returns the rest.

    Raises InputRefused where that row cannot stand beside the others of its room.
    """
    rows = frappe.get_all(
        "Unit Occupancy",
        {"resident": ["in", [keep, duplicate]]},
        [*FIELDS, "notes"],
        order_by="unit asc, relation asc, from_date asc, name asc",
    )
    groups: list[list[Any]] = []
    for row in rows:
        if groups and _continues(groups[-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    dropped, left = [], []
    for group in groups:
        if len(group) == 1:
            continue
        stays = next((row for row in group if row.resident == keep), group[0])
        frappe.db.set_value("Unit Occupancy", stays.name, _joined(group))
        left.append(stays)
        for row in group:
            if row is not stays:
                move_links("Unit Occupancy", row.name, stays.name)
                dropped.append(row.name)
    if dropped:
        frappe.db.delete("Unit Occupancy", {"name": ["in", dropped]})
        _check_joined(left)
    return len(dropped)


def _continues(group: list[Any], row: Any) -> bool:
    """Whether a row, the next by its first day, meets one of the group in the same room and relation."""
    same = (row.unit, row.relation) == (group[0].unit, group[0].relation)
    return same and any(span_of(other).meets(span_of(row)) for other in group)


def _joined(group: list[Any]) -> dict[str, Any]:
    """All their time; share and ticks of what holds longest, for that is what the desk knows of him now."""
    end = None if any(not row.to_date for row in group) else max(row.to_date for row in group)
    lasting = [row for row in group if row.to_date == end]
    return {
        "from_date": min(row.from_date for row in group),
        "to_date": end,
        "share": max(row.share or 0 for row in lasting),
        "is_debtor": max(row.is_debtor for row in lasting),
        "is_primary": max(row.is_primary for row in lasting),
        "notes": "\n".join(dict.fromkeys(row.notes for row in group if row.notes)) or None,
    }


def _check_joined(rows: list[Any]) -> None:
    """Refuse where somebody else pays, is called first or owns a share on days that a row has from the other record alone.

    The rooms are locked first, as for a single occupancy.
    """
    table = frappe.qb.DocType("Property Unit")
    units = sorted({row.unit for row in rows})
    run_locked(frappe.qb.from_(table).select(table.name).where(table.name.isin(units)).orderby(table.name))
    spans = spans_of(units)
    for row in rows:
        joined = next(span for span in spans[row.unit] if span.name == row.name)
        try:
            occupancies.check(joined, (span for span in spans[row.unit] if span is not joined))
        except RuleError as error:
            why = _(error.template).format(*error.params)
            frappe.throw(
                _("Their entries for {0} cannot be joined. {1} Correct the dates or ticks, then merge.").format(
                    row.unit, why
                ),
                InputRefused,
            )


def _fill(keep: Document, duplicate: Document) -> None:
    """Complete the kept record with phones, identity number, portal account and what else only the duplicate has."""
    for field in FILLED:
        if not keep.get(field):
            keep.set(field, duplicate.get(field))
    known = {row.phone for row in keep.phones}
    for row in duplicate.phones:
        if row.phone not in known:
            keep.append("phones", {"phone": row.phone, "phone_label": row.phone_label})
    if duplicate.identity_number and not keep.identity_number:
        keep.identity_number = get_decrypted_password("Resident", duplicate.name, "identity_number")
    account, enabled = duplicate.user, duplicate.portal_enabled
    frappe.db.set_value("Resident", duplicate.name, {"user": None, "portal_enabled": 0})
    if account and not keep.user:
        keep.user, keep.portal_enabled = account, enabled
    elif account:
        frappe.db.set_value("User", account, "enabled", 0)
        clear_sessions(account, force=True)
    # The right to write was checked; the platform would put the read-only account fields back otherwise.
    keep.save(ignore_permissions=True)


def _set_aside(duplicate: Document, keep: str) -> None:
    duplicate.reload()
    duplicate.phones = []
    duplicate.identity_number = None
    duplicate.update({"is_active": 0, "merged_into": keep})
    # The right to write was checked before anything moved; without a room he may be out of the user's sight now.
    duplicate.save(ignore_permissions=True)
