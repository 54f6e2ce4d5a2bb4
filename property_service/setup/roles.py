"""The app's roles. A role the framework meets first in a DocType would get desk access, so they are made before."""

import frappe

from property_service.property_service.rule_error import mark as _

DESK_ROLES = (
    _("Property Front Desk"),
    _("Property Technician"),
    _("Property Team Leader"),
    _("Property Cashier"),
    _("Property Patroller"),
    _("Property Gate Guard"),
    _("Property Manager"),
)
RESIDENT = _("Resident")
ALL_ROLES = (*DESK_ROLES, RESIDENT)


def ensure_roles() -> None:
    """Create what is missing and put `desk_access` right: 1 for staff, 0 for residents."""
    for name in ALL_ROLES:
        desk_access = int(name in DESK_ROLES)
        if not frappe.db.exists("Role", name):
            frappe.get_doc({"doctype": "Role", "role_name": name, "desk_access": desk_access}).insert(
                ignore_permissions=True  # the installer acts for nobody
            )
            continue
        role = frappe.get_doc("Role", name)
        if role.desk_access != desk_access or (name == RESIDENT and role.home_page != "/resident"):
            role.desk_access = desk_access
            if name == RESIDENT:
                role.home_page = "/resident"
            # Role.save() re-derives the user type of everybody who holds it.
            role.save(ignore_permissions=True)


def remove_roles() -> None:
    """Uninstall: take the roles and every assignment of them away."""
    for name in ALL_ROLES:
        frappe.db.delete("Has Role", {"role": name})
        if frappe.db.exists("Role", name):
            frappe.delete_doc("Role", name, force=True, ignore_permissions=True)
