"""A work team; its rules are in `dispatch/teams.py`, the routing in `dispatch/assignment.py`."""

from __future__ import annotations

from property_service.dispatch import teams
from property_service.property_service.scoped_document import ScopedDocument


class WorkTeam(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.dispatch.doctype.work_team_category.work_team_category import WorkTeamCategory
        from property_service.dispatch.doctype.work_team_member.work_team_member import WorkTeamMember
        from property_service.dispatch.doctype.work_team_place.work_team_place import WorkTeamPlace

        auto_dispatch: DF.Check
        categories: DF.Table[WorkTeamCategory]
        contractor_phone: DF.Data | None
        dispatch_mode: DF.Literal["Assign", "Round Robin", "Least Loaded", "Grab"]
        is_active: DF.Check
        is_contractor: DF.Check
        leader: DF.Link | None
        members: DF.Table[WorkTeamMember]
        out_of_hours_team: DF.Link | None
        places: DF.Table[WorkTeamPlace]
        round_robin_pointer: DF.Data | None
        service_calendar: DF.Link | None
        team_name: DF.Data
    # end: auto-generated types

    def check_permission(self, permtype: str = "read", permlevel: int | None = None) -> None:
        """Whoever works for some communities changes the teams of those only."""
        if permtype in ("create", "write") and not self.flags.ignore_permissions:
            teams.check_own_places(self)
        super().check_permission(permtype, permlevel)

    def validate(self) -> None:
        """Members, leader, places and stand-ins fit together, and the turn stays where it is."""
        teams.check_members(self)
        teams.check_leader(self)
        teams.check_places(self)
        teams.check_categories(self)
        teams.check_stand_in(self)
        teams.keep_pointer(self)
