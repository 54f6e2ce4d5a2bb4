from frappe.model.document import Document


class PatrolPlanException(Document):
    pass
