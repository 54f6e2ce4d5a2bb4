from frappe.model.document import Document

from property_service.patrol.checklists import question_of
from property_service.patrol.point_results import check_question
from property_service.property_service.errors import rules_speak


class PatrolChecklist(Document):
    """Questions to be answered at a checkpoint."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.patrol.doctype.patrol_checklist_item.patrol_checklist_item import PatrolChecklistItem

        checklist_name: DF.Data
        enabled: DF.Check
        items: DF.Table[PatrolChecklistItem]
    # end: auto-generated types

    def validate(self) -> None:
        with rules_speak():
            for row in self.items:
                row.question = (row.question or "").strip()
                check_question(question_of(row), row.idx)
