from frappe.model.document import Document

from property_service.community_life.greetings import check_occasion


class GreetingOccasion(Document):
    """What residents are greeted for, and in which words; sent by `community_life/greetings.py`."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.community_life.doctype.greeting_date.greeting_date import GreetingDate

        dates: DF.Table[GreetingDate]
        enabled: DF.Check
        kind: DF.Literal["Birthday", "Festival", "Moving-in Day"]
        occasion_name: DF.Data
        text_en: DF.SmallText | None
        text_zh: DF.SmallText
    # end: auto-generated types

    def validate(self) -> None:
        check_occasion(self)
