"""The filters of a report, as the browser sends them: single values and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _

from property_service.property_service.endpoint import raise_refused


def read_filters(filters: Mapping[str, Any] | None) -> frappe._dict:
    """Return what was chosen for a report.

    Raises InputRefused where one is a list or a dict: the query builder would put it into the question as it stands.
    """
    chosen = frappe._dict(filters or {})
    if any(isinstance(value, (list, tuple, set, dict)) for value in chosen.values()):
        raise_refused(_("{0} was not understood. Please check it and send it again.").format("filters"))
    return chosen
