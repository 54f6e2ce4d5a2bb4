from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import getdate

from property_service.fees.amounts import exact
from property_service.fees.meter_book import Entry, ReadingBook, check_not_charged
from property_service.fees.months import month_of
from property_service.property_service.errors import rules_speak
from property_service.property_service.scoped_document import ScopedDocument


class PropertyMeterReading(ScopedDocument):
    """What a meter showed, and what was used since the reading before; computed by fees/meter_book.py."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        charged: DF.Check
        community: DF.Link
        confirmed: DF.Check
        fee_item: DF.Link | None
        flag: DF.Literal["", "Unusually High", "Nothing Used"]
        meter: DF.Link
        note: DF.Data | None
        previous_on: DF.Date | None
        previous_value: DF.Float
        quantity: DF.Float
        read_on: DF.Date
        rollover: DF.Check
        service_month: DF.Date
        unit: DF.Link | None
        value: DF.Float
    # end: auto-generated types

    community_from = ("meter",)

    def validate(self) -> None:
        before = self.get_doc_before_save()
        with rules_speak():
            if before and not self._changed(before):
                self._keep(before)
                return
            if before:
                check_not_charged(before)
            book = ReadingBook([self.meter], lock=True, leave_out=self.name or "")
            row = book.judge(self._entry(), self.name or "")
            check_not_charged(row)
        self.update({field: _as_stored(value) for field, value in row.items() if field != "name"})

    def on_trash(self) -> None:
        with rules_speak():
            check_not_charged(self)
            book = ReadingBook([self.meter], lock=True, leave_out=self.name)
            book.check_last(self.meter, getdate(self.service_month))

    def _entry(self) -> Entry:
        return Entry(
            meter=self.meter,
            service_month=getdate(self.service_month),
            read_on=getdate(self.read_on),
            value=exact(self.value),
            rollover=bool(self.rollover),
            confirmed=bool(self.confirmed),
            note=self.note or "",
        )

    def _changed(self, before: ScopedDocument) -> bool:
        days = (getdate(self.read_on), month_of(getdate(self.service_month)))
        kept = (getdate(before.read_on), month_of(getdate(before.service_month)))
        return days != kept or any(
            exact(self.get(field)) != exact(before.get(field)) for field in ("value", "rollover", "confirmed")
        )

    def _keep(self, before: ScopedDocument) -> None:
        for field in (
            "community",
            "unit",
            "fee_item",
            "service_month",
            "previous_value",
            "previous_on",
            "quantity",
            "flag",
            "charged",
        ):
            self.set(field, before.get(field))


def _as_stored(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def on_doctype_update() -> None:
    """One reading of a meter in a month; looked up by unit and item for a fee run, by item for a sheet."""
    frappe.db.add_unique("Property Meter Reading", ["meter", "service_month"], "one_reading_a_month")
    frappe.db.add_index("Property Meter Reading", ["unit", "fee_item", "service_month"])
    frappe.db.add_index("Property Meter Reading", ["fee_item", "service_month"])
