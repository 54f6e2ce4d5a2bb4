import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.errors import NotAllowedNow


class KnowledgeGap(Document):
    """Words that led to no answer, and how often; changed by `front_desk/knowledge.py` alone."""

    def validate(self) -> None:
        if not self.flags.by_rules:
            frappe.throw(
                _("Write an article, add the words to one, or leave them out with the buttons of this form."),
                NotAllowedNow,
            )


def on_doctype_update() -> None:
    """The list shows what is open, the most asked first."""
    frappe.db.add_index("Knowledge Gap", ["status", "asked_count"])
