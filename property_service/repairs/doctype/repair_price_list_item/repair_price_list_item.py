from frappe.model.document import Document


class RepairPriceListItem(Document):
    pass
