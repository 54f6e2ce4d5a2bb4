"""What the pages of notices, answers and useful contacts show."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from markupsafe import Markup

from property_service.community_life import notice_places, notice_receipts, notices
from property_service.front_desk import knowledge
from property_service.portal.viewer import Viewer
from property_service.property_service.rich_text import clean_html

GROUPS = ("Emergency", "Utilities", "Government", "Health", "Home Services", "Transport", "Other")
LONGEST_QUERY = 60
SHORT = 5


# Notices


def notice_rows(viewer: Viewer, only_unread: bool = False) -> list[Any]:
    """Notices for the viewer's rooms, newest first; one query. `row.ask`: what he has to do, "" for nothing."""
    rows = [_labelled(row) for row in notice_places.shown_to(viewer.rooms, ended=not only_unread)]
    return [row for row in rows if row.is_unread or row.ask] if only_unread else rows


def open_notice(viewer: Viewer, name: str) -> dict[str, Any]:
    """One notice, from now on read by the viewer: {row, body, sender}. PermissionError where it is not for him."""
    row = own_notice(viewer, name)
    if not row.read_at and row.is_live:
        notice_receipts.note_read(row, people_of(viewer, row))
        # The page is asked for with GET, and the platform keeps what a GET writes only where it is told so.
        frappe.local.flags.commit = True
    body = frappe.db.get_value(notices.NOTICE, row.name, "body")
    return {
        "row": row,
        # Nothing is left in it that a browser would load or run.
        "body": Markup(clean_html(body)),  # noqa: S704
        "sender": notices.sender_of(row),
    }


def own_notice(viewer: Viewer, name: Any) -> Any:
    """The notice of this name where it is for one of the viewer's rooms; a foreign one and none at all look alike."""
    rows = notice_places.shown_to(viewer.rooms, name) if isinstance(name, str) and name else []
    if not rows:
        frappe.throw(_("We cannot find this notice among yours. Please open it from the list."), frappe.PermissionError)
    return _labelled(rows[0])


def people_of(viewer: Viewer, row: Any) -> list[tuple[str, str]]:
    """(resident, unit) under which the viewer reads a notice."""
    room = viewer.room(row.unit)
    return [(room.resident, room.name)] if room else []


def _labelled(row: Any) -> Any:
    row.kind_label = _(row.kind, context=notices.NOTICE)
    row.is_unread = row.is_live and not row.read_at
    row.ask = (
        _("Please confirm that you have read it") if row.is_live and row.must_confirm and not row.confirmed_at else ""
    )
    return row


# Answers and contacts


def answer_page(viewer: Viewer, text: str, name: str) -> dict[str, Any]:
    """{asked, rows, article}: what was found for `text` (all by topic without one), or the article of this name."""
    communities = {room.community for room in viewer.rooms}
    asked = text[:LONGEST_QUERY].strip()
    rows = knowledge.public_answers("" if name else asked, communities)
    article = next((row for row in rows if row["name"] == name), None) if name else None
    if article:
        body = frappe.db.get_value(knowledge.ARTICLE, name, "answer")
        article["body"] = Markup(clean_html(body))  # noqa: S704  cleaned, as above
        if article["call"]:
            article["call"] = {**article["call"], "dial": dialled(article["call"]["phone"])}
    for row in rows:
        row["topic_label"] = _(row["topic"], context=knowledge.ARTICLE)
    return {"asked": asked, "rows": rows, "article": article, "missing": bool(name and not article)}


def public_article(viewer: Viewer, name: Any) -> str:
    """The name of an article the viewer may read. Raises PermissionError."""
    rows = knowledge.public_answers("", {room.community for room in viewer.rooms})
    if not any(row["name"] == name for row in rows):
        frappe.throw(_("This answer is not shown any more. Please search again."), frappe.PermissionError)
    return name


def contact_groups(viewer: Viewer) -> list[tuple[str, list[Any]]]:
    """(group, contacts) of the viewer's communities, the desk of each first; one query."""
    communities = sorted({room.community for room in viewer.rooms})
    table = frappe.qb.DocType(knowledge.CONTACT)
    everywhere = table.only_community.isnull() | (table.only_community == "")
    rows = (
        frappe.qb.from_(table)
        .select(table.contact_name, table.purpose, table.phone, table.hours, table.note, table.group_name)
        .where((table.enabled == 1) & (table.is_public == 1))
        .where(everywhere | table.only_community.isin(communities or [""]))
        .orderby(table.contact_name)
        .orderby(table.name)
        .run(as_dict=True)
    )
    # Short numbers are those of an emergency, and are known by their order: 110, 119, 120.
    rows.sort(key=lambda row: (len(row.phone) > SHORT, row.phone if len(row.phone) <= SHORT else ""))
    for row in rows:
        row.dial = dialled(row.phone)
    found = [
        (_(group, context=knowledge.CONTACT), [row for row in rows if row.group_name == group]) for group in GROUPS
    ]
    return [(label, group) for label, group in found if group]


def dialled(phone: str) -> str:
    """What a telephone dials of a number; an extension is left to the caller."""
    number = phone.split("转")[0].lower().split("ext")[0]
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")
