"""Endpoints of the patrol workspace's charts. All are of the reader's communities only."""

from __future__ import annotations

from typing import Any

from property_service.patrol import desk_charts
from property_service.property_service.endpoint import CHART_KEYS, endpoint
from property_service.property_service.scope import check_roles

READERS = (
    "Property Front Desk",
    "Property Patroller",
    "Property Team Leader",
    "Property Manager",
    "System Manager",
)
"""Who has the workspace of the patrol."""


@endpoint(methods=("GET", "POST"), ignores=CHART_KEYS)
def findings_per_week() -> dict[str, Any]:
    """Chart of the findings raised and closed in each of the last weeks."""
    check_roles(READERS)
    return desk_charts.findings_per_week()


@endpoint(methods=("GET", "POST"), ignores=CHART_KEYS)
def open_by_severity() -> dict[str, Any]:
    """Chart of the findings that are not settled, by severity."""
    check_roles(READERS)
    return desk_charts.open_by_severity()


@endpoint(methods=("GET", "POST"), ignores=CHART_KEYS)
def completion_per_week() -> dict[str, Any]:
    """Chart of how complete the rounds of each of the last weeks were."""
    check_roles(READERS)
    return desk_charts.completion_per_week()
