"""What the print of a notice (公告) says."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate
from markupsafe import Markup

from property_service.community_life import notices
from property_service.dispatch.incident_texts import place_words
from property_service.property_service.papers import paper_of
from property_service.property_service.rich_text import clean_html
from property_service.property_service.service_clock import local_day


@paper_of("Community Notice")
def community_notice_paper(doc: Document) -> dict[str, Any]:
    """Everything the print format shows: {number, title, addressee, body, sender, day, until, draft}; plain texts but for the body.

    `draft` says that it is not published, "" once it is. The caller holds print permission on `doc`.
    """
    community = frappe.get_cached_value("Community", doc.community, "community_name") or doc.community
    places = ", ".join(place_words({**row.as_dict(), "community": doc.community}) for row in doc.places)
    shown = doc.status in (notices.PUBLISHED, notices.ENDED)
    return {
        "number": doc.name,
        "title": doc.title,
        "addressee": _("To the residents of {0}:").format(" ".join(filter(None, (community, places)))),
        # Nothing is left in it that a browser, or the maker of the PDF, would load or run.
        "body": Markup(clean_html(doc.body)),  # noqa: S704
        "sender": notices.sender_of(doc),
        "day": formatdate(local_day(doc.community, doc.published_at or doc.publish_from)),
        "until": formatdate(local_day(doc.community, doc.publish_to)) if doc.publish_to else "",
        "draft": "" if shown else _(doc.status, context=notices.NOTICE),
    }
