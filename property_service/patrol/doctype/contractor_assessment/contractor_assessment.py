from property_service.property_service.scoped_document import ScopedDocument


class ContractorAssessment(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.patrol.doctype.contractor_assessment_line.contractor_assessment_line import (
            ContractorAssessmentLine,
        )

        assessment_key: DF.Data | None
        community: DF.Link
        confirmed_at: DF.Datetime | None
        confirmed_by: DF.Link | None
        contractor: DF.Link
        deduction: DF.Currency
        deduction_reason: DF.SmallText | None
        lines: DF.Table[ContractorAssessmentLine]
        month: DF.Date
        monthly_fee: DF.Currency
        payable: DF.Currency
        remark: DF.SmallText | None
        score: DF.Float
        status: DF.Literal["Draft", "Confirmed"]
    # end: auto-generated types

    pass
