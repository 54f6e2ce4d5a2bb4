from frappe.model.document import Document


class CommunityNoticePlace(Document):
    pass
