from frappe.model.document import Document


class ComplaintStep(Document):
    pass
