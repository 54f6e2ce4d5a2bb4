"""How much each member of a team has in hand. The jobs themselves are counted by the rooms that give people jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_fullname

from property_service.dispatch.assignment import open_jobs_of
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.scope import allowed_communities

Key = tuple[str, str | None]


@dataclass(slots=True)
class Load:
    """Jobs of one member in one team: not finished, late among them, and taken since the day began."""

    open_jobs: int = 0
    late_jobs: int = 0
    taken_today: int = 0


def loads(teams: tuple[str, ...], communities: tuple[str, ...] | None) -> dict[Key, Load]:
    """Load by (team, user), summed over the rooms; user None is what nobody in the team has yet.

    `communities` limits what is counted; None counts everything.
    """
    found: dict[Key, Load] = {}
    if teams:
        for answer in call_extensions("property_service_team_load", teams=teams, communities=communities):
            for key, counted in answer.items():
                _add(found.setdefault(key, Load()), counted)
    return found


def of_members(doc: Document) -> list[dict[str, Any]]:
    """{user, full_name, on_duty, cap, open_jobs, late_jobs, taken_today} of each member, in the order of the team.

    `open_jobs` are those of all teams, for that is what the cap is about.
    """
    counted = loads((doc.name,), allowed_communities())
    in_hand = open_jobs_of(row.user for row in doc.members)
    return [
        {
            "user": row.user,
            "full_name": row.full_name or get_fullname(row.user),
            "on_duty": bool(row.on_duty),
            "cap": cint(row.max_open_jobs),
            "open_jobs": in_hand[row.user],
            "late_jobs": counted.get((doc.name, row.user), Load()).late_jobs,
            "taken_today": counted.get((doc.name, row.user), Load()).taken_today,
        }
        for row in doc.members
    ]


def of_teams(team: str | None = None, community: str | None = None) -> list[dict[str, Any]]:
    """One row per team and member, then one per former member with jobs and one for what nobody has yet.

    Only teams and communities this user may see. {team, user, member, on_duty, cap, open_jobs, in_all_teams, late_jobs,
    taken_today}; `cap` is None for who is no member. Four queries, whatever the number of teams.
    """
    allowed = allowed_communities()
    if allowed is None:
        communities = (community,) if community else None
    else:
        communities = tuple(own for own in allowed if not community or own == community)
    if communities == ():
        return []
    members = _members(team or None, communities)
    teams = tuple(dict.fromkeys(row["team"] for row in members))
    counted = loads(teams, communities)
    in_hand = open_jobs_of({row["user"] for row in members if row["user"]})
    rows = []
    for name in teams:
        own = {row["user"]: row for row in members if row["team"] == name and row["user"]}
        rows += [_row(row, counted.get((name, user), Load()), in_hand[user]) for user, row in own.items()]
        others = [user for of_team, user in counted if of_team == name and user not in own]
        for user in sorted(others, key=lambda user: (user is None, user)):
            about = {"team": name, "user": user, "member": get_fullname(user) if user else None}
            rows.append(_row(about, counted[name, user], None))
    return rows


def _members(team: str | None, communities: tuple[str, ...] | None) -> list[dict[str, Any]]:
    """Active teams with their members; a team without members has one row without user."""
    table, member = frappe.qb.DocType("Work Team"), frappe.qb.DocType("Work Team Member")
    person = frappe.qb.DocType("User")
    query = (
        frappe.qb.from_(table)
        .left_join(member)
        .on((member.parent == table.name) & (member.parenttype == "Work Team"))
        .left_join(person)
        .on(person.name == member.user)
        .select(table.name.as_("team"), member.user, person.full_name.as_("member"))
        .select(member.on_duty, member.max_open_jobs.as_("cap"))
        .where(table.is_active == 1)
        .orderby(table.name)
        .orderby(member.idx)
    )
    if team:
        query = query.where(table.name == team)
    if communities is not None:
        place = frappe.qb.DocType("Work Team Place")
        serving = frappe.qb.from_(place).select(place.parent).where(place.community.isin(communities))
        query = query.where(table.name.isin(serving.where(place.parenttype == "Work Team")))
    return query.run(as_dict=True)


def _row(about: Mapping[str, Any], load: Load, in_all_teams: int | None) -> dict[str, Any]:
    return {
        "team": about["team"],
        "user": about.get("user"),
        "member": about.get("member"),
        "on_duty": about.get("on_duty"),
        "cap": about.get("cap"),
        "open_jobs": load.open_jobs,
        "in_all_teams": in_all_teams,
        "late_jobs": load.late_jobs,
        "taken_today": load.taken_today,
    }


def _add(total: Load, counted: Mapping[str, Any]) -> None:
    total.open_jobs += cint(counted.get("open_jobs"))
    total.late_jobs += cint(counted.get("late_jobs"))
    total.taken_today += cint(counted.get("taken_today"))
