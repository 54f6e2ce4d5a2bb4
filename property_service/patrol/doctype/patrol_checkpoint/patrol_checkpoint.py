import frappe

from property_service.patrol.labels import revoke, route_of
from property_service.patrol.point_results import Position, check_position
from property_service.patrol.typed_codes import new_typed_code
from property_service.property_service.errors import rules_speak
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.scoped_document import ScopedDocument


class PatrolCheckpoint(ScopedDocument):
    """A place a round passes, with a label on the wall: a QR code and a code to type."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        building: DF.Link | None
        checklist: DF.Link | None
        checkpoint_name: DF.Data
        community: DF.Link
        enabled: DF.Check
        entrance: DF.Link | None
        floor: DF.Int
        label_made_at: DF.Datetime | None
        latitude: DF.Float
        longitude: DF.Float
        photo_required: DF.Check
        place: DF.Data | None
        typed_code: DF.Data | None
    # end: auto-generated types

    community_from = ("building", "entrance")

    def before_insert(self) -> None:
        self.typed_code = new_typed_code()
        self.label_made_at = None

    def validate(self) -> None:
        self.derive_community()
        self.checkpoint_name = (self.checkpoint_name or "").strip()
        with rules_speak():
            self.check_place()
            self.check_in_use()

    def on_update(self) -> None:
        if not self.enabled and self.has_value_changed("enabled"):
            revoke([self.name], _("The checkpoint is not in use"))

    def check_place(self) -> None:
        """The entrance lies in the building, and the position is somewhere; 0, 0 is in the sea and means none."""
        if self.entrance:
            building = frappe.get_cached_value("Entrance", self.entrance, "building")
            if self.building and self.building != building:
                raise RuleError(_("The entrance {0} is in another building. Choose one of the two."), self.entrance)
            self.building = building
        check_position(Position(float(self.latitude or 0), float(self.longitude or 0)))

    def check_in_use(self) -> None:
        """A checkpoint on a route in use stays in use."""
        if self.enabled or self.is_new() or not self.has_value_changed("enabled"):
            return
        route = route_of(self.name)
        if route:
            raise RuleError(_("The route {0} passes here. Take the checkpoint off the route first."), route)
