"""Telling members of staff through the platform's own notifications: one job an event, whatever the number of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce
from frappe.utils import get_datetime, now_datetime

from property_service.compat import new_names
from property_service.property_service.locks import run_locked
from property_service.property_service.queueing import enqueue_later
from property_service.property_service.service_clock import in_the_past

Subject = str | tuple[Any, ...]
Row = tuple[str, str, str, str]
"""DocType, name, user, sentence."""
ADMINISTRATOR = "Administrator"


def tell_staff(
    users: Iterable[str | None], subject: Subject, doctype: str, name: str, also_oneself: bool = False
) -> None:
    """Notify people of a document once the transaction is committed.

    `subject` is a finished sentence, or (template, *parameters): the template is then translated for each reader.
    Nobody hears of the same event twice, and not of what he did himself unless he is told so.
    """
    readers = sorted({user for user in users if user} - {"Guest", None if also_oneself else frappe.session.user})
    if readers:
        tell_many([{"users": readers, "subject": subject, "doctype": doctype, "name": name}])


def tell_many(notices: list[dict[str, Any]]) -> None:
    """Notify of many documents in one job. A notice is {users, subject, doctype, name}, as in `tell_staff`.

    With `once_since` (site time) whoever was told the same since then is not told again, however often the scheduler runs.
    What is recorded of the past is no news.
    """
    if notices and not in_the_past():
        enqueue_later(
            "property_service.property_service.staff_notices.deliver",
            queue="short",
            notices=notices,
            sender=frappe.session.user,
        )


def deliver(notices: list[dict[str, Any]], sender: str) -> int:
    """Worker: store the notifications in one block; returns how many. A handful of queries, whatever the number of people."""
    languages = _readers({user for notice in notices for user in notice["users"]})
    moment = now_datetime()
    rows: dict[Row, datetime | None] = {}
    for notice in notices:
        for user in notice["users"]:
            if user in languages:
                subject = _sentence(notice["subject"], languages[user])
                rows[(notice["doctype"], notice["name"], user, subject)] = notice.get("once_since")
    for row in _told_already({row: since for row, since in rows.items() if since}):
        del rows[row]
    if not rows:
        return 0
    frappe.db.bulk_insert(
        "Notification Log",
        [
            *("name", "document_type", "document_name", "for_user", "subject", "from_user", "type"),
            *("owner", "modified_by", "creation", "modified"),
        ],
        [
            (name, *row, sender, "Alert", sender, sender, moment, moment)
            for name, row in zip(new_names("Notification Log", len(rows)), rows, strict=True)
        ],
    )
    told = sorted({row[2] for row in rows})
    settings = frappe.qb.DocType("Notification Settings")
    frappe.qb.update(settings).set(settings.seen, 0).where(settings.name.isin(told)).run()
    for user in told:
        frappe.publish_realtime("notification", after_commit=True, user=user)
    return len(rows)


def _told_already(wanted: Mapping[Row, datetime]) -> list[Row]:
    """Return which of these were told since their time. Their readers stay locked: two jobs at once tell everybody once."""
    if not wanted:
        return []
    settings, log = frappe.qb.DocType("Notification Settings"), frappe.qb.DocType("Notification Log")
    users = sorted({user for _doctype, _name, user, _subject in wanted})
    run_locked(frappe.qb.from_(settings).select(settings.name).where(settings.name.isin(users)).orderby(settings.name))
    rows = run_locked(
        frappe.qb.from_(log)
        .select(log.document_type, log.document_name, log.for_user, log.subject, log.creation)
        .where(log.for_user.isin(users))
        .where(log.document_name.isin(sorted({name for _doctype, name, _user, _subject in wanted})))
        .orderby(log.creation)
    )
    return list({row for *told, at in rows if (row := tuple(told)) in wanted and at >= get_datetime(wanted[row])})


def staff_with_role(role: str, community: str) -> list[str]:
    """As `staff_with_roles`, of one role."""
    return staff_with_roles((role,), community)


def staff_with_roles(roles: Iterable[str], community: str) -> list[str]:
    """Enabled members of staff who hold one of the roles and work for a community, by name. The Administrator is left out."""
    user, held = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
    limit = frappe.qb.DocType("User Permission")
    limited = frappe.qb.from_(limit).select(limit.user).where(limit.allow == "Community")
    return (
        frappe.qb.from_(user)
        .join(held)
        .on((held.parent == user.name) & (held.parenttype == "User"))
        .select(user.name)
        .distinct()
        .where(held.role.isin([*roles, ""]))
        .where(user.enabled == 1)
        .where(user.name != ADMINISTRATOR)
        .where(user.name.notin(limited) | user.name.isin(limited.where(limit.for_value == community)))
        .orderby(user.name)
        .run(pluck=True)
    )


def named_staff(users: Iterable[str]) -> list[dict[str, str]]:
    """People as a choice: [{value: user, label: full name}] by name."""
    table = frappe.qb.DocType("User")
    query = frappe.qb.from_(table).select(table.name.as_("value"), table.full_name.as_("label"))
    return query.where(table.name.isin([*users, ""])).orderby(table.full_name).orderby(table.name).run(as_dict=True)


def _readers(users: set[str]) -> dict[str, str]:
    """Language by user, of those who can sign in and have not switched notifications off."""
    user, settings = frappe.qb.DocType("User"), frappe.qb.DocType("Notification Settings")
    rows = (
        frappe.qb.from_(user)
        .left_join(settings)
        .on(settings.name == user.name)
        .select(user.name, user.language)
        .where(user.name.isin(sorted(users)))
        .where(user.enabled == 1)
        .where(Coalesce(settings.enabled, 1) == 1)
        .orderby(user.name)
        .run()
    )
    return {name: language or frappe.local.lang or "en" for name, language in rows}


def _sentence(subject: Subject | list, language: str) -> str:
    if isinstance(subject, str):
        return frappe.utils.escape_html(subject)
    template, *params = subject
    # A parameter may itself be a template: ("Burst Pipe",) is translated, "RR-2026-00001" is not.
    words = (_(word[0], lang=language) if isinstance(word, (list, tuple)) else word for word in params)
    return _(template, lang=language).format(*(frappe.utils.escape_html(str(word)) for word in words))
