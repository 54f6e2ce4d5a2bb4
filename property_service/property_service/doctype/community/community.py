from property_service.property_service import estate
from property_service.property_service.errors import rules_speak
from property_service.property_service.scoped_document import ScopedDocument


class Community(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        address: DF.SmallText | None
        community_code: DF.Data
        community_name: DF.Data
        delivered_on: DF.Date | None
        emergency_phone: DF.Data | None
        front_desk_phone: DF.Data | None
        is_demo: DF.Check
        manager: DF.Link | None
        service_calendar: DF.Link | None
        time_zone: DF.Autocomplete
    # end: auto-generated types

    def before_insert(self) -> None:
        with rules_speak():
            self.community_code = estate.community_code(self.community_code)

    def validate(self) -> None:
        with rules_speak():
            estate.community_code(self.community_code)
            estate.check_time_zone(self.time_zone)
