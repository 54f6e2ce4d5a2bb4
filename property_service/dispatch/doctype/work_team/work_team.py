"""A work team; its rules are in `dispatch/teams.py`, the routing in `dispatch/assignment.py`."""

from __future__ import annotations

from property_service.dispatch import teams
from property_service.property_service.scoped_document import ScopedDocument


class WorkTeam(ScopedDocument):
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
