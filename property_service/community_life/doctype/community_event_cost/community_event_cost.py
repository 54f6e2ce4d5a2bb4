from frappe.model.document import Document


class CommunityEventCost(Document):
    pass
