from frappe.model.document import Document


class GreetingDate(Document):
    pass
