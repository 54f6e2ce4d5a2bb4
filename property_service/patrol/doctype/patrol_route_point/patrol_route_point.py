from frappe.model.document import Document


class PatrolRoutePoint(Document):
    pass
