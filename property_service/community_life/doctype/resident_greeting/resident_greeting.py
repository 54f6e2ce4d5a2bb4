from property_service.property_service.scoped_document import ScopedDocument


class ResidentGreeting(ScopedDocument):
    pass
