import frappe
from frappe.model.document import Document

from property_service.front_desk import knowledge


class KnowledgeArticle(Document):
    """A question residents ask, with its answer; how it is found is in `front_desk/knowledge.py`."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        answer: DF.TextEditor
        enabled: DF.Check
        helpful_count: DF.Int
        is_public: DF.Check
        last_remark: DF.SmallText | None
        not_helpful_count: DF.Int
        only_community: DF.Link | None
        responsible_party: DF.Data | None
        reviewed_on: DF.Date | None
        script: DF.SmallText | None
        search_text: DF.SmallText | None
        shown_count: DF.Int
        synonyms: DF.SmallText | None
        title: DF.Data
        topic: DF.Literal[
            "Repairs", "Fees", "Decoration", "Parking", "Moving", "Community Life", "Public Services", "Other"
        ]
        useful_contact: DF.Link | None
    # end: auto-generated types

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
