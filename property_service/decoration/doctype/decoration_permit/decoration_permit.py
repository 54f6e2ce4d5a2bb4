from __future__ import annotations

import frappe
from frappe import _

from property_service.decoration import editing, effects, intake, lifecycle, permits, states
from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.guarded_document import GuardedDocument


class DecorationPermit(GuardedDocument):
    """A declaration of decoration works (装修申报): reviewed, paid for, inspected, accepted, observed, settled."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.decoration.doctype.decoration_acceptance.decoration_acceptance import DecorationAcceptance
        from property_service.decoration.doctype.decoration_answer.decoration_answer import DecorationAnswer
        from property_service.decoration.doctype.decoration_document.decoration_document import DecorationDocument

        acceptance_requested_at: DF.Datetime | None
        acceptances: DF.Table[DecorationAcceptance]
        accepted_on: DF.Date | None
        answers: DF.Table[DecorationAnswer]
        applicant: DF.Link
        applicant_is_tenant: DF.Check
        applied_at: DF.Datetime | None
        asked_for: DF.SmallText | None
        building: DF.Link | None
        channel: DF.Literal["Counter", "Portal"]
        client_key: DF.Data | None
        community: DF.Link
        contractor: DF.Link | None
        contractor_deposit: DF.Link | None
        contractor_deposit_due: DF.Currency
        contractor_name: DF.Data | None
        documents: DF.Table[DecorationDocument]
        extended_to: DF.Date | None
        extension_asked: DF.Date | None
        extension_asked_because: DF.SmallText | None
        extension_reason: DF.SmallText | None
        from_date: DF.Date
        last_inspected_on: DF.Date | None
        licence_no: DF.Data | None
        naming_series: DF.Literal["DP-.YYYY.-.#####"]
        observation_days: DF.Int
        observation_until: DF.Date | None
        open_findings: DF.Int
        open_key: DF.Data | None
        owner_deposit: DF.Link | None
        owner_deposit_due: DF.Currency
        pass_deposit_due: DF.Currency
        pass_fee_due: DF.Currency
        refund_days: DF.Int
        rejected_because: DF.SmallText | None
        reported_at: DF.Datetime | None
        requested_by_user: DF.Link | None
        review_by: DF.Datetime | None
        review_note: DF.SmallText | None
        rubbish_charge: DF.Link | None
        rubbish_due: DF.Currency
        settle_by: DF.Date | None
        settled_at: DF.Datetime | None
        site_manager: DF.Data
        site_manager_phone: DF.Data
        stage: DF.Literal["Open", "Working", "Waiting", "Done", "Void"]
        started_on: DF.Date | None
        status: DF.Link | None
        stop_work_no: DF.Data | None
        suspended_because: DF.SmallText | None
        suspended_by: DF.Link | None
        to_date: DF.Date
        unit: DF.Link
        violations: DF.Int
        water_test_from: DF.Datetime | None
        water_test_hours: DF.Int
        water_test_note: DF.SmallText | None
        water_test_result: DF.Literal["", "Passed", "Failed"]
        water_test_until: DF.Datetime | None
        works: DF.SmallText
    # end: auto-generated types

    SYSTEM_TRANSITIONS = states.SYSTEM_TRANSITIONS

    @property
    def requested_by(self) -> str:
        """Who entered the application; set by the server."""
        return self.requested_by_user or self.owner

    def before_insert(self) -> None:
        intake.start(self)
        intake.check_no_other(self)

    def validate(self) -> None:
        before = self.get_doc_before_save()
        if before is None or before.status == self.status:
            if before is not None:
                editing.check(self, before)
            self.validate_workflow()
            with rules_speak():
                intake.settle(self, before)
                if before is not None and before.asked_for:
                    permits.settle_asked(self)
            return
        editing.check(self, before)
        # The right to the change is judged before anything it would set off.
        self.validate_workflow()
        with rules_speak():
            lifecycle.prepare(self, before)

    def on_update(self) -> None:
        before = self.get_doc_before_save()
        if before is not None and before.status != self.status:
            effects.after_change(self, before)

    def on_change(self) -> None:
        if self.flags.go_on:
            effects.go_on(self)

    def db_insert(self, *args: object, **kwargs: object) -> None:
        """Two that come at once for one unit: the second reads which is the first."""
        try:
            super().db_insert(*args, **kwargs)
        except frappe.UniqueValidationError:
            other = frappe.db.get_value("Decoration Permit", {"open_key": self.unit})
            if not other:
                raise
            intake.refuse_other(self, other)

    def before_rename(self, *_names: object) -> None:
        frappe.throw(_("The number of a permit cannot be changed."), InputRefused)


def on_doctype_update() -> None:
    """The lists people open, and the scheduler's sweeps."""
    for columns in (
        ["community", "stage", "modified"],
        ["status", "to_date"],
        ["status", "settle_by"],
        ["applicant", "stage"],
    ):
        frappe.db.add_index("Decoration Permit", columns)
