from frappe.model.document import Document


class WorkflowStageMap(Document):
    pass
