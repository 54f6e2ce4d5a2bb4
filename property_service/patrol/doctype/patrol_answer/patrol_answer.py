from frappe.model.document import Document


class PatrolAnswer(Document):
    pass
