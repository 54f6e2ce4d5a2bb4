"""Answers to what residents ask (答客问): found while the officer types, judged by who used them, gaps counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce
from frappe.utils import cint
from pypika import Case
from pypika.terms import Values

from property_service.front_desk import knowledge_rules as rules
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.names import pinyin_full, pinyin_initials
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rich_text import plain
from property_service.property_service.service_clock import site_now

ARTICLE, GAP, CONTACT = "Knowledge Article", "Knowledge Gap", "Useful Contact"
CACHE = "property_service_knowledge"
COUNTERS = ("shown_count", "helpful_count", "not_helpful_count", "last_remark")
OPEN, WRITTEN, LEFT_OUT = "Open", "Written", "Left Out"
LONGEST_REMARK, LONGEST_TITLE, MOST_ANSWERS = 500, 140, 20
FIELDS = (
    *("name", "title", "only_community", "is_public", "topic", "responsible_party", "useful_contact", "synonyms"),
    *("search_text", "answer", "script", "shown_count"),
)


# Finding


def answers(text: str, community: str, limit: int = 5) -> list[dict[str, Any]]:
    """Articles that answer what was typed, best first; those of all communities and of `community` ("" for none named).

    Each is {name, title, topic, answer: plain text, script, responsible_party, call: {name, phone, hours} or None}.
    Reads the cache; asks the database nothing while nobody changes an article. Whoever calls has judged who asks.
    """
    return _best(text, _near((community,), public_only=False), limit)


def public_answers(text: str, communities: Iterable[str], limit: int = MOST_ANSWERS) -> list[dict[str, Any]]:
    """The same of what residents of these communities may read; all of it by topic and title where nothing was typed."""
    near = _near(communities, public_only=True)
    if rules.normal(text):
        return _best(text, near, limit)
    return sorted((dict(row["answer"]) for row in near.values()), key=lambda row: (row["topic"], row["title"]))


def _near(communities: Iterable[str], public_only: bool) -> dict[str, dict[str, Any]]:
    wanted = {"", *communities}
    return {
        name: row
        for name, row in _kept().items()
        if row["only_community"] in wanted and (row["is_public"] or not public_only)
    }


def _best(text: str, near: dict[str, dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    names = rules.ranked(text, [row["entry"] for row in near.values()], min(cint(limit), MOST_ANSWERS))
    return [dict(near[name]["answer"]) for name in names]


def search_text_of(doc: Document) -> str:
    """What an article is found by, in four lines: title, synonyms, pinyin of both, and topic with answer and script."""
    title, synonyms = rules.normal(doc.title), rules.synonyms_of(doc.synonyms)
    spoken = (title, *synonyms)
    pinyin = [
        *(pinyin_initials(one, person=False) for one in spoken),
        *(pinyin_full(one, person=False) for one in spoken),
    ]
    topic = f"{doc.topic} {_(doc.topic, lang='zh')}"
    text = rules.normal(" ".join((topic, plain(doc.answer), doc.script or "", doc.responsible_party or "")))
    return "\n".join((title, "|".join(synonyms), "|".join(dict.fromkeys(filter(None, pinyin))), text))


def forget_cached() -> None:
    """An article or whom to call was changed: the next search reads them anew, also after a rollback."""
    frappe.cache.delete_value(CACHE)
    frappe.db.after_commit.add(lambda: frappe.cache.delete_value(CACHE))


def _kept() -> dict[str, dict[str, Any]]:
    """Name → {entry, answer, only_community, is_public} of the enabled articles, from the cache."""
    # What expires is not looked for in the memory of this request, which would keep the "nothing" of before.
    kept = frappe.cache.get_value(CACHE, expires=True)
    if kept is None:
        kept = _read()
        frappe.cache.set_value(CACHE, kept, expires_in_sec=3600)
    return kept


def _read() -> dict[str, dict[str, Any]]:
    table, contact = frappe.qb.DocType(ARTICLE), frappe.qb.DocType(CONTACT)
    rows = (
        frappe.qb.from_(table)
        .left_join(contact)
        .on((contact.name == table.useful_contact) & (contact.enabled == 1))
        .select(*(table[field] for field in FIELDS))
        .select(contact.contact_name, contact.phone, contact.hours)
        .where(table.enabled == 1)
        .orderby(table.title)
        .orderby(table.name)
        .run(as_dict=True)
    )
    return {row.name: _kept_row(row) for row in rows}


def _kept_row(row: Any) -> dict[str, Any]:
    title, synonyms, pinyin, text = [*(row.search_text or "").split("\n", 3), "", "", "", ""][:4]
    call = {"name": row.contact_name, "phone": row.phone, "hours": row.hours or ""} if row.contact_name else None
    return {
        "entry": rules.Entry(
            row.name,
            title or rules.normal(row.title),
            tuple(filter(None, synonyms.split("|"))),
            tuple(filter(None, pinyin.split("|"))),
            text,
            cint(row.shown_count),
        ),
        "only_community": row.only_community or "",
        "is_public": cint(row.is_public),
        "answer": {
            "name": row.name,
            "title": row.title,
            "topic": row.topic,
            "answer": plain(row.answer),
            "script": row.script or "",
            "responsible_party": row.responsible_party or "",
            "call": call,
        },
    }


# Counting: one statement on one row, so that nobody waits for whoever reads or edits the article


def used(article: str) -> None:
    """Count that an answer was given from this article."""
    _add_one(article, "shown_count")


def feedback(article: str, helpful: bool, remark: str, by: str) -> None:
    """Count what `by` (a user) says of an article; a remark takes the place of the last one. Raises InputRefused."""
    said = plain_text(remark, _("Remark"), LONGEST_REMARK)
    _add_one(article, "helpful_count" if helpful else "not_helpful_count", f"{by}: {said}" if said else "")


def _add_one(article: str, counter: str, remark: str = "") -> None:
    table = frappe.qb.DocType(ARTICLE)
    query = frappe.qb.update(table).set(table[counter], Coalesce(table[counter], 0) + 1).where(table.name == article)
    (query.set(table.last_remark, remark) if remark else query).run()


def keep_counters(doc: Document) -> None:
    """A form that was opened before others counted does not write their counts back."""
    if not doc.is_new():
        doc.update(frappe.db.get_value(ARTICLE, doc.name, COUNTERS, as_dict=True, for_update=True) or {})
        return
    doc.update({"shown_count": 0, "helpful_count": 0, "not_helpful_count": 0, "last_remark": None})


# Gaps


def note_gap(words: str, community: str, by: str) -> None:
    """Count a search that led to no answer: one row for equal words, whoever asked. What is no question is passed over.

    An article that was written and still not found is a gap again; what was left out stays so.
    """
    key = rules.gap_key(words)
    if not key:
        return
    table, moment = frappe.qb.DocType(GAP), site_now()
    row = {
        **dict.fromkeys(("owner", "modified_by"), by),
        **dict.fromkeys(("creation", "modified", "last_asked_at"), moment),
        "name": frappe.generate_hash(length=10),
        "words": plain_text(words, _("What Was Looked For"), 1000)[: rules.LONGEST_QUERY],
        "words_key": key,
        "status": OPEN,
        "asked_count": 1,
        "last_community": community or None,
        "last_asked_by": by,
    }
    # One statement: two who ask the same at the same moment neither wait for each other nor make two rows.
    query = frappe.qb.into(table).columns(*row).insert(*row.values())
    query = query.on_duplicate_key_update(table.asked_count, table.asked_count + 1)
    for field in ("last_asked_at", "last_community", "last_asked_by"):
        query = query.on_duplicate_key_update(table[field], Values(table[field]))
    still_open = Case().when(table.status == WRITTEN, OPEN).else_(table.status)
    query.on_duplicate_key_update(table.status, still_open).run()


def write_article(gap: str, values: dict[str, Any]) -> Document:
    """Make an article of a gap, as the session's user: {title, topic, answer, …}; the words looked for become its synonym."""
    doc = _gap(gap)
    article = frappe.get_doc(
        {"doctype": ARTICLE, **values, "synonyms": _with(values.get("synonyms"), doc.words)}
    ).insert()
    _close(doc, article.name)
    return article


def add_words(gap: str, article: str) -> Document:
    """The answer is there already: the words looked for become a synonym of that article."""
    doc, found = _gap(gap), frappe.get_doc(ARTICLE, article)
    found.synonyms = _with(found.synonyms, doc.words)
    found.save()
    _close(doc, found.name)
    return found


def leave_out(gap: str) -> Document:
    """Nobody needs an article for this."""
    doc = _gap(gap)
    doc.flags.by_rules = True
    doc.status = LEFT_OUT
    return doc.save()


def _gap(name: str) -> Document:
    doc = frappe.get_doc(GAP, name, for_update=True)
    doc.check_permission("write")
    if doc.status != OPEN:
        frappe.throw(_("This has been dealt with already. Load the list again."), NotAllowedNow)
    return doc


def _close(doc: Document, article: str) -> None:
    doc.flags.by_rules = True
    doc.update({"status": WRITTEN, "knowledge_article": article})
    doc.save()


def _with(synonyms: str | None, words: str) -> str:
    if rules.normal(words) in rules.synonyms_of(synonyms):
        return synonyms or ""
    return "\n".join(filter(None, ((synonyms or "").strip(), words)))


def check_article(doc: Document) -> None:
    """A title and an answer that say something. Raises InputRefused."""
    doc.title = plain_text(doc.title, _("Question Asked"), LONGEST_TITLE, required=True)
    doc.script = plain_text(doc.script, _("What to Say"), 2000)
    doc.synonyms = plain_text(doc.synonyms, _("Synonyms"), 1000)
    if not plain(doc.answer):
        frappe.throw(_("Please write the answer."), InputRefused)
