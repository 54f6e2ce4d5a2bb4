"""The fees' part of the monthly report (hook `property_service_month_figures`), from the report Collection Rate."""

from __future__ import annotations

from datetime import date
from typing import Any

from property_service.fees.collection_rates import Period
from property_service.fees.months import month_of
from property_service.fees.rate_figures import Question
from property_service.fees.report.collection_rate.collection_rate import rows_of
from property_service.property_service.rule_error import mark as _


def month_figures(community: str, first_day: date, last_day: date) -> dict[str, Any] | None:
    """Collection of a month as of its last day, own fees; None where nothing is charged."""
    month = month_of(first_day)
    rows = rows_of(Question(Period(month, month), last_day, (community,)), "Community")
    if not rows:
        return None
    total = rows[-1]
    return {
        "key": "fees",
        "title": _("Fees"),
        "order": 30,
        "rows": [
            {"label": _("Charged"), "kind": "money", "value": total["charged"]},
            _rate(_("Current Rate"), total, "current_rate", total["collected"], total["charged"], "target"),
            _rate(
                _("Arrears Recovery"),
                total,
                "arrears_rate",
                total["recovered"],
                total["opening"] + total["billed_late"],
                "arrears_target",
            ),
            {
                "label": _("Household Rate"),
                "kind": "percent",
                "value": total["household_rate"],
                "numerator": total["units_paid"],
                "denominator": total["units_charged"],
            },
            {"label": _("Open Arrears"), "kind": "money", "value": total["open_earlier"]},
        ],
    }


def _rate(label: str, total: dict[str, Any], field: str, part: float, whole: float, target: str) -> dict[str, Any]:
    """A rate of yuan with its target, as the report shows it."""
    row = {"label": label, "kind": "percent", "value": total[field], "money": 1}
    row |= {"numerator": round(part, 2), "denominator": round(whole, 2)}
    return row if total[target] is None else {**row, "target": total[target]}
