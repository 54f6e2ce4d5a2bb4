from frappe.model.document import Document


class ContractorAssessmentLine(Document):
    pass
