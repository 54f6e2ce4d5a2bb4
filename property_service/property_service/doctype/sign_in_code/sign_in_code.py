from property_service.property_service.scoped_document import ScopedDocument


class SignInCode(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        attempts: DF.Int
        code_hash: DF.Data | None
        expires_at: DF.Datetime | None
        phone_hash: DF.Data | None
        purpose: DF.Literal["Sign In", "Join"]
        resident: DF.Link | None
        used_at: DF.Datetime | None
    # end: auto-generated types

    pass
