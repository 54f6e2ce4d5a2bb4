"""When what one worker has taken may be taken by another."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any


def run_out(lease_until: Any, moment: datetime, minutes: int) -> Any:
    """Condition on a column of `frappe.qb`: a lease of so many minutes is over by this site time.

    One that ends much later than any could that was taken by now is from before the clock was set back, and over as well.
    """
    return (lease_until < moment) | (lease_until > moment + timedelta(minutes=2 * minutes))
