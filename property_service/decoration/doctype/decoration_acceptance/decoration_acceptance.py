from frappe.model.document import Document


class DecorationAcceptance(Document):
    pass
