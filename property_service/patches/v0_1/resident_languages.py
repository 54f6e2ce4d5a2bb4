"""The language of a resident was any the platform knows; it is one the app writes, or none."""

import frappe

from property_service.property_service.languages import language_for

WRITTEN = ("zh", "en")


def execute() -> None:
    """Keep what the app writes, a dialect as its language; whoever reads another gets the language of the site."""
    resident, user = frappe.qb.DocType("Resident"), frappe.qb.DocType("User")
    found = (
        frappe.qb.from_(resident)
        .select(resident.language)
        .distinct()
        .where(resident.language.notin((*WRITTEN, "")))
        .run(pluck=True)
    )
    for language in found:
        root = language.partition("-")[0]
        now = root if root in WRITTEN else ""
        accounts = frappe.qb.from_(resident).select(resident.user).where(resident.language == language)
        frappe.qb.update(user).set(user.language, language_for(now)).where(user.name.isin(accounts)).run()
        frappe.qb.update(resident).set(resident.language, now).where(resident.language == language).run()
