from frappe.model.document import Document


class DecorationDocument(Document):
    pass
