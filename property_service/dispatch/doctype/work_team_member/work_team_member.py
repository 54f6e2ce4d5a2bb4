from frappe.model.document import Document


class WorkTeamMember(Document):
    pass
