from property_service.property_service.scoped_document import ScopedDocument
from property_service.property_service.service_areas import check_area, mark_units


class ServiceArea(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.property_service.doctype.service_area_building.service_area_building import (
            ServiceAreaBuilding,
        )

        area_name: DF.Data
        buildings: DF.Table[ServiceAreaBuilding]
        community: DF.Link
        deputy: DF.Link | None
        steward: DF.Link | None
    # end: auto-generated types

    community_from = ()

    def validate(self) -> None:
        check_area(self)

    def on_update(self) -> None:
        mark_units(self.name, [row.building for row in self.buildings])

    def on_trash(self) -> None:
        mark_units(self.name, [])
