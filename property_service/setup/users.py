"""Removing accounts in sets. The platform's own deletion takes a second each and refuses where it finds no other manager."""

from __future__ import annotations

import frappe
from frappe.query_builder import DocType, Table

BLOCK = 1000
# What the platform keeps about an account: DocType → field with the name of the user.
KEPT = {
    "Has Role": "parent",
    "Block Module": "parent",
    "User Email": "parent",
    "User Social Login": "parent",
    "DefaultValue": "parent",
    "Notification Settings": "name",
    "Notification Log": "for_user",
    "User Permission": "user",
    "DocShare": "user",
    "Document Follow": "user",
    "Activity Log": "user",
    "Access Log": "user",
    "Route History": "user",
    "ToDo": "allocated_to",
}


def remove_users(users: list[str]) -> None:
    """Remove these accounts with their roles, passwords, sessions, settings, contacts and logs."""
    for start in range(0, len(users), BLOCK):
        block = users[start : start + BLOCK]
        _remove_contacts(block)
        for doctype, field in KEPT.items():
            frappe.db.delete(doctype, {field: ["in", block]})
        passwords, settings, sessions = Table("__Auth"), Table("__UserSettings"), DocType("Sessions")
        frappe.qb.from_(passwords).delete().where(passwords.doctype == "User").where(passwords.name.isin(block)).run()
        frappe.qb.from_(settings).delete().where(settings.user.isin(block)).run()
        frappe.qb.from_(sessions).delete().where(sessions.user.isin(block)).run()
        frappe.db.delete("User", {"name": ["in", block]})
    if users:
        frappe.clear_cache()


def _remove_contacts(users: list[str]) -> None:
    contacts = frappe.get_all("Contact", {"user": ["in", users]}, pluck="name", order_by="name asc")
    if contacts:
        for table in frappe.get_meta("Contact").get_table_fields():
            frappe.db.delete(table.options, {"parenttype": "Contact", "parent": ["in", contacts]})
        frappe.db.delete("Contact", {"name": ["in", contacts]})
