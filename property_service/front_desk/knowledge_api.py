"""Endpoints of answers: what was used, whether it helped, what was missing."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from property_service.front_desk import equipment, knowledge
from property_service.property_service.endpoint import endpoint
from property_service.property_service.scope import check_may, may_see_community


@endpoint()
def use_article(name: str) -> dict[str, Any]:
    """Count that an answer was given from an article. Returns {name}."""
    _readable(name)
    knowledge.used(name)
    return {"name": name}


@endpoint()
def judge_article(name: str, helpful: bool, remark: str = "") -> dict[str, Any]:
    """Say whether an article helped, with a remark for whoever keeps it. Returns {name, helpful_count, not_helpful_count}."""
    _readable(name)
    knowledge.feedback(name, helpful, remark, frappe.session.user)
    counts = ["name", "helpful_count", "not_helpful_count"]
    return frappe.db.get_value(knowledge.ARTICLE, name, counts, as_dict=True)


@endpoint()
def note_gap(words: str, community: str = "") -> dict[str, Any]:
    """Note a search that led to no answer. Returns {}."""
    check_may(knowledge.ARTICLE, "read")
    _check_community(community)
    knowledge.note_gap(words, community, frappe.session.user)
    return {}


@endpoint()
def write_article(
    gap: str,
    title: str,
    answer: str,
    topic: str = "Other",
    script: str = "",
    responsible_party: str = "",
    is_public: bool = False,
) -> dict[str, Any]:
    """Make an article of a gap in one act. Returns {name, title}."""
    check_may(knowledge.ARTICLE, "create")
    values = {
        "title": title,
        "answer": answer,
        "topic": topic,
        "script": script,
        "responsible_party": responsible_party,
        "is_public": int(is_public),
    }
    doc = knowledge.write_article(gap, values)
    return {"name": doc.name, "title": doc.title}


@endpoint()
def add_words(gap: str, article: str) -> dict[str, Any]:
    """Add the words of a gap to the synonyms of an article. Returns {name, title}."""
    frappe.get_doc(knowledge.ARTICLE, article).check_permission("write")
    doc = knowledge.add_words(gap, article)
    return {"name": doc.name, "title": doc.title}


@endpoint()
def leave_out(gap: str) -> dict[str, Any]:
    """Say that nobody needs an article for a gap. Returns {name, status}."""
    doc = knowledge.leave_out(gap)
    return {"name": doc.name, "status": doc.status}


@endpoint(methods=("GET",))
def equipment_at(
    unit: str = "", building: str = "", entrance: str = "", kinds: list | None = None
) -> list[dict[str, Any]]:
    """Equipment of a unit's building, or of a building; shape in `equipment.for_building`. `kinds` limits it."""
    check_may(equipment.EQUIPMENT, "read")
    if unit:
        place = frappe.get_doc("Property Unit", unit)
        place.check_permission("read")
        building, entrance = place.building, place.entrance or ""
    elif building:
        frappe.get_doc("Building", building).check_permission("read")
    return equipment.for_building(building, entrance, tuple(str(kind) for kind in kinds or ()))


def _readable(name: str) -> None:
    doc = frappe.get_doc(knowledge.ARTICLE, name)
    doc.check_permission("read")
    _check_community(doc.only_community or "")


def _check_community(community: str) -> None:
    if community and not may_see_community(community):
        frappe.throw(_("You do not work for this community. Choose another one."), frappe.PermissionError)
