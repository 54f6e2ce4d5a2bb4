from frappe.model.document import Document


class WorkflowStageMap(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        document_type: DF.Link
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        stage: DF.Literal["Open", "Working", "Waiting", "Done", "Void"]
        workflow_state: DF.Link
    # end: auto-generated types

    pass
