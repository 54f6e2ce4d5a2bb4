"""How this month stands against its target (收缴率达标): the figures of Collection Rate, by steward, of the month that runs."""

from __future__ import annotations

from typing import Any

from frappe.utils import get_first_day

from property_service.fees.report.collection_rate import collection_rate
from property_service.fees.report_parts import today_for
from property_service.property_service.report_filters import read_filters


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str, None, list[dict]]:
    """What Collection Rate answers; left out, the month is this one and the groups are the stewards."""
    asked: dict[str, Any] = dict(read_filters(filters))
    asked.setdefault("from_month", get_first_day(today_for(asked)))
    asked.setdefault("to_month", asked["from_month"])
    asked.setdefault("group_by", "Steward")
    return collection_rate.execute(asked)
