from frappe.model.document import Document


class ServiceScorecard(Document):
    pass
