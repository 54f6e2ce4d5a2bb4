from frappe.model.document import Document


class DecorationAnswer(Document):
    pass
