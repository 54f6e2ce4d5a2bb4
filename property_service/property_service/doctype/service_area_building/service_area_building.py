from frappe.model.document import Document


class ServiceAreaBuilding(Document):
    pass
