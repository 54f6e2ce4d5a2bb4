"""Takes the demo estate away: every row of its communities, its people, teams and hours, and what the platform kept of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import frappe
from frappe import _
from frappe.query_builder import DocType

from property_service.property_service.errors import InputRefused
from property_service.setup.demo import knowledge, patrol_plan, staff
from property_service.setup.demo.references import references_to, scoped_doctypes
from property_service.setup.users import KEPT, remove_users

BLOCK = 1000
# What the platform writes beside a document: (DocType, field of the DocType, field of the name).
BESIDE = (
    ("Version", "ref_doctype", "docname"),
    ("Comment", "reference_doctype", "reference_name"),
    ("ToDo", "reference_type", "reference_name"),
    ("Notification Log", "document_type", "document_name"),
    ("DocShare", "share_doctype", "share_name"),
    ("View Log", "reference_doctype", "reference_name"),
    ("Workflow Action", "reference_doctype", "reference_name"),
    ("Tag Link", "document_type", "document_name"),
    ("Document Follow", "ref_doctype", "ref_docname"),
    ("Activity Log", "reference_doctype", "reference_name"),
    ("Deleted Document", "deleted_doctype", "deleted_name"),
)
# A permission of a real member of staff does not go with it: without it he would see every community.
GO_WITH = {*(name for name, *_fields in BESIDE), *KEPT, "Contact"} - {"User Permission"}
# Numbered by a series without a field that says so.
SERIES = {"Fee Bill"}
# Their codes are kept encrypted without a field of theirs.
WITH_SECRETS = {"Community Event", "Decoration Permit", "Decoration Worker Pass", "Event Registration"}
Rows = dict[str, list[str]]


def remove_demo() -> dict[str, int]:
    """See `property_service.setup.demo.remove`."""
    begun = time.monotonic()
    rows = demo_rows()
    if not any(rows.values()):
        print("There is no demo estate on this site.")
        return {}
    refuse_references(rows)
    counts = {doctype: len(names) for doctype, names in rows.items() if names}
    for doctype, names in rows.items():
        _delete(doctype, names)
    _free_numbers(rows)
    frappe.clear_cache()
    print(f"Demo estate removed in {time.monotonic() - begun:.1f} s: {sum(counts.values())} rows.")
    return counts


def demo_rows() -> Rows:
    """All rows to be removed by DocType, in an order in which nobody misses them: users last."""
    communities = frappe.get_all("Community", {"is_demo": 1}, pluck="name", order_by="name asc")
    if not communities:
        return {}
    rows: Rows = {
        doctype: frappe.get_all(doctype, {"community": ["in", communities]}, pluck="name", order_by="name asc")
        for doctype in scoped_doctypes()
    }
    rows["Resident"] = _residents(communities)
    rows["Sign In Code"] = _in_blocks("Sign In Code", "resident", rows["Resident"])
    rows["Work Team"] = _teams(communities)
    hours = (f"Decoration {kind} {code}" for kind in ("Work", "Quiet") for code in communities)
    rows["Service Calendar"] = _named("Service Calendar", (staff.DESK_CALENDAR, staff.TEAM_CALENDAR, *hours))
    rows["Patrol Checklist"] = _named(
        "Patrol Checklist", (patrol_plan.PREFIX + name for name in patrol_plan.CHECKLISTS)
    )
    for doctype, prefix in (("Knowledge Article", knowledge.ANSWER), ("Useful Contact", knowledge.CONTACT)):
        rows[doctype] = _named_like(doctype, prefix)
    rows["Knowledge Gap"] = _in_blocks("Knowledge Gap", "last_community", communities)
    rows["Community"] = communities
    rows["Work Batch"] = _batches(rows)
    portal = _in_blocks("Resident", "name", rows["Resident"], pluck="user")
    users = [
        *frappe.get_all("User", {"name": ["like", f"%@{staff.DOMAIN}"]}, pluck="name", order_by="name asc"),
        *sorted(filter(None, portal)),
    ]
    rows["User Permission"] = _in_blocks("User Permission", "user", users)
    rows["User"] = users
    return rows


def refuse_references(rows: Rows) -> None:
    """Refuse while a row that stays refers to one that goes, and say which."""
    found = references_to(rows, beside=GO_WITH)
    if found:
        shown = "; ".join(f"{_(doctype)} {name} → {_(target)} {value}" for doctype, name, target, value in found[:5])
        frappe.throw(
            _("Real records refer to the demo estate. Change or delete these first: {0}").format(
                frappe.utils.escape_html(shown)
            ),
            InputRefused,
        )


def _residents(communities: list[str]) -> list[str]:
    """Residents of demo rooms who have no other; and those the demo staff entered without any room."""
    stay, resident = DocType("Unit Occupancy"), DocType("Resident")
    real = frappe.qb.from_(stay).select(stay.resident).where(stay.community.notin(communities))
    demo = frappe.qb.from_(stay).select(stay.resident).where(stay.community.isin(communities))
    anywhere = frappe.qb.from_(stay).select(stay.resident)
    made_here = resident.owner.like(f"%@{staff.DOMAIN}") & resident.name.notin(anywhere)
    return (
        frappe.qb.from_(resident)
        .select(resident.name)
        .where((resident.name.isin(demo) & resident.name.notin(real)) | made_here)
        .orderby(resident.name)
        .run(pluck=True)
    )


def _batches(rows: Rows) -> list[str]:
    """Long jobs about any of these rows."""
    batch = DocType("Work Batch")
    about = frappe.qb.from_(batch).select(batch.reference_doctype).distinct().orderby(batch.reference_doctype)
    return [
        found
        for doctype in about.run(pluck=True)
        for block in _blocks(rows.get(doctype, []))
        for found in frappe.get_all(
            "Work Batch",
            {"reference_doctype": doctype, "reference_name": ["in", block]},
            pluck="name",
            order_by="name asc",
        )
    ]


def _teams(communities: list[str]) -> list[str]:
    """Teams that serve demo communities alone, and the demo's contractor, who serves none by himself."""
    place = DocType("Work Team Place")
    real = frappe.qb.from_(place).select(place.parent).where(place.community.notin(communities))
    serving = (
        frappe.qb.from_(place)
        .select(place.parent)
        .distinct()
        .where(place.community.isin(communities))
        .where(place.parent.notin(real))
        .orderby(place.parent)
        .run(pluck=True)
    )
    return sorted({*serving, *_named("Work Team", (staff.CONTRACTOR_TEAM,))})


def _named(doctype: str, names: Iterable[str]) -> list[str]:
    return frappe.get_all(doctype, {"name": ["in", list(names)]}, pluck="name", order_by="name asc")


def _named_like(doctype: str, prefix: str) -> list[str]:
    return frappe.get_all(doctype, {"name": ["like", f"{prefix}%"]}, pluck="name", order_by="name asc")


def _in_blocks(doctype: str, field: str, values: list[str], pluck: str = "name") -> list[str]:
    return [
        found
        for block in _blocks(values)
        for found in frappe.get_all(doctype, {field: ["in", block]}, pluck=pluck, order_by="name asc")
    ]


def _delete(doctype: str, names: list[str]) -> None:
    meta = frappe.get_meta(doctype)
    # Most have nothing beside them, and each of these costs a query for a thousand names.
    beside = [row for row in BESIDE if frappe.db.exists(row[0], {row[1]: doctype})]
    has_files = frappe.db.exists("File", {"attached_to_doctype": doctype})
    for block in _blocks(names):
        if has_files:
            _delete_files(doctype, block)
        for other, type_field, name_field in beside:
            frappe.db.delete(other, {type_field: doctype, name_field: ["in", block]})
        if doctype == "User":
            remove_users(block)
            continue
        if meta.get("fields", {"fieldtype": "Password"}) or doctype in WITH_SECRETS:
            # What the platform keeps encrypted beside a document, such as the code of its paper.
            frappe.db.delete("__Auth", {"doctype": doctype, "name": ["in", block]})
        for field in meta.get_table_fields():
            frappe.db.delete(field.options, {"parenttype": doctype, "parent": ["in", block]})
        frappe.db.delete(doctype, {"name": ["in", block]})


def _delete_files(doctype: str, names: list[str]) -> None:
    attached = {"attached_to_doctype": doctype, "attached_to_name": ["in", names]}
    for name in frappe.get_all("File", attached, pluck="name", order_by="name asc"):
        # The platform removes the file from the disk, too.
        frappe.delete_doc("File", name, force=True, ignore_permissions=True, delete_permanently=True)


def _free_numbers(rows: Rows) -> None:
    """Where no document is left, numbering goes on where the demo began: on a new site the first real repair is number one."""
    series = DocType("Series")
    for doctype, names in rows.items():
        numbered = doctype in SERIES or frappe.get_meta(doctype).get_field("naming_series")
        if not numbered or frappe.db.count(doctype):
            continue
        taken: dict[str, list[int]] = {}
        for name in names:
            prefix, _dash, number = name.rpartition("-")
            taken.setdefault(f"{prefix}-", []).append(int(number))
        for prefix, numbers in taken.items():
            before = min(numbers) - 1
            query = frappe.qb.from_(series).delete() if not before else frappe.qb.update(series).set("current", before)
            query.where(series.name == prefix).run()


def _blocks(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), BLOCK):
        yield names[start : start + BLOCK]
