from frappe.model.document import Document


class PropertyImportRefusal(Document):
    pass
