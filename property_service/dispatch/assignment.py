"""Routes a job: reads the teams, chooses by the rules of `routing`, and moves the turn of the team in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import cint

from property_service.dispatch import routing
from property_service.dispatch.routing import Job, Member, Mode, Place, Reason, Team
from property_service.property_service import service_clock
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.locks import run_locked

TURNS: tuple[Mode, ...] = ("Round Robin", "Least Loaded")


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What is to be routed. `at` is in the site's time; `ancestors` are the parents of the category, nearest first.

    `team` is the category's own team: it is taken if it serves the place. With `team_fixed` a person has chosen it, so no
    other team is considered, at whatever hour. `mode` overrides the team's. `refused_by`: who has handed the job back.
    """

    category: str
    community: str
    at: datetime
    ancestors: tuple[str, ...] = ()
    building: str | None = None
    priority: str = "Normal"
    team: str | None = None
    mode: Mode | None = None
    skill: str | None = None
    refused_by: frozenset[str] = frozenset()
    team_fixed: bool = False

    def as_job(self) -> Job:
        """The part of it the rules of routing look at."""
        return Job(
            category=self.category,
            community=self.community,
            ancestors=tuple(self.ancestors),
            building=self.building,
            priority=self.priority,
            skill=self.skill,
            refused_by=frozenset(self.refused_by),
        )


@dataclass(frozen=True, slots=True)
class Route:
    """Where a job goes. `user` None with `to_leader`: `leader` (of the team, else the community's manager) decides.

    `reason` is one or two finished sentences in the language of the session; `codes` are the `routing.Reason` values behind
    them. `auto_dispatch`: the team takes accepted jobs without waiting for its leader.
    """

    team: str | None
    mode: Mode | None
    user: str | None
    to_leader: bool
    leader: str | None
    reason: str
    codes: tuple[str, ...] = ()
    auto_dispatch: bool = False


@dataclass(slots=True)
class _Candidates:
    """Active teams by name, and what the rules do not need to know about them."""

    teams: dict[str, Team]
    auto: dict[str, bool] = field(default_factory=dict)


def route(job: JobRequest, unasked: bool = False) -> Route:
    """Choose team and member for a job and move the team's turn, within the caller's transaction.

    `unasked`: nobody has asked for it, so a team that waits for its leader is named without a member or a turn.

    Six reads and one write, whatever the number of teams. Round Robin and Least Loaded lock the row of the team until the
    caller commits, so two jobs at the same moment never take the same turn, nor the last place below somebody's cap. Raises
    RuleError for an unknown mode.
    """
    rule_job = job.as_job()
    candidates = _candidates(job)
    choice = routing.choose_team(rule_job, tuple(candidates.teams.values()), job.team)
    if choice.team is None:
        manager = frappe.get_cached_value("Community", job.community, "manager")
        return Route(None, job.mode, None, True, manager, _sentence(choice), (choice.reason.value,))

    team = candidates.teams[choice.team]
    mode = job.mode or team.mode
    leader = team.leader or frappe.get_cached_value("Community", job.community, "manager")
    auto = candidates.auto[team.name]
    if unasked and not auto:
        return Route(team.name, mode, None, True, leader, _sentence(choice), (choice.reason.value,))
    if choice.reason is Reason.WAITS_FOR_OPENING and mode != "Grab":
        # Who is on duty at the next opening is not known yet, so nobody is given the job in his sleep.
        return Route(team.name, mode, None, True, leader, _sentence(choice), (choice.reason.value,), auto)

    team = replace(team, members=_members(team.name, job.community))
    if mode in TURNS:
        team = replace(team, pointer=_lock_pointer(team.name))
    team = replace(team, members=_with_open_jobs(team.members))
    member = _choose_member(team, rule_job, mode)
    if member.next_pointer:
        _store_pointer(team.name, member.next_pointer)
    codes = (choice.reason.value, member.reason.value)
    # _() is asked for each sentence, then they are put together: both are whole sentences.
    reason = " ".join((_sentence(choice), _sentence(member)))
    return Route(team.name, mode, member.user, member.to_leader, leader, reason, codes, auto)


def teams_for(jobs: Sequence[JobRequest]) -> list[str | None]:
    """Return the team of each job as `route` would choose it: nobody is given the job and no turn moves.

    For records of the past. One query for the teams and one for each community, whatever the number of jobs.
    """
    rows = _active_teams()
    served = {community: _served(community) for community in sorted({job.community for job in jobs})}
    found = []
    for job in jobs:
        teams = _candidates_among(rows, *served[job.community], job).teams
        found.append(routing.choose_team(job.as_job(), tuple(teams.values()), job.team).team)
    return found


def may_take(team: str, job: JobRequest, user: str) -> bool:
    """Return whether this member may take the job out of the pool of `team`: on duty, skilled, below his cap.

    Three queries. The row of the team stays locked until the caller commits, so that nobody gets past his cap by taking two
    jobs at once.
    """
    _lock_pointer(team)
    members = _with_open_jobs(_members(team, job.community, user), locked=True)
    return routing.may_take(Team(team, members=members), job.as_job(), user)


def open_jobs_of(users: Iterable[str], locked: bool = False) -> dict[str, int]:
    """Open jobs by user, summed over every room that gives people jobs; users without any are 0.

    `locked`: as committed by now, not as this transaction first saw them, and nobody changes them until it ends.
    """
    wanted = tuple(sorted(set(users)))
    totals = dict.fromkeys(wanted, 0)
    if wanted:
        for counted in call_extensions("property_service_open_jobs", users=wanted, locked=locked):
            for user, jobs in counted.items():
                if user in totals:
                    totals[user] += cint(jobs)
    return totals


def _candidates(job: JobRequest) -> _Candidates:
    """Two queries: all active teams, and what those at this place serve."""
    return _candidates_among(_active_teams(), *_served(job.community), job)


def _active_teams() -> list[dict]:
    table = frappe.qb.DocType("Work Team")
    return (
        frappe.qb.from_(table)
        .select(table.name, table.dispatch_mode, table.leader, table.is_contractor, table.auto_dispatch)
        .select(table.service_calendar, table.out_of_hours_team)
        .where(table.is_active == 1)
        .orderby(table.name)
        .run(as_dict=True)
    )


def _candidates_among(
    rows: list[dict], places: dict[str, set[Place]], categories: dict[str, set[str]], job: JobRequest
) -> _Candidates:
    is_open = {
        calendar: not calendar or service_clock.is_open_at(job.community, job.at, calendar)
        for calendar in {row.service_calendar for row in rows}
    }
    candidates = _Candidates({})
    for row in rows:
        if job.team_fixed and row.name != job.team:
            continue
        candidates.auto[row.name] = bool(row.auto_dispatch)
        candidates.teams[row.name] = Team(
            name=row.name,
            mode=row.dispatch_mode,
            leader=row.leader,
            categories=frozenset(categories.get(row.name, ())),
            places=frozenset((Place(job.community),) if job.team_fixed else places.get(row.name, ())),
            open_now=job.team_fixed or is_open[row.service_calendar],
            out_of_hours_team=row.out_of_hours_team,
            is_contractor=bool(row.is_contractor),
        )
    return candidates


def _served(community: str) -> tuple[dict[str, set[Place]], dict[str, set[str]]]:
    """Places and categories by team, of the teams that serve this community."""
    place, category = frappe.qb.DocType("Work Team Place"), frappe.qb.DocType("Work Team Category")
    rows = (
        frappe.qb.from_(place)
        .left_join(category)
        .on((category.parent == place.parent) & (category.parenttype == "Work Team"))
        .select(place.parent, place.building, category.category)
        .where(place.parenttype == "Work Team")
        .where(place.community == community)
        .orderby(place.parent)
        .run(as_dict=True)
    )
    places: dict[str, set[Place]] = {}
    categories: dict[str, set[str]] = {}
    for row in rows:
        places.setdefault(row.parent, set()).add(Place(community, row.building or None))
        if row.category:
            categories.setdefault(row.parent, set()).add(row.category)
    return places, categories


def _members(team: str, community: str, user: str | None = None) -> tuple[Member, ...]:
    """Members of a team who can sign in and see this community; only `user` where one is named."""
    member, account = frappe.qb.DocType("Work Team Member"), frappe.qb.DocType("User")
    limit = frappe.qb.DocType("User Permission")
    limited = frappe.qb.from_(limit).select(limit.user).where(limit.allow == "Community")
    query = (
        frappe.qb.from_(member)
        .join(account)
        .on(account.name == member.user)
        .select(member.user, member.skills, member.on_duty, member.max_open_jobs)
        .where(member.parent == team)
        .where(member.parenttype == "Work Team")
        .where(account.enabled == 1)
        .where(member.user.notin(limited) | member.user.isin(limited.where(limit.for_value == community)))
        .orderby(member.user)
    )
    if user:
        query = query.where(member.user == user)
    return tuple(
        Member(row.user, routing.skills_of(row.skills), bool(row.on_duty), cap=cint(row.max_open_jobs))
        for row in query.run(as_dict=True)
    )


def _with_open_jobs(members: tuple[Member, ...], locked: bool = False) -> tuple[Member, ...]:
    counted = open_jobs_of((member.user for member in members), locked)
    return tuple(replace(member, open_jobs=counted[member.user]) for member in members)


def _choose_member(team: Team, job: Job, mode: Mode) -> routing.MemberChoice:
    """The member who is below his cap also by what others have committed meanwhile.

    The first count is of when the transaction began. Whoever is chosen is counted again behind the lock of the team, and
    passed over where others have filled him up meanwhile.
    """
    while True:
        choice = routing.choose_member(team, job, mode)
        chosen = next((member for member in team.members if member.user == choice.user), None)
        if mode not in TURNS or chosen is None or chosen.cap <= 0:
            return choice
        (counted,) = _with_open_jobs((chosen,), locked=True)
        if counted.open_jobs < chosen.cap:
            return choice
        team = replace(team, members=tuple(counted if m is chosen else m for m in team.members))


def _lock_pointer(team: str) -> str | None:
    """Lock the team's row and return its pointer as last committed, not as this transaction first saw it."""
    table = frappe.qb.DocType("Work Team")
    rows = run_locked(frappe.qb.from_(table).select(table.round_robin_pointer).where(table.name == team))
    return rows[0][0] if rows else None


def _store_pointer(team: str, pointer: str) -> None:
    table = frappe.qb.DocType("Work Team")
    frappe.qb.update(table).set(table.round_robin_pointer, pointer).where(table.name == team).run()


def _sentence(choice: routing.TeamChoice | routing.MemberChoice) -> str:
    """The reason of a choice in the language of the session; people by their names."""
    params = list(choice.params)
    if choice.reason in (Reason.NEXT_IN_TURN, Reason.LEAST_LOADED):
        params[0] = frappe.get_cached_value("User", params[0], "full_name") or params[0]
    elif choice.reason is Reason.NO_TEAM:
        params[0] = _(params[0])
    return _(routing.SENTENCES[choice.reason]).format(*params)
