from frappe.model.document import Document


class WorkTeamCategory(Document):
    pass
