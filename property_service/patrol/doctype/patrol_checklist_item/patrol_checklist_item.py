from frappe.model.document import Document


class PatrolChecklistItem(Document):
    pass
