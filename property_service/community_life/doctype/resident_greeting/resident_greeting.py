import frappe

from property_service.property_service.scoped_document import ScopedDocument


class ResidentGreeting(ScopedDocument):
    """That a resident was greeted, or left out; written by `community_life/greetings.py` alone."""

    community_from = ("unit",)


def on_doctype_update() -> None:
    """A run asks who was greeted for an occasion of a day."""
    frappe.db.add_index("Resident Greeting", ["occasion", "on_date", "resident"], "occasion_day")
