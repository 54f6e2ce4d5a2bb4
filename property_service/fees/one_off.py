"""The one door of charges that no fee run makes: a paid repair, a decoration fee, a lost card."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import frappe
from frappe.utils import getdate

from property_service.fees import charging, ledger
from property_service.fees.amounts import positive_amount
from property_service.fees.billing_months import billing_key
from property_service.fees.charging import ChargeDraft
from property_service.fees.debtors import debtor_on
from property_service.fees.months import month_of
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.unit_occupancies import spans_of

DAYS_TO_PAY = 15
ITEM_FIELDS = (
    "name",
    "community",
    "kind",
    "one_off",
    "enabled",
    "collected_for",
    "late_fee_rate",
    "grace_days",
    "late_fee_cap",
)
UNIT_FIELDS = ("name", "community", "building", "service_area", "usage")


def charge_once(
    unit: str,
    fee_item: str,
    amount: Decimal | float | str,
    source: tuple[str, str],
    description: str = "",
    debtor: str | None = None,
    due_date: date | None = None,
) -> str:
    """Charge a unit once for what `source` (DocType, name) stands for; returns the charge's name.

    `amount` in yuan; the debtor is who owes the unit's fees today unless one is named; to pay within DAYS_TO_PAY days unless a day is
    given. RuleError for an amount that cannot be, an item that is not one-off or of another community, and for what was charged already.
    """
    charged = positive_amount(amount)
    place = frappe.db.get_value("Property Unit", unit, UNIT_FIELDS, as_dict=True)
    item = frappe.db.get_value("Fee Item", fee_item, ITEM_FIELDS, as_dict=True)
    if not place or not item or item.community != place.community:
        raise RuleError(_("{0} is no fee item of the community of {1}. Choose another one."), fee_item, unit)
    if not item.one_off or not item.enabled:
        raise RuleError(_("{0} is not charged once. Choose an item with the tick Charged Once."), fee_item)
    day = ledger.today_of(place.community)
    month = month_of(day)
    key = billing_key(unit, fee_item, month, f"{source[0]}:{source[1]}")
    standing = frappe.db.get_value(
        "Fee Charge",
        {"source_doctype": source[0], "source_name": source[1], "fee_item": fee_item, "status": ["!=", "Void"]},
        for_update=True,
    )
    if standing:
        raise RuleError(_("{0} was charged already. Void that charge first."), source[1])
    draft = ChargeDraft(
        unit=place,
        item=item,
        debtor=debtor or debtor_on(spans_of([unit])[unit], day),
        steward=charging.stewards_of([place.community]).get(place.service_area or "", ""),
        service_month=month,
        first_day=day,
        last_day=day,
        due_date=getdate(due_date) if due_date else day + timedelta(days=DAYS_TO_PAY),
        amount=charged,
        billing_key=key,
        source=source,
        description=description[:140],
    )
    return charging.write([draft], day)[0]
