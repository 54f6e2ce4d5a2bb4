from frappe.model.document import Document


class UsefulContact(Document):
    pass
