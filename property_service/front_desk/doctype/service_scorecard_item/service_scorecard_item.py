from frappe.model.document import Document


class ServiceScorecardItem(Document):
    pass
