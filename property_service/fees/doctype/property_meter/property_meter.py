import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from property_service.fees.meter_rules import KEPT_ONCE_READ, check_meter
from property_service.fees.usages import READING
from property_service.property_service.errors import NotAllowedNow, rules_speak
from property_service.property_service.scoped_document import ScopedDocument


class PropertyMeter(ScopedDocument):
    """A meter of a unit, or one that several units share. What was read by it stays: it is replaced, not changed."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        building: DF.Link | None
        community: DF.Link
        digits: DF.Int
        fee_item: DF.Link
        final_reading: DF.Float
        initial_reading: DF.Float
        installed_on: DF.Date
        meter_no: DF.Data
        most_per_day: DF.Float
        multiplier: DF.Float
        removed_on: DF.Date | None
        replaces: DF.Link | None
        unit: DF.Link | None
    # end: auto-generated types

    community_from = ("unit", "building", "fee_item")

    def validate(self) -> None:
        if self.unit:
            self.building = frappe.get_cached_value("Property Unit", self.unit, "building")
        with rules_speak():
            check_meter(self)
        self.check_kept()

    def check_kept(self) -> None:
        """Keep what the readings that stand were computed with."""
        before = self.get_doc_before_save()
        if not before:
            return
        changed = [field for field in KEPT_ONCE_READ if self._changed(before, field)]
        if changed and frappe.db.exists(READING, {"meter": self.name}):
            frappe.throw(
                _(
                    "{0} cannot change: the meter has been read with it. Enter a new meter that replaces this one."
                ).format(_(self.meta.get_label(changed[0]))),
                NotAllowedNow,
            )
        removal = any(self._changed(before, field) for field in ("removed_on", "final_reading"))
        following = removal and before.removed_on and frappe.db.get_value("Property Meter", {"replaces": self.name})
        if following and frappe.db.exists(READING, {"meter": following}):
            frappe.throw(
                _("The meter that replaced this one has been read: its removal stays as it was entered."), NotAllowedNow
            )

    def _changed(self, before: ScopedDocument, field: str) -> bool:
        """A client sends numbers and days as text, the database has them as they are."""
        kind = self.meta.get_field(field).fieldtype
        read = {"Date": lambda value: getdate(value) if value else None, "Float": flt, "Int": cint}.get(kind, str)
        return read(before.get(field) or "") != read(self.get(field) or "")
