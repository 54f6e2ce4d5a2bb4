from frappe.model.document import Document


class ResidentPhone(Document):
    pass
