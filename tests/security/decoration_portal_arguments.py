"""What the walks of `test_endpoints.py` need for decorations in the portal: arguments of each of its endpoints."""

from __future__ import annotations

from typing import Any

PERMIT = {"name": "{permit}"}
# Residents' own endpoints; the permit is one of the community "here" that none of those who walk has applied for.
PORTAL: dict[str, dict[str, Any]] = {
    "portal.decoration_api.apply": {
        "unit": "{room}",
        "works": "Walk",
        "from_date": "2099-01-01",
        "to_date": "2099-01-10",
        "site_manager": "Walk",
        "site_manager_phone": "13900001111",
    },
    "portal.decoration_api.supply": {**PERMIT, "document_name": "Drawings of the Works"},
    "portal.decoration_api.send": PERMIT,
    "portal.decoration_api.withdraw": {**PERMIT, "reason": "Walk"},
    "portal.decoration_api.ask_acceptance": PERMIT,
    "portal.decoration_api.ask_extension": {**PERMIT, "until": "2099-01-01", "reason": "Walk"},
}
