from frappe.model.document import Document


class RepairCategoryTarget(Document):
    pass
