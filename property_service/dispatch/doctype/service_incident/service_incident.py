"""A service incident; its life is in `dispatch/incidents.py`, what is said about it in `dispatch/incident_texts.py`."""

from __future__ import annotations

import frappe

from property_service.dispatch import incidents
from property_service.property_service.scoped_document import ScopedDocument


class ServiceIncident(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        building: DF.Link | None
        category: DF.Link | None
        closed_at: DF.Datetime | None
        closed_by: DF.Link | None
        closing_text: DF.SmallText | None
        community: DF.Link
        entrance: DF.Link | None
        expected_until: DF.Datetime | None
        kind: DF.Literal["Fault", "Planned Work"]
        last_report_at: DF.Datetime | None
        naming_series: DF.Literal["SI-.YYYY.-.#####"]
        request_count: DF.Int
        riser: DF.Data | None
        scope: DF.Literal["Estate", "Building", "Entrance", "Riser"]
        started_at: DF.Datetime
        status: DF.Literal["Proposed", "Open", "Closed"]
        text_to_read: DF.SmallText | None
        title: DF.Data
    # end: auto-generated types

    community_from = ("building", "entrance")

    def before_insert(self) -> None:
        """A title for whoever enters none."""
        self.title = self.title or incidents.default_title(self)

    def validate(self) -> None:
        """It moves by its steps alone, and place and times fit."""
        incidents.check_life(self)
        incidents.fit_scope(self)
        incidents.check_times(self)


def on_doctype_update() -> None:
    """Every intake asks for the incidents of a community that are not closed."""
    frappe.db.add_index("Service Incident", ["community", "status", "started_at"], "community_status")
    frappe.db.add_index("Service Incident", ["kind", "status", "expected_until"], "planned_work")
