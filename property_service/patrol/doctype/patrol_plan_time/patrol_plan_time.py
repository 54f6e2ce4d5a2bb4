from frappe.model.document import Document


class PatrolPlanTime(Document):
    pass
