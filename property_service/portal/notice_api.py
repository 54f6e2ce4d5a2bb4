"""What a resident does with notices and answers, over HTTP. Who he is follows from the session alone."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.community_life import notice_receipts
from property_service.front_desk import knowledge
from property_service.portal import notice_pages
from property_service.portal.access import is_portal_user
from property_service.portal.viewer import Viewer, viewer_of
from property_service.property_service.endpoint import endpoint
from property_service.property_service.errors import NotAllowedNow
from property_service.property_service.tries import Tries

JUDGED_AN_HOUR = 20


@endpoint(methods=("POST",))
def confirm_notice(name: str) -> dict[str, str]:
    """Confirm that one has read a notice. Returns {message}."""
    viewer = _viewer()
    row = notice_pages.own_notice(viewer, name)
    if not row.is_live:
        frappe.throw(_("This notice has ended; nothing has to be confirmed any more."), NotAllowedNow)
    notice_receipts.note_confirmed(row, notice_pages.people_of(viewer, row))
    return {"message": _("Thank you. Your confirmation has been noted.")}


@endpoint(methods=("POST",))
def judge_answer(name: str, helpful: bool, remark: str = "") -> dict[str, str]:
    """Say whether an answer helped. Returns {message}."""
    article = notice_pages.public_article(_viewer(), name)
    Tries(judge_answer=(frappe.session.user, JUDGED_AN_HOUR)).count()
    knowledge.feedback(article, helpful, remark, frappe.session.user)
    return {"message": _("Thank you for telling us.")}


def _viewer() -> Viewer:
    """The resident of the session. Raises PermissionError for everybody else."""
    user = frappe.session.user
    if user == "Guest" or not is_portal_user(user):
        frappe.throw(_("Please sign in as a resident."), frappe.PermissionError)
    return viewer_of(user)
