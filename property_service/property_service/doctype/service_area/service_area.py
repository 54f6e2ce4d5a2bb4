from property_service.property_service.scoped_document import ScopedDocument
from property_service.property_service.service_areas import check_area, mark_units


class ServiceArea(ScopedDocument):
    community_from = ()

    def validate(self) -> None:
        check_area(self)

    def on_update(self) -> None:
        mark_units(self.name, [row.building for row in self.buildings])

    def on_trash(self) -> None:
        mark_units(self.name, [])
