from frappe.model.document import Document


class ReturnVisitAttempt(Document):
    pass
