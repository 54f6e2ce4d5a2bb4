import frappe

from property_service.community_life import notices
from property_service.property_service.scoped_document import ScopedDocument


class CommunityNotice(ScopedDocument):
    """A notice to a community or to some of its places; its life is in `community_life/notices.py`."""

    community_from = ()

    def validate(self) -> None:
        notices.check(self)


def on_doctype_update() -> None:
    """The portal asks for what is published in a community; the sweep for what is due."""
    frappe.db.add_index("Community Notice", ["community", "status", "published_at"], "community_status")
    frappe.db.add_index("Community Notice", ["status", "publish_from"], "status_from")
    frappe.db.add_index("Community Notice", ["status", "publish_to"], "status_to")
