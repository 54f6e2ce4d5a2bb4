import frappe

from property_service.patrol import plans, tasks
from property_service.patrol.point_results import check_points
from property_service.property_service.errors import rules_speak
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.scoped_document import ScopedDocument


class PatrolRoute(ScopedDocument):
    """Checkpoints in their order, each with a window of its own where it needs one."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.patrol.doctype.patrol_route_point.patrol_route_point import PatrolRoutePoint

        community: DF.Link
        enabled: DF.Check
        order_counts: DF.Check
        points: DF.Table[PatrolRoutePoint]
        route_kind: DF.Literal["Steward's Round", "Night Round", "Plant Round", "Other"]
        route_name: DF.Data
    # end: auto-generated types

    def validate(self) -> None:
        with rules_speak():
            check_points([plans.point_of(row) for row in self.points], self.minutes_open())
            self.check_checkpoints()

    def on_update(self) -> None:
        tasks.recount_points(self.name, len(self.points))

    def minutes_open(self) -> int:
        """The shortest time that a plan in use leaves for this route, in minutes."""
        found = frappe.get_all(
            plans.PLAN,
            {"route": self.name, "enabled": 1},
            "minutes_open",
            pluck="minutes_open",
            order_by="minutes_open asc",
            limit=1,
        )
        return found[0] if found else plans.MOST_MINUTES_OPEN

    def check_checkpoints(self) -> None:
        """Each checkpoint once, in use, and of this community."""
        names = [row.checkpoint for row in self.points]
        found = {
            row.name: row
            for row in frappe.get_all(
                "Patrol Checkpoint",
                {"name": ["in", names or [""]]},
                ["name", "checkpoint_name", "community", "enabled"],
                order_by="name asc",
            )
        }
        for row in self.points:
            point = found.get(row.checkpoint)
            if not point or point.community != self.community:
                raise RuleError(_("Row {0} of the points: the checkpoint belongs to another community."), row.idx)
            if names.count(row.checkpoint) > 1:
                raise RuleError(
                    _(
                        "{0} is on the route twice. Keep one of the rows; a second label beside it is a checkpoint of its own."
                    ),
                    point.checkpoint_name,
                )
            if not point.enabled and self.enabled:
                raise RuleError(
                    _("Row {0} of the points: {1} is not in use. Enable the checkpoint, or take it out."),
                    row.idx,
                    point.checkpoint_name,
                )
