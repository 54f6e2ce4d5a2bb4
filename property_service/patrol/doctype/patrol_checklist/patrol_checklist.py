from frappe.model.document import Document


class PatrolChecklist(Document):
    pass
