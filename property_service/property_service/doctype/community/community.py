from property_service.property_service import estate
from property_service.property_service.errors import rules_speak
from property_service.property_service.scoped_document import ScopedDocument


class Community(ScopedDocument):
    def before_insert(self) -> None:
        with rules_speak():
            self.community_code = estate.community_code(self.community_code)

    def validate(self) -> None:
        with rules_speak():
            estate.community_code(self.community_code)
            estate.check_time_zone(self.time_zone)
