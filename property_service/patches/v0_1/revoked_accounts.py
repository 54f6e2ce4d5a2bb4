"""Access that was revoked before the account was switched off with it: the platform's own page of signing in is closed too."""

import frappe

from property_service.portal.accounts import DOMAIN, end_sessions


def execute() -> None:
    """Accounts of residents none of whom may come in. Who joins is switched on again."""
    user, resident, let_in = (
        frappe.qb.DocType("User"),
        frappe.qb.DocType("Resident"),
        frappe.qb.DocType("Resident").as_("let_in"),
    )
    shut_out = (
        frappe.qb.from_(user)
        .join(resident)
        .on(resident.user == user.name)
        .left_join(let_in)
        .on((let_in.user == user.name) & (let_in.portal_enabled == 1))
        .select(user.name)
        .where(user.name.like(f"%{DOMAIN}") & (user.enabled == 1) & let_in.name.isnull())
        .distinct()
        .orderby(user.name)
        .run(pluck=True)
    )
    for name in shut_out:
        frappe.db.set_value("User", name, "enabled", 0)
        end_sessions(name)
