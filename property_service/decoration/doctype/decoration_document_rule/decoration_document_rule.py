from frappe.model.document import Document


class DecorationDocumentRule(Document):
    pass
