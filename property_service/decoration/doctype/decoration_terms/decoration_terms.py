from __future__ import annotations

from property_service.decoration.terms import check_terms
from property_service.property_service.errors import rules_speak
from property_service.property_service.scoped_document import ScopedDocument


class DecorationTerms(ScopedDocument):
    """What a community asks of those who decorate: hours, days, deposits, documents, questions."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.decoration.doctype.decoration_document_rule.decoration_document_rule import (
            DecorationDocumentRule,
        )
        from property_service.decoration.doctype.decoration_question.decoration_question import DecorationQuestion

        authority: DF.Data | None
        community: DF.Link
        contractor_deposit: DF.Currency
        documents: DF.Table[DecorationDocumentRule]
        extension_days: DF.Int
        most_days: DF.Int
        notice: DF.SmallText | None
        observation_days: DF.Int
        owner_deposit: DF.Currency
        pass_deposit: DF.Currency
        pass_fee: DF.Currency
        pass_fee_item: DF.Link | None
        questions: DF.Table[DecorationQuestion]
        quiet_calendar: DF.Link | None
        refund_days: DF.Int
        review_days: DF.Int
        rubbish_fee_item: DF.Link | None
        rubbish_rate: DF.Currency
        water_test_hours: DF.Int
        work_calendar: DF.Link
    # end: auto-generated types

    community_from = ()

    def autoname(self) -> None:
        """One for each community, by its name."""
        self.name = self.community

    def validate(self) -> None:
        with rules_speak():
            check_terms(self)
