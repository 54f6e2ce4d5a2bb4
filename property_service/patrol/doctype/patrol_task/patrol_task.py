import frappe

from property_service.fees.recorded_document import RecordedDocument


class PatrolTask(RecordedDocument):
    """A round to be done, made from a plan; nobody writes it by hand."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        assigned_to: DF.Link | None
        began_at: DF.Datetime | None
        closes_at: DF.Datetime | None
        community: DF.Link
        early_count: DF.Int
        finding_count: DF.Int
        finished_at: DF.Datetime | None
        given_by_hand: DF.Check
        is_too_fast: DF.Check
        late_count: DF.Int
        minutes_early: DF.Int
        minutes_late: DF.Int
        missed_count: DF.Int
        note: DF.SmallText | None
        occurrence_key: DF.Data | None
        on_time_count: DF.Int
        original_assignee: DF.Link | None
        plan: DF.Link | None
        points_done: DF.Int
        points_total: DF.Int
        route: DF.Link
        starts_at: DF.Datetime | None
        status: DF.Literal["Planned", "In Progress", "Completed", "Incomplete", "Missed", "Cancelled"]
        task_date: DF.Date | None
        title: DF.Data | None
    # end: auto-generated types


def on_doctype_update() -> None:
    """The indexes of one's own rounds, of the sweep and of the plans."""
    frappe.db.add_index("Patrol Task", ["status", "closes_at"])
    frappe.db.add_index("Patrol Task", ["assigned_to", "closes_at"])
    frappe.db.add_index("Patrol Task", ["plan", "starts_at"])
