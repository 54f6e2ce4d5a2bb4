import frappe

from property_service.community_life import notices
from property_service.property_service.scoped_document import ScopedDocument


class CommunityNotice(ScopedDocument):
    """A notice to a community or to some of its places; its life is in `community_life/notices.py`."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.community_life.doctype.community_notice_place.community_notice_place import (
            CommunityNoticePlace,
        )

        body: DF.TextEditor
        community: DF.Link
        confirmed_count: DF.Int
        event: DF.Link | None
        is_urgent: DF.Check
        kind: DF.Literal["Notice", "Outage", "Safety", "Fees", "Rules", "Festival", "Event"]
        must_confirm: DF.Check
        naming_series: DF.Literal["CN-.YYYY.-.####"]
        places: DF.Table[CommunityNoticePlace]
        publish_from: DF.Datetime
        publish_to: DF.Datetime | None
        published_at: DF.Datetime | None
        published_by: DF.Link | None
        read_count: DF.Int
        recipient_count: DF.Int
        scope: DF.Literal["Community", "Places"]
        service_incident: DF.Link | None
        signed_by: DF.Data | None
        status: DF.Literal["Draft", "Scheduled", "Published", "Ended", "Withdrawn"]
        title: DF.Data
        wechat_text: DF.SmallText | None
        withdrawn_because: DF.SmallText | None
    # end: auto-generated types

    community_from = ()

    def validate(self) -> None:
        notices.check(self)


def on_doctype_update() -> None:
    """The portal asks for what is published in a community; the sweep for what is due."""
    frappe.db.add_index("Community Notice", ["community", "status", "published_at"], "community_status")
    frappe.db.add_index("Community Notice", ["status", "publish_from"], "status_from")
    frappe.db.add_index("Community Notice", ["status", "publish_to"], "status_to")
