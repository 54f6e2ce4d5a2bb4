"""Which team and which member gets a job: pure choice over what the caller has read.

Every choice carries a `Reason` and its parameters. `SENTENCES[reason]` is the English sentence; the caller shows it with
`_(SENTENCES[choice.reason]).format(*choice.params)` and stores the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

Mode = Literal["Assign", "Round Robin", "Least Loaded", "Grab"]
MODES: tuple[Mode, ...] = ("Assign", "Round Robin", "Least Loaded", "Grab")


class Reason(str, Enum):
    """Why a team or member was chosen, or nobody was. The values are stored: never change one."""

    CATEGORY_TEAM = "category-team"
    SERVES_PLACE = "serves-place"
    OUT_OF_HOURS = "out-of-hours"
    WAITS_FOR_OPENING = "waits-for-opening"
    NO_TEAM = "no-team"
    NEXT_IN_TURN = "next-in-turn"
    LEAST_LOADED = "least-loaded"
    LEADER_ASSIGNS = "leader-assigns"
    IN_POOL = "in-pool"
    CONTRACTOR = "contractor"
    NO_MEMBERS = "no-members"
    NOBODY_ON_DUTY = "nobody-on-duty"
    NOBODY_SKILLED = "nobody-skilled"
    ALL_AT_CAP = "all-at-cap"
    ALL_HANDED_BACK = "all-handed-back"


SENTENCES: dict[Reason, str] = {
    Reason.CATEGORY_TEAM: _("{0} is the team of this category."),
    Reason.SERVES_PLACE: _("{0} serves this place and category."),
    Reason.OUT_OF_HOURS: _("{0} is off at this hour, {1} stands in."),
    Reason.WAITS_FOR_OPENING: _("{0} is off at this hour and nobody stands in. The job waits until they start."),
    Reason.NO_TEAM: _("No team serves category {0} at {1}. Choose a team, or add the place to a team."),
    Reason.NEXT_IN_TURN: _("{0} is next in turn."),
    Reason.LEAST_LOADED: _("{0} has the fewest open jobs ({1})."),
    Reason.LEADER_ASSIGNS: _("The leader of {0} assigns the jobs of this team."),
    Reason.IN_POOL: _("The job is in the pool of {0}. Whoever takes it first gets it."),
    Reason.CONTRACTOR: _("{0} is a contractor without a login. Call them and log the steps for them."),
    Reason.NO_MEMBERS: _("{0} has no members. Its leader decides."),
    Reason.NOBODY_ON_DUTY: _("Nobody in {0} is on duty. The leader decides."),
    Reason.NOBODY_SKILLED: _("Nobody on duty in {0} has the skill {1}. The leader decides."),
    Reason.ALL_AT_CAP: _("Everyone suitable in {0} has reached the open job limit. The leader decides."),
    Reason.ALL_HANDED_BACK: _("Everyone suitable in {0} has handed this job back. The leader decides."),
}


@dataclass(frozen=True, slots=True)
class Member:
    """`skills` empty: can do everything. `cap` is the most open jobs at a time, 0: no limit."""

    user: str
    skills: frozenset[str] = frozenset()
    on_duty: bool = True
    open_jobs: int = 0
    cap: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A place served: one building, or with `building` None the whole community."""

    community: str
    building: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """`categories` empty: takes every category. `places` empty: serves nowhere. `pointer` is the member chosen last."""

    name: str
    mode: Mode = "Assign"
    leader: str | None = None
    members: tuple[Member, ...] = ()
    categories: frozenset[str] = frozenset()
    places: frozenset[Place] = frozenset()
    open_now: bool = True
    out_of_hours_team: str | None = None
    is_contractor: bool = False
    pointer: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """`ancestors` are the parents of the category, nearest first. `refused_by`: who has handed it back."""

    category: str
    community: str
    ancestors: tuple[str, ...] = ()
    building: str | None = None
    priority: str = "Normal"
    skill: str | None = None
    refused_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TeamChoice:
    team: str | None
    reason: Reason
    params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberChoice:
    """`next_pointer` is to be stored on the team when not None. `to_leader`: the leader (if none, the manager) is told."""

    user: str | None
    next_pointer: str | None
    reason: Reason
    params: tuple[str, ...] = ()
    to_leader: bool = False


def skills_of(text: str | None) -> frozenset[str]:
    """Return the skills of a text such as "lifts, Wiring、水电", in comparable form. Chinese separators count."""
    return frozenset(word for part in re.split(r"[,，、;；\n]", text or "") if (word := _skill(part)))


def choose_team(job: Job, teams: Sequence[Team], explicit_team: str | None = None) -> TeamChoice:
    """Return the team for a job, from the active teams.

    The category's own team (`explicit_team`) if it serves the place; else the team whose category is nearest to the job's
    (subcategory over parent over "every category"), then whose place is nearest (building over community), then by name.
    A team that is off at this hour is replaced by its team out of hours, that one by its own, and so on; when none of them
    works, the job stays with the first.
    """
    by_name = {team.name: team for team in teams}
    chosen = by_name.get(explicit_team) if explicit_team else None
    reason = Reason.CATEGORY_TEAM
    if chosen is None or _place_rank(chosen, job) is None:
        reason = Reason.SERVES_PLACE
        ranked = [
            (category, place, team.name)
            for team in teams
            if (category := _category_rank(team, job)) is not None and (place := _place_rank(team, job)) is not None
        ]
        if not ranked:
            return TeamChoice(None, Reason.NO_TEAM, (job.category, job.building or job.community))
        chosen = by_name[min(ranked)[2]]
    if chosen.open_now:
        return TeamChoice(chosen.name, reason, (chosen.name,))
    seen, stand_in = {chosen.name}, by_name.get(chosen.out_of_hours_team or "")
    while stand_in and stand_in.name not in seen:
        if stand_in.open_now:
            return TeamChoice(stand_in.name, Reason.OUT_OF_HOURS, (chosen.name, stand_in.name))
        seen.add(stand_in.name)
        stand_in = by_name.get(stand_in.out_of_hours_team or "")
    return TeamChoice(chosen.name, Reason.WAITS_FOR_OPENING, (chosen.name,))


def choose_member(team: Team, job: Job, mode: Mode | None = None) -> MemberChoice:
    """Return who of the team gets the job; `mode` overrides the team's own.

    Only members on duty, with the skill, below their cap, who have not handed the job back. Round Robin takes the first of
    them after the pointer in the order of user names (so a pointer to someone who has left still works); Least Loaded the
    one with the fewest open jobs, ties in that same order. Assign and Grab choose nobody.
    Raises RuleError for an unknown mode.
    """
    mode = mode or team.mode
    if mode not in MODES:
        raise RuleError(_("{0} is not a dispatch mode. Use one of: {1}."), mode, ", ".join(MODES))
    if team.is_contractor and not team.members:
        return MemberChoice(None, None, Reason.CONTRACTOR, (team.name,), to_leader=True)
    if mode == "Assign":
        return MemberChoice(None, None, Reason.LEADER_ASSIGNS, (team.name,), to_leader=True)
    fitting, reason = _fitting(team, job)
    if reason:
        skill = (job.skill or "",) if reason is Reason.NOBODY_SKILLED else ()
        return MemberChoice(None, None, reason, (team.name, *skill), to_leader=True)
    if mode == "Grab":
        return MemberChoice(None, None, Reason.IN_POOL, (team.name,))
    in_turn = sorted(fitting, key=lambda m: (team.pointer is not None and m.user <= team.pointer, m.user))
    if mode == "Round Robin":
        user = in_turn[0].user
        return MemberChoice(user, user, Reason.NEXT_IN_TURN, (user,))
    freest = min(in_turn, key=lambda m: m.open_jobs)
    return MemberChoice(freest.user, freest.user, Reason.LEAST_LOADED, (freest.user, str(freest.open_jobs)))


def may_take(team: Team, job: Job, user: str) -> bool:
    """Return whether the user may take the job out of the team's pool: by the same measure as a choice would."""
    return any(member.user == user for member in _fitting(team, job)[0])


def may_hand_back(mode: Mode | None) -> bool:
    """Return whether the member may hand the job back himself: not one the leader assigned to him."""
    return mode in ("Grab", "Round Robin", "Least Loaded")


def _fitting(team: Team, job: Job) -> tuple[list[Member], Reason | None]:
    """Return the members who may have the job, or none and what excluded the last of them."""
    wanted = _skill(job.skill or "")
    sieves = (
        (Reason.NOBODY_ON_DUTY, lambda m: m.on_duty),
        (Reason.NOBODY_SKILLED, lambda m: not wanted or not m.skills or wanted in map(_skill, m.skills)),
        (Reason.ALL_AT_CAP, lambda m: m.cap <= 0 or m.open_jobs < m.cap),
        (Reason.ALL_HANDED_BACK, lambda m: m.user not in job.refused_by),
    )
    left = list(team.members)
    if not left:
        return [], Reason.NO_MEMBERS
    for reason, fits in sieves:
        left = [member for member in left if fits(member)]
        if not left:
            return [], reason
    return left, None


def _category_rank(team: Team, job: Job) -> int | None:
    """Return 0 for the job's own category, 1 for its parent …, one more for a team of every category; None: not theirs."""
    line: Iterable[str] = (job.category, *job.ancestors)
    if not team.categories:
        return len(job.ancestors) + 1
    return next((rank for rank, name in enumerate(line) if name in team.categories), None)


def _place_rank(team: Team, job: Job) -> int | None:
    """Return 0 when the team serves the job's building, 1 for its community, None when it serves neither."""
    if job.building and Place(job.community, job.building) in team.places:
        return 0
    return 1 if Place(job.community) in team.places else None


def _skill(text: str) -> str:
    return text.strip().casefold()
