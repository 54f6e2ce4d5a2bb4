from typing import NoReturn

import frappe
from frappe import _

from property_service.fees.adjustments import APPROVED, DRAFT, REJECTED, check_request, post
from property_service.property_service.errors import NotAllowedNow, rules_speak
from property_service.property_service.guarded_document import GuardedDocument
from property_service.property_service.service_clock import site_now

FIXED_ONCE_SENT = ("reason", "explanation", "proof")


class FeeAdjustment(GuardedDocument):
    """A waiver or a further charge on one charge; booked when somebody else than who asked for it approves."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        adjustment_kind: DF.Literal["Waive Principal", "Waive Late Fee", "Charge More"]
        amended_from: DF.Link | None
        amount: DF.Currency
        charge: DF.Link
        community: DF.Link
        debtor: DF.Link | None
        decided_at: DF.Datetime | None
        decided_by: DF.Link | None
        explanation: DF.SmallText
        proof: DF.Attach | None
        reason: DF.Literal["Vacant", "Quality of Service", "Hardship", "Wrong Charge", "Settlement", "Other"]
        requested_by_user: DF.Link | None
        stage: DF.Literal["Open", "Working", "Waiting", "Done", "Void"]
        status: DF.Link | None
        unit: DF.Link | None
    # end: auto-generated types

    community_from = ("charge",)

    @property
    def requested_by(self) -> str:
        """Who asked for it; set by the server."""
        return self.requested_by_user or self.owner

    def before_insert(self) -> None:
        self.requested_by_user = frappe.session.user
        self.decided_by = self.decided_at = self.amended_from = None

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before is None:
            with rules_speak():
                check_request(self)
            return
        self.keep(before)
        if before.status != self.status:
            # The right to the change is judged before anything it would set off.
            self.validate_workflow()
            if self.status in (APPROVED, REJECTED):
                self.decided_by, self.decided_at = frappe.session.user, site_now()
        if (self.status == APPROVED) != self.docstatus.is_submitted():
            self.refuse()

    def keep(self, before: GuardedDocument) -> None:
        """What it is about never changes, whatever a client sends, and its reasons not once it was sent."""
        for field in ("unit", "debtor", "community", "requested_by_user", "decided_by", "decided_at"):
            self.set(field, before.get(field))
        changed = any((before.get(field) or "") != (self.get(field) or "") for field in FIXED_ONCE_SENT)
        if changed and before.status != DRAFT:
            frappe.throw(_("What was sent for approval stays as it is. Cancel it and ask anew."), NotAllowedNow)

    def on_submit(self) -> None:
        with rules_speak():
            post(self)

    def before_update_after_submit(self) -> None:
        self.refuse()

    def before_cancel(self) -> None:
        self.refuse()

    def refuse(self) -> NoReturn:
        """Say how an adjustment comes about, and how one that was booked is corrected."""
        frappe.throw(
            _("An adjustment is approved by its button and then kept. Correct it by a further adjustment."),
            NotAllowedNow,
        )
