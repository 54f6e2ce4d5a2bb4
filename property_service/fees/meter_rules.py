"""What a meter may be: on which item, where, and how one follows another."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import getdate

from property_service.fees.amounts import exact, plain
from property_service.fees.usages import METER, READING
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

OF_METERS = frozenset({"Metered", "Shared Meter"})
KEPT_ONCE_READ = ("fee_item", "multiplier", "digits", "installed_on", "initial_reading", "replaces")
LARGEST = 10_000


def check_meter(meter: Any) -> None:
    """Raise RuleError where a meter, a document, cannot be as entered."""
    item = frappe.db.get_value("Fee Item", meter.fee_item, ["kind", "community"], as_dict=True)
    if not item or item.kind not in OF_METERS or item.community != meter.community:
        raise RuleError(_("{0} is not billed by meters. Choose a metered or shared item."), meter.fee_item)
    if item.kind == "Metered" and not meter.unit:
        raise RuleError(_("{0} is billed by each unit's own meter. Enter the unit."), meter.fee_item)
    factor = exact(meter.multiplier)
    if not 0 < factor <= LARGEST:
        raise RuleError(_("A meter cannot multiply by {0}. Enter 1 or its factor."), plain(factor))
    _check_removal(meter)
    _check_number(meter)
    if meter.replaces:
        _check_replaces(meter)


def _check_removal(meter: Any) -> None:
    if not meter.removed_on:
        if meter.final_reading:
            raise RuleError(_("Enter the day on which the meter was removed, with its last reading."))
        return
    removed = getdate(meter.removed_on)
    if removed < getdate(meter.installed_on):
        raise RuleError(_("The meter cannot be removed on {0}, before it was installed."), removed)
    last = frappe.get_all(READING, {"meter": meter.name}, ["read_on", "value"], order_by="service_month desc", limit=1)
    if last and removed < getdate(last[0].read_on):
        raise RuleError(_("The meter was read on {0}. Enter that day or a later one."), getdate(last[0].read_on))
    lowest = exact(last[0].value if last else meter.initial_reading)
    if exact(meter.final_reading) < lowest:
        raise RuleError(
            _("{0} is below the last reading {1}. Enter what the meter showed when it was removed."),
            plain(exact(meter.final_reading)),
            plain(lowest),
        )


def _check_number(meter: Any) -> None:
    same = {
        "community": meter.community,
        "fee_item": meter.fee_item,
        "meter_no": meter.meter_no,
        "removed_on": ["is", "not set"],
        "name": ["!=", meter.name or ""],
    }
    other = None if meter.removed_on else frappe.db.get_value(METER, same, ["unit", "building"], as_dict=True)
    if other:
        raise RuleError(
            _("The meter {0} is at {1} already. Check the number."),
            meter.meter_no,
            other.unit or other.building or meter.community,
        )


def _check_replaces(meter: Any) -> None:
    old = frappe.db.get_value(
        METER, meter.replaces, ["meter_no", "fee_item", "unit", "building", "removed_on"], as_dict=True
    )
    place = (meter.fee_item, meter.unit or "", meter.building or "")
    if not old or meter.replaces == meter.name or (old.fee_item, old.unit or "", old.building or "") != place:
        raise RuleError(_("A meter replaces one of the same item at the same place. Choose another one."))
    if not old.removed_on:
        raise RuleError(
            _("The meter {0} is still there. Enter the day it was removed and its last reading first."), old.meter_no
        )
    if getdate(old.removed_on) > getdate(meter.installed_on):
        raise RuleError(
            _("The meter {0} was removed on {1}. Its successor cannot be installed before."),
            old.meter_no,
            getdate(old.removed_on),
        )
    other = frappe.db.get_value(METER, {"replaces": meter.replaces, "name": ["!=", meter.name or ""]}, "meter_no")
    if other:
        raise RuleError(_("The meter {0} was replaced by {1} already."), old.meter_no, other)
