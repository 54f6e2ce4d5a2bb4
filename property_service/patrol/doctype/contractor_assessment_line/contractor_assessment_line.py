from frappe.model.document import Document


class ContractorAssessmentLine(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        criterion: DF.Data
        measured: DF.Data | None
        note: DF.Data | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        proposed: DF.Float
        score: DF.Float
        weight: DF.Percent
    # end: auto-generated types

    pass
