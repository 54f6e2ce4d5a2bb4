"""Endpoints of the front desk's workspace. All are of the reader's communities only."""

from __future__ import annotations

from typing import Any

from property_service.front_desk import desk_charts
from property_service.property_service.endpoint import CHART_KEYS, endpoint
from property_service.property_service.scope import check_roles

READERS = ("Property Front Desk", "Property Manager", "System Manager")
"""Who has the workspace of the front desk."""


@endpoint(methods=("GET", "POST"), ignores=CHART_KEYS)
def contacts_per_day() -> dict[str, Any]:
    """Chart of the contacts of each of the last days, by kind."""
    check_roles(READERS)
    return desk_charts.contacts_per_day()
