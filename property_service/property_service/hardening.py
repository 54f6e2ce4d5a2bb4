"""What should be set on a site that residents reach, and is not: hints for the system manager, never forced."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.property_service.scope import check_roles

# Before these, known holes of the platform are open.
SAFE_SINCE = {15: (15, 126, 0), 16: (16, 55, 0)}


def hints() -> list[dict]:
    """[{sentence, route}] of what should still be set; empty when all is well. Raises PermissionError."""
    check_roles(("System Manager",))
    settings = frappe.get_doc("System Settings")
    found = []

    def say(sentence: str, route: str = "system-settings") -> None:
        found.append({"sentence": sentence, "route": route})

    if not settings.get("disable_document_sharing"):
        say(_("Tick Disable Document Sharing: a shared document is seen across communities."))
    if settings.meta.has_field("apply_strict_user_permissions") and not settings.apply_strict_user_permissions:
        say(_("Tick Apply Strict User Permissions: documents without a community are then hidden from limited staff."))
    if settings.get("allow_guests_to_upload_files"):
        say(_("Clear Allow Guests to Upload Files: residents upload after they sign in."))
    if settings.get("allow_error_traceback"):
        say(_("Clear Show Full Error: it tells strangers how the site is built."))
    if not settings.get("enable_password_policy"):
        say(_("Tick Enable Password Policy: residents sign in over the internet."))
    if frappe.conf.get("developer_mode"):
        say(_("Switch developer mode off on a site that residents reach."), "")
    if frappe.conf.get("server_script_enabled"):
        say(_("Switch server scripts off unless you need them."), "")
    version = tuple(int(part) for part in frappe.__version__.split(".")[:3] if part.isdigit())
    wanted = SAFE_SINCE.get(version[0] if version else 0)
    if wanted and version < wanted:
        say(
            _("Update the framework to {0} or later: {1} has publicly known vulnerabilities.").format(
                ".".join(map(str, wanted)), frappe.__version__
            ),
            "",
        )
    return found
