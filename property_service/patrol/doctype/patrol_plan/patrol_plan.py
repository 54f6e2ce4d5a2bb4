from property_service.patrol import tasks
from property_service.patrol.plans import check_plan, next_rounds
from property_service.property_service.errors import rules_speak
from property_service.property_service.scoped_document import ScopedDocument


class PatrolPlan(ScopedDocument):
    """When a route is walked, and by whom; its rounds are made ahead."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.patrol.doctype.patrol_plan_exception.patrol_plan_exception import PatrolPlanException
        from property_service.patrol.doctype.patrol_plan_time.patrol_plan_time import PatrolPlanTime

        assigned_to: DF.Link
        community: DF.Link
        days_ahead: DF.Int
        enabled: DF.Check
        every: DF.Int
        exceptions: DF.Table[PatrolPlanException]
        frequency: DF.Literal["Daily", "Weekly", "Monthly"]
        friday: DF.Check
        from_date: DF.Date
        generated_until: DF.Date | None
        holidays: DF.Literal["As Usual", "Left Out"]
        minutes_early: DF.Int
        minutes_late: DF.Int
        minutes_open: DF.Int
        monday: DF.Check
        month_days: DF.Data | None
        plan_name: DF.Data
        route: DF.Link
        saturday: DF.Check
        substitute: DF.Link | None
        sunday: DF.Check
        thursday: DF.Check
        times: DF.Table[PatrolPlanTime]
        to_date: DF.Date
        tuesday: DF.Check
        wednesday: DF.Check
    # end: auto-generated types

    community_from = ("route",)

    def validate(self) -> None:
        self.derive_community()
        with rules_speak():
            check_plan(self)

    def on_update(self) -> None:
        tasks.replace(self)

    def onload(self) -> None:
        self.set_onload("next_rounds", next_rounds(self))
