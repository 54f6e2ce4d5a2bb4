from frappe.model.document import Document


class GreetingOccasion(Document):
    pass
