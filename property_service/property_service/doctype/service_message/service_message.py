from property_service.property_service.messages import waits_for_gateway
from property_service.property_service.scoped_document import ScopedDocument


class ServiceMessage(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        attempts: DF.Int
        channel: DF.Literal["Portal", "SMS", "Email"]
        community: DF.Link
        dedupe_key: DF.Data | None
        error: DF.SmallText | None
        lease_until: DF.Datetime | None
        read_at: DF.Datetime | None
        recipient: DF.Data | None
        reference_doctype: DF.Link | None
        reference_name: DF.DynamicLink | None
        resident: DF.Link
        send_after: DF.Datetime | None
        sent_at: DF.Datetime | None
        status: DF.Literal["Queued", "Sending", "Sent", "Failed", "Skipped"]
        subject: DF.Data | None
        text: DF.SmallText | None
        unit: DF.Link | None
    # end: auto-generated types

    def onload(self) -> None:
        self.set_onload("waits_for_gateway", waits_for_gateway(self))
