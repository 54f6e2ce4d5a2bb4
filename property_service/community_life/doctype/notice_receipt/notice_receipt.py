from property_service.property_service.scoped_document import ScopedDocument


class NoticeReceipt(ScopedDocument):
    pass
