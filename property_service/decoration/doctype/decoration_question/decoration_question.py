from frappe.model.document import Document


class DecorationQuestion(Document):
    pass
