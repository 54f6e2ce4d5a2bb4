from frappe.model.document import Document


class RepairPause(Document):
    pass
