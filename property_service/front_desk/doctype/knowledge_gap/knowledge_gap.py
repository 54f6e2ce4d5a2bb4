import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.errors import NotAllowedNow


class KnowledgeGap(Document):
    """Words that led to no answer, and how often; changed by `front_desk/knowledge.py` alone."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        asked_count: DF.Int
        knowledge_article: DF.Link | None
        last_asked_at: DF.Datetime | None
        last_asked_by: DF.Link | None
        last_community: DF.Link | None
        status: DF.Literal["Open", "Written", "Left Out"]
        words: DF.Data
        words_key: DF.Data | None
    # end: auto-generated types

    def validate(self) -> None:
        if not self.flags.by_rules:
            frappe.throw(
                _("Write an article, add the words to one, or leave them out with the buttons of this form."),
                NotAllowedNow,
            )


def on_doctype_update() -> None:
    """The list shows what is open, the most asked first."""
    frappe.db.add_index("Knowledge Gap", ["status", "asked_count"])
