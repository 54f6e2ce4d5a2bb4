from frappe.model.document import Document


class RepairMaterial(Document):
    pass
