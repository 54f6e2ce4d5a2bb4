"""Settings of the service desk."""

from __future__ import annotations

from frappe.model.document import Document
from frappe.utils import get_time

from property_service.property_service.errors import rules_speak
from property_service.property_service.settings_rules import check_settings


class PropertyServiceSettings(Document):
    def before_validate(self) -> None:
        """Give hours never entered their default."""
        self.restore_hours()

    def validate(self) -> None:
        with rules_speak():
            check_settings(self)

    def restore_hours(self) -> bool:
        """The platform fills the Time fields of a new document with the present moment, to the microsecond, and passes
        over their defaults; nobody enters microseconds. Returns whether something was put right."""
        wrong = [
            field
            for field in self.meta.get("fields", {"fieldtype": "Time"})
            if self.get(field.fieldname) and get_time(self.get(field.fieldname)).microsecond
        ]
        for field in wrong:
            self.set(field.fieldname, field.default)
        return bool(wrong)
