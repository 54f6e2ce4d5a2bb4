from frappe.model.document import Document


class ShiftHandoverItem(Document):
    pass
