"""The monthly service report on paper: one page, the same figures as on the form."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_fullname, getdate
from markupsafe import Markup

from property_service.front_desk.monthly_report import FINAL, html_of
from property_service.property_service.papers import paper_of
from property_service.property_service.service_clock import local


@paper_of("Monthly Service Report")
def monthly_report_paper(doc: Document) -> dict[str, Any]:
    """Everything the print format shows, as plain texts; the template escapes them, but for `figures`, which is escaped markup.

    Keys: community, month, draft, figures, words [(title, text)], made_at, made_by. The caller holds print permission on `doc`.
    """
    titles = {
        "highlights": _("What Went Well"),
        "problems": _("What Went Wrong and Is Done About It"),
        "plans": _("Next Month"),
    }
    return {
        "community": frappe.get_cached_value("Community", doc.community, "community_name") or doc.community,
        "month": f"{getdate(doc.month):%Y-%m}",
        "draft": doc.status != FINAL,
        "figures": Markup(html_of(doc)),  # noqa: S704  every text in it was escaped by its own template
        "words": [(title, doc.get(field) or "") for field, title in titles.items()],
        "made_at": f"{local(doc.community, doc.made_at):%Y-%m-%d %H:%M}" if doc.made_at else "",
        "made_by": get_fullname(doc.finalised_by) if doc.finalised_by else "",
    }
