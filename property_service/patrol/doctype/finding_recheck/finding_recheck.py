from frappe.model.document import Document


class FindingRecheck(Document):
    pass
