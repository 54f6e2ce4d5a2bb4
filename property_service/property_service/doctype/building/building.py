from property_service.property_service import estate
from property_service.property_service.errors import rules_speak
from property_service.property_service.scoped_document import ScopedDocument


class Building(ScopedDocument):
    def autoname(self) -> None:
        with rules_speak():
            estate.prepare_building(self)

    def validate(self) -> None:
        self.building_name = (self.building_name or "").strip() or self.building_no
