from frappe.model.document import Document

from property_service.community_life.greetings import check_occasion


class GreetingOccasion(Document):
    """What residents are greeted for, and in which words; sent by `community_life/greetings.py`."""

    def validate(self) -> None:
        check_occasion(self)
