"""Attachments of our documents: always private, and only for those who may see the document they belong to."""

from __future__ import annotations

from urllib.parse import unquote

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.model.document import Document

from property_service.compat import permission_undecided
from property_service.portal.access import READING, is_portal_user
from property_service.property_service.own_doctypes import is_ours, our_doctypes

# Beginnings of the names `store_photo` gives.
RESIDENT_KINDS = ("report-", "work-")
# The only documents whose photos residents see, and which of them; other files on them are the staff's.
SHOWN_TO_RESIDENTS = {"Repair Request": RESIDENT_KINDS, "Decoration Permit": ("document-",)}


# Permission


def has_permission(doc: Document | None, ptype: str = "read", user: str | None = None) -> bool | None:
    """Hook of File. Files of others are left to the platform."""
    user = user or frappe.session.user
    if ptype == "create" and doc and not _address_is_free(doc, user):
        return False
    if not doc or not is_ours(doc.get("attached_to_doctype")):
        return permission_undecided()
    return user == "Administrator" or _may(doc, ptype or "read", user)


def _may(file: Document, ptype: str, user: str) -> bool:
    if not frappe.db.exists(file.attached_to_doctype, file.attached_to_name):
        # Staff attach files to a form before it is saved for the first time.
        may_make = not is_portal_user(user) and frappe.has_permission(file.attached_to_doctype, "create", user=user)
        return bool(may_make) and file.owner == user
    if is_portal_user(user):
        kinds = SHOWN_TO_RESIDENTS.get(file.attached_to_doctype, ())
        if ptype not in READING or not (file.file_name or "").startswith(kinds):
            return False
    parent = frappe.get_doc(file.attached_to_doctype, file.attached_to_name)
    wanted = "read" if ptype in (*READING, "print", "email", "report", "export") else "write"
    return bool(frappe.has_permission(parent.doctype, wanted, parent, user=user))


def query(user: str | None = None, doctype: str | None = None) -> str:
    """Hook of File: rows of ours are listed where the document they belong to would be listed."""
    user = user or frappe.session.user
    if user == "Administrator":
        return ""
    ours = our_doctypes()
    parts = [f"coalesce(`tabFile`.attached_to_doctype, '') not in ({', '.join(map(frappe.db.escape, ours))})"]
    parts += [part for name in ours if (part := _listed_with(name, user))]
    return f"({' or '.join(parts)})"


def _listed_with(doctype: str, user: str) -> str:
    if is_portal_user(user) and doctype not in SHOWN_TO_RESIDENTS:
        return ""
    meta = frappe.get_meta(doctype)
    if not frappe.has_permission(doctype, "read", user=user):
        return ""
    part = f"`tabFile`.attached_to_doctype = {frappe.db.escape(doctype)}"
    if is_portal_user(user):
        shown = SHOWN_TO_RESIDENTS[doctype]
        kinds = " or ".join(f"`tabFile`.file_name like {frappe.db.escape(kind + '%')}" for kind in shown)
        part = f"{part} and ({kinds})"
    if not meta.issingle:
        condition = build_match_conditions(doctype, user=user)
        where = f" where {condition}" if condition else ""
        # The condition is the platform's own for this list; the name is that of a DocType of ours.
        names = f"select `tab{doctype}`.name from `tab{doctype}`{where}"  # noqa: S608
        part = f"{part} and `tabFile`.attached_to_name in ({names})"
    return f"({part})"


def may_download(file_url: str, user: str | None = None) -> bool:
    """False where the address is that of a file of ours and the user may see none of the documents it is attached to.

    The platform lets whoever uploaded a file have it for ever; a resident who moved out must not.
    """
    rows = frappe.get_all(
        "File",
        filters={"file_url": file_url, "attached_to_doctype": ["is", "set"]},
        fields=["name", "owner", "file_name", "attached_to_doctype", "attached_to_name"],
        order_by="name asc",
    )
    ours = [row for row in rows if is_ours(row.attached_to_doctype)]
    return not ours or any(_may(row, "read", user or frappe.session.user) for row in ours)


# Document events of File and DocShare


def before_insert(doc: Document, method: str | None = None) -> None:
    """A file that is attached to a document of ours is private, and never made by a resident himself."""
    # By now the platform has stored what was sent; equal contents share one address. Staff was asked for the right to
    # create before that, by the address that was sent.
    if is_portal_user():
        _check_address(doc)
    if doc.flags.property_service_photo:
        doc.owner = "Administrator"
        return
    if not is_ours(doc.attached_to_doctype):
        return
    _check_staff(doc)
    # Whoever uploaded it holds no right to it by that; the document's timeline says who it was.
    if frappe.db.exists(doc.attached_to_doctype, doc.attached_to_name):
        doc.owner = "Administrator"
    if not doc.is_folder and (doc.file_url or "").startswith("/files/"):
        _move_to_private(doc)


def before_change(doc: Document, method: str | None = None) -> None:
    """Neither moved to nor away from a document of ours by somebody who may not change that document."""
    if doc.is_new():
        return
    before = doc.get_doc_before_save()
    if before and before.file_url != doc.file_url:
        _check_address(doc)
    parents = {(file.attached_to_doctype, file.attached_to_name) for file in (doc, before) if file}
    if not any(is_ours(doctype) for doctype, _name in parents):
        return
    for file in (doc, before):
        if file and is_ours(file.attached_to_doctype):
            _check_staff(file)
    if is_ours(doc.attached_to_doctype):
        doc.is_private = 1
        doc.owner = "Administrator"


def on_trash(doc: Document, method: str | None = None) -> None:
    """Residents delete no file of ours."""
    if is_ours(doc.attached_to_doctype) and is_portal_user():
        _refuse()


def check_share(doc: Document, method: str | None = None) -> None:
    """Document event of DocShare: documents of ours are shared with staff only, never with residents or everybody.

    A share is added to the list past all conditions of ours.
    """
    if is_ours(doc.share_doctype) and (doc.everyone or is_portal_user(doc.user)):
        frappe.throw(
            _(
                "{0} cannot be shared with residents or with everyone. Residents see what concerns them in the portal."
            ).format(_(doc.share_doctype)),
            frappe.PermissionError,
        )


def _check_staff(file: Document) -> None:
    if frappe.session.user != "Administrator" and not _may(file, "write", frappe.session.user):
        _refuse()


def _address_is_free(file: Document, user: str) -> bool:
    """False for a row that points at a file of ours which its maker may not see: it would open the file to him."""
    if file.flags.property_service_photo or user == "Administrator":
        return True
    # By the last part of the address: /private/files/./x and the like name the same file on the disk.
    name = unquote(unquote(file.get("file_url") or "")).replace("\\", "/").rpartition("/")[2]
    return not name or may_download(f"/private/files/{name}", user)


def _check_address(file: Document) -> None:
    if not _address_is_free(file, frappe.session.user):
        _refuse()


def _move_to_private(doc: Document) -> None:
    content, public = doc.get_content(), doc.file_url
    doc.update({"is_private": 1, "file_url": None, "content_hash": None})
    doc.save_file(content=content)
    doc.flags.new_file = True
    if not frappe.db.exists("File", {"file_url": public}):
        from frappe.core.doctype.file.utils import delete_file

        delete_file(public)


def _refuse() -> None:
    frappe.throw(_("Only staff who can change the document may add, move or delete its files."), frappe.PermissionError)
