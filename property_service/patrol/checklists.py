"""Checklists as the rules and the phone read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import cint

from property_service.patrol.point_results import Question

CHECKLIST = "Patrol Checklist"


def question_of(row: Any) -> Question:
    """Read a row of a checklist as a question of the rules."""
    limits = row.kind == "Number"
    choices = row.kind in ("Single", "Multiple")
    return Question(
        name=row.name or "",
        text=row.question,
        kind=row.kind,
        options=_lines(row.options) if choices else (),
        normal=_lines(row.normal_options) if choices else (),
        lowest=_decimal(row.lowest) if limits and cint(row.has_lowest) else None,
        highest=_decimal(row.highest) if limits and cint(row.has_highest) else None,
        measure=row.measure or "" if limits else "",
        required=bool(cint(row.required)),
        photo_required=bool(cint(row.photo_required)),
    )


def questions_of(checklist: str | None) -> tuple[Question, ...]:
    """The questions of a checklist in their order, none where there is no checklist or it is not in use."""
    if not checklist:
        return ()
    doc = frappe.get_cached_doc(CHECKLIST, checklist)
    return tuple(map(question_of, doc.items)) if doc.enabled else ()


def for_phone(question: Question) -> dict[str, Any]:
    """What the phone page shows of a question; numbers as text."""
    return {
        "name": question.name,
        "text": question.text,
        "kind": question.kind,
        "options": list(question.options),
        "normal": list(question.normal),
        "lowest": None if question.lowest is None else str(question.lowest),
        "highest": None if question.highest is None else str(question.highest),
        "measure": question.measure,
        "required": question.required,
        "photo_required": question.photo_required,
    }


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value or 0)).normalize() + 0
