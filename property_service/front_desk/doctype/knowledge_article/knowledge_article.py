from frappe.model.document import Document


class KnowledgeArticle(Document):
    pass
