from frappe.model.document import Document


class RepairWarrantyStep(Document):
    pass
