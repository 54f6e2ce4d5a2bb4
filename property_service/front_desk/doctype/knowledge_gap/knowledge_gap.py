from frappe.model.document import Document


class KnowledgeGap(Document):
    pass
