"""Install, migrate, uninstall: the same on every site, as often as it is called."""

import frappe

from property_service.setup import (
    first_data,
    first_data_community,
    first_data_front_desk,
    first_data_quality,
    first_data_repairs,
)
from property_service.setup.boards import ensure_boards, remove_boards
from property_service.setup.leftovers import remove_leftovers
from property_service.setup.roles import ensure_roles, remove_roles
from property_service.setup.users import remove_users
from property_service.setup.workflows import ensure_workflows, remove_workflows


def before_install() -> None:
    """Roles must exist before a DocType names them."""
    ensure_roles()


def after_sync() -> None:
    """First data, once the schema is there."""
    ensure_first_data()


def after_migrate() -> None:
    """Every migrate: create what is missing, leave what the customer changed."""
    ensure_first_data()


def ensure_first_data() -> None:
    """Roles, workflows with their states and stages, and the lists a new site starts with."""
    ensure_roles()
    ensure_settings()
    ensure_workflows()
    first_data.ensure_languages()
    first_data.ensure_calendars()
    first_data_repairs.ensure_repairs()
    first_data_front_desk.ensure_front_desk()
    first_data_quality.ensure_scorecard()
    first_data_community.ensure_community_life()
    ensure_boards()


def ensure_settings() -> None:
    """Settings that a newer release added get their default, which the platform would read as 0 on an old site; so do
    hours that the platform filled in by itself."""
    doctype = "Property Service Settings"
    single = frappe.qb.DocType("Singles")
    stored = frappe.qb.from_(single).select(single.field).where(single.doctype == doctype).run(pluck=True)
    settings = frappe.get_doc(doctype)
    added = {
        field.fieldname: field.default
        for field in settings.meta.fields
        if stored and field.default and field.fieldname not in stored
    }
    settings.update(added)
    if settings.restore_hours() or added:
        # The installer acts for nobody.
        settings.save(ignore_permissions=True)


def before_uninstall() -> None:
    """Remove what the app put into other people's tables."""
    remove_residents()
    remove_boards()
    remove_workflows()
    remove_roles()
    remove_leftovers()


def remove_residents() -> None:
    """Portal users have no life outside the app. Rows are deleted in sets: there may be thousands of them."""
    user = frappe.qb.DocType("User")
    users = frappe.qb.from_(user).select(user.name).where(user.name.like("r-%@residents.invalid")).run(pluck=True)
    if not users:
        return
    resident = frappe.qb.DocType("Resident")
    frappe.qb.update(resident).set(resident.user, None).where(resident.user.isin(users)).run()
    remove_users(users)
