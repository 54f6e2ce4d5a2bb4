"""One contact of a member of staff, drawn by lot and scored by a manager. Written by the rules alone."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.front_desk import quality_checks
from property_service.property_service.errors import NotAllowedNow
from property_service.property_service.scoped_document import ScopedDocument


class ServiceQualityCheck(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.front_desk.doctype.service_quality_score.service_quality_score import ServiceQualityScore

        community: DF.Link
        draw_key: DF.Data | None
        drawn_from: DF.Int
        month: DF.Date
        naming_series: DF.Literal["QC-.YYYY.-.#####"]
        passed: DF.Check
        percent: DF.Percent
        person: DF.Link
        person_remark: DF.SmallText | None
        points: DF.Float
        remark: DF.SmallText | None
        reviewed_at: DF.Datetime | None
        reviewer: DF.Link | None
        scorecard: DF.Link
        scores: DF.Table[ServiceQualityScore]
        seed: DF.Data | None
        service_contact: DF.Link
        status: DF.Literal["Drawn", "Scored", "Told"]
        told_at: DF.Datetime | None
    # end: auto-generated types

    def before_insert(self) -> None:
        if not self.flags.by_rules:
            frappe.throw(_("Checks are drawn by lot. Use the button Draw in the list."), frappe.PermissionError)
        quality_checks.fill_scores(self)

    def validate(self) -> None:
        if not self.flags.by_rules:
            frappe.throw(_("A check is scored and told with the buttons, not by hand."), frappe.PermissionError)

    def on_trash(self) -> None:
        frappe.throw(_("Quality checks are kept."), NotAllowedNow)


def on_doctype_update() -> None:
    """The checks of a month, and those a person may see."""
    frappe.db.add_index("Service Quality Check", ["community", "month"], "check_month")
    frappe.db.add_index("Service Quality Check", ["person", "status"], "check_person")
