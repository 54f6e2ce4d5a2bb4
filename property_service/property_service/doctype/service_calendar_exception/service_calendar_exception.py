from frappe.model.document import Document


class ServiceCalendarException(Document):
    pass
