from frappe.model.document import Document


class EmergencyLogEntry(Document):
    pass
