from frappe.model.document import Document


class ServiceQualityScore(Document):
    pass
