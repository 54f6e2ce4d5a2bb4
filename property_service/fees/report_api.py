"""Endpoints of the reports and of the forms of bills and charges."""

from __future__ import annotations

from datetime import date
from typing import Any

from property_service.fees.report.collection_rate.collection_rate import group_of, question_of, rows_of
from property_service.fees.report_parts import check_reader
from property_service.property_service.endpoint import endpoint


@endpoint(methods=("GET", "POST"))
def collection_rate(
    community: str | None = None,
    from_month: date | None = None,
    to_month: date | None = None,
    cut_off: date | None = None,
    group_by: str = "Building",
    collected_for: str = "Own",
) -> dict[str, Any]:
    """The rows of the report Collection Rate, its total last: {rows, cut_off, from_month, to_month}, amounts in yuan, rates in percent.

    Months are any day in them; left out, they are last month, and the cut-off its last day. Answers 400 for an unknown option.
    """
    check_reader()
    filters = {
        "community": community,
        "from_month": from_month,
        "to_month": to_month,
        "cut_off": cut_off,
        "group_by": group_by,
        "collected_for": collected_for,
    }
    question = question_of(filters)
    return {
        "rows": rows_of(question, group_of(filters)),
        "cut_off": str(question.cut_off),
        "from_month": str(question.period.first_month),
        "to_month": str(question.period.last_month),
    }
