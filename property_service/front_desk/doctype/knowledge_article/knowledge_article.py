import frappe
from frappe.model.document import Document

from property_service.front_desk import knowledge


class KnowledgeArticle(Document):
    """A question residents ask, with its answer; how it is found is in `front_desk/knowledge.py`."""

    def validate(self) -> None:
        knowledge.check_article(self)
        knowledge.keep_counters(self)
        self.search_text = knowledge.search_text_of(self)

    def on_update(self) -> None:
        knowledge.forget_cached()

    def on_trash(self) -> None:
        knowledge.forget_cached()


def on_doctype_update() -> None:
    """The list reads by topic."""
    frappe.db.add_index("Knowledge Article", ["topic", "title"])
