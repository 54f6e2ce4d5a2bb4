"""Today (今日待办): what every room says has to be done today, soonest first."""

from __future__ import annotations

from typing import Any

from property_service.front_desk.counter import ROLES
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.scope import allowed_communities, check_roles, may_see_community
from property_service.property_service.service_clock import site_now


def today(community: str | None, user: str) -> dict[str, Any]:
    """Return what is to be done today in a community (None: all of the user's): {now, parts, counts}.

    A part is {key, title, order, count, rows: [{text, detail, status, tone, due_at, doctype, name}]}, told by the rooms (`property_service_today`); `counts` are
    {key: count}. A community the user does not work for has nothing.
    """
    check_roles(ROLES)
    if community:
        communities: tuple[str, ...] | None = (community,) if may_see_community(community, user) else ()
    else:
        communities = allowed_communities(user)
    told = call_extensions("property_service_today", communities=communities, user=user)
    parts = sorted((part for part in told if part), key=lambda part: (part["order"], part["key"]))
    return {"now": str(site_now()), "parts": parts, "counts": {part["key"]: part["count"] for part in parts}}
