"""Name and phone of whoever calls, as they are kept: trimmed, the phone in its one form."""

from __future__ import annotations

from typing import Any

from frappe import _

from property_service.property_service.phone_numbers import normalise
from property_service.property_service.plain_text import plain_text

MOST_NAME = 140


def clean_person(doc: Any, name_field: str, phone_field: str) -> None:
    """Put name and phone of a document into their one form. Raises InputRefused, and RuleError for what is no phone number."""
    doc.set(name_field, plain_text(doc.get(name_field), _(doc.meta.get_label(name_field)), MOST_NAME) or None)
    doc.set(phone_field, normalise(doc.get(phone_field)) if (doc.get(phone_field) or "").strip() else None)
