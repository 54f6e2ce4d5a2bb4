"""Which team and member gets a job."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.dispatch.routing import (
    MODES,
    SENTENCES,
    Job,
    Member,
    Place,
    Reason,
    Team,
    choose_member,
    choose_team,
    may_hand_back,
    may_take,
    skills_of,
)

pytestmark = pytest.mark.pure

LH, YQ = Place("LH"), Place("YQ")
LH3 = Place("LH", "LH-03")
TAP = Job("Tap", "LH", ("Plumbing", "Indoors"), building="LH-03")


def team(name: str, *categories: str, places: tuple[Place, ...] = (LH,), **more) -> Team:
    return Team(name, categories=frozenset(categories), places=frozenset(places), **more)


@pytest.mark.parametrize(
    ("teams", "explicit", "expected", "reason"),
    [
        ([team("A", "Tap"), team("Own")], "Own", "Own", Reason.CATEGORY_TEAM),
        ([team("A", "Tap"), team("Own", "Tap", places=(YQ,))], "Own", "A", Reason.SERVES_PLACE),
        ([team("A", "Tap")], "Gone", "A", Reason.SERVES_PLACE),
        ([team("A", "Plumbing"), team("B", "Tap")], None, "B", Reason.SERVES_PLACE),
        ([team("A", "Indoors"), team("B", "Plumbing")], None, "B", Reason.SERVES_PLACE),
        ([team("A"), team("B", "Indoors")], None, "B", Reason.SERVES_PLACE),
        ([team("A"), team("B", "Lifts")], None, "A", Reason.SERVES_PLACE),
        ([team("A", "Tap"), team("B", "Tap", places=(LH3,))], None, "B", Reason.SERVES_PLACE),
        ([team("B", "Tap"), team("A", "Tap")], None, "A", Reason.SERVES_PLACE),
        # the right trade comes before the nearest team
        ([team("A", "Plumbing", places=(LH3,)), team("B", "Tap")], None, "B", Reason.SERVES_PLACE),
        (
            [team("A", "Tap", places=(Place("LH", "LH-04"),)), team("B", "Tap", places=(YQ,))],
            None,
            None,
            Reason.NO_TEAM,
        ),
        ([team("A", "Tap", places=())], None, None, Reason.NO_TEAM),
        ([], None, None, Reason.NO_TEAM),
    ],
)
def test_the_nearest_team_is_chosen(
    teams: list[Team], explicit: str | None, expected: str | None, reason: Reason
) -> None:
    choice = choose_team(TAP, teams, explicit)
    assert (choice.team, choice.reason) == (expected, reason)


def test_a_team_of_one_building_does_not_serve_the_grounds() -> None:
    grounds = replace(TAP, building=None)
    nobody = choose_team(grounds, [team("A", "Tap", places=(LH3,))])
    assert (nobody.reason, nobody.params) == (Reason.NO_TEAM, ("Tap", "LH"))
    assert choose_team(TAP, []).params == ("Tap", "LH-03")
    assert choose_team(grounds, [team("A", "Tap")]).team == "A"


@pytest.mark.parametrize(
    ("chain", "expected", "reason"),
    [
        ({"Day": (False, "Night"), "Night": (True, None)}, "Night", Reason.OUT_OF_HOURS),
        ({"Day": (False, "Night"), "Night": (False, "Guard"), "Guard": (True, None)}, "Guard", Reason.OUT_OF_HOURS),
        ({"Day": (False, "Night"), "Night": (False, "Day")}, "Day", Reason.WAITS_FOR_OPENING),
        ({"Day": (False, "Day")}, "Day", Reason.WAITS_FOR_OPENING),
        ({"Day": (False, "Gone")}, "Day", Reason.WAITS_FOR_OPENING),
        ({"Day": (False, None)}, "Day", Reason.WAITS_FOR_OPENING),
        ({"Day": (True, "Night"), "Night": (True, None)}, "Day", Reason.CATEGORY_TEAM),
    ],
)
def test_out_of_hours(chain: dict[str, tuple[bool, str | None]], expected: str, reason: Reason) -> None:
    teams = [team(name, open_now=is_open, out_of_hours_team=then) for name, (is_open, then) in chain.items()]
    choice = choose_team(TAP, teams, "Day")
    assert (choice.team, choice.reason) == (expected, reason)


CREW = (Member("ann"), Member("bob"), Member("cho"))


@pytest.mark.parametrize(
    ("pointer", "members", "expected"),
    [
        (None, CREW, "ann"),
        ("ann", CREW, "bob"),
        ("cho", CREW, "ann"),
        ("bea", CREW, "bob"),  # the member chosen last has left since
        ("zoe", CREW, "ann"),
        ("ann", tuple(reversed(CREW)), "bob"),
        ("ann", (CREW[0], replace(CREW[1], on_duty=False), CREW[2]), "cho"),
        ("ann", (CREW[0],), "ann"),
    ],
)
def test_round_robin_goes_on_after_the_pointer(pointer: str | None, members: tuple[Member, ...], expected: str) -> None:
    choice = choose_member(Team("A", "Round Robin", members=members, pointer=pointer), TAP)
    assert (choice.user, choice.next_pointer, choice.to_leader) == (expected, expected, False)
    assert choice.reason is Reason.NEXT_IN_TURN


def test_least_loaded_breaks_ties_in_turn() -> None:
    crew = (Member("ann", open_jobs=2), Member("bob", open_jobs=1), Member("cho", open_jobs=1))
    assert choose_member(Team("A", "Least Loaded", members=crew), TAP).user == "bob"
    assert choose_member(Team("A", "Least Loaded", members=crew, pointer="bob"), TAP).user == "cho"
    assert choose_member(Team("A", "Least Loaded", members=crew, pointer="cho"), TAP).user == "bob"


@pytest.mark.parametrize(
    ("members", "job", "reason"),
    [
        ((), TAP, Reason.NO_MEMBERS),
        ((Member("ann", on_duty=False),), TAP, Reason.NOBODY_ON_DUTY),
        ((Member("ann", frozenset({"lifts"})),), replace(TAP, skill="wiring"), Reason.NOBODY_SKILLED),
        ((Member("ann", open_jobs=3, cap=3),), TAP, Reason.ALL_AT_CAP),
        ((Member("ann", open_jobs=4, cap=3),), TAP, Reason.ALL_AT_CAP),
        ((Member("ann"),), replace(TAP, refused_by=frozenset({"ann"})), Reason.ALL_HANDED_BACK),
    ],
)
@pytest.mark.parametrize("mode", ["Round Robin", "Least Loaded", "Grab"])
def test_when_nobody_fits_the_leader_hears_why(
    members: tuple[Member, ...], job: Job, reason: Reason, mode: str
) -> None:
    choice = choose_member(Team("A", mode, members=members, pointer="x"), job)
    assert (choice.user, choice.next_pointer, choice.reason, choice.to_leader) == (None, None, reason, True)


@pytest.mark.parametrize(
    ("skills", "wanted", "fits"),
    [
        ("", "wiring", True),
        ("Wiring", "wiring", True),
        ("lifts、 水电 ", "水电", True),
        ("lifts", None, True),
        ("lifts", "x", False),
    ],
)
def test_skills(skills: str, wanted: str | None, fits: bool) -> None:
    crew = Team("A", "Grab", members=(Member("ann", skills_of(skills)),))
    assert may_take(crew, replace(TAP, skill=wanted), "ann") is fits


def test_assign_and_grab_choose_nobody() -> None:
    assigned = choose_member(Team("A", "Assign", members=CREW), TAP)
    pooled = choose_member(Team("A", "Grab", members=CREW), TAP)
    assert (assigned.user, assigned.reason, assigned.to_leader) == (None, Reason.LEADER_ASSIGNS, True)
    assert (pooled.user, pooled.reason, pooled.to_leader) == (None, Reason.IN_POOL, False)


def test_the_category_may_override_the_mode() -> None:
    assert choose_member(Team("A", "Assign", members=CREW), TAP, "Round Robin").user == "ann"


def test_a_contractor_without_sign_in_is_called_by_the_leader() -> None:
    choice = choose_member(Team("A", "Round Robin", is_contractor=True), TAP)
    assert (choice.user, choice.reason, choice.to_leader) == (None, Reason.CONTRACTOR, True)
    with_members = Team("A", "Round Robin", is_contractor=True, members=CREW)
    assert choose_member(with_members, TAP).user == "ann"


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="not a dispatch mode"):
        choose_member(Team("A", members=CREW), TAP, "Lottery")


def test_may_take_only_what_fits() -> None:
    crew = Team("A", "Grab", members=(*CREW, Member("dan", on_duty=False)))
    assert may_take(crew, TAP, "bob")
    assert not may_take(crew, TAP, "dan")
    assert not may_take(crew, TAP, "stranger")


def test_assigned_jobs_are_not_handed_back() -> None:
    assert [mode for mode in MODES if may_hand_back(mode)] == ["Round Robin", "Least Loaded", "Grab"]
    assert not may_hand_back(None)


def test_every_reason_has_a_sentence_for_its_parameters() -> None:
    assert set(SENTENCES) == set(Reason)
    choices = [
        choose_team(TAP, [team("A", "Tap")]),
        choose_team(TAP, []),
        choose_team(TAP, [team("A", open_now=False, out_of_hours_team="B"), team("B", places=())]),
        choose_team(TAP, [team("A", open_now=False)]),
        *(choose_member(Team("A", mode, members=CREW), TAP) for mode in MODES),
        choose_member(Team("A", "Grab", members=(Member("a", frozenset("x")),)), replace(TAP, skill="y")),
        choose_member(Team("A", "Grab"), TAP),
    ]
    for choice in choices:
        sentence = SENTENCES[choice.reason].format(*choice.params)
        assert all(word in sentence for word in choice.params)


# --- properties -------------------------------------------------------------------------------------------------------

MEMBERS = st.lists(
    st.builds(
        Member,
        user=st.sampled_from("abcdefgh"),
        skills=st.frozensets(st.sampled_from(["x", "y"]), max_size=2),
        on_duty=st.booleans(),
        open_jobs=st.integers(0, 4),
        cap=st.integers(0, 4),
    ),
    max_size=8,
    unique_by=lambda m: m.user,
).map(tuple)
TEAMS = st.builds(
    Team, name=st.just("A"), mode=st.sampled_from(MODES), members=MEMBERS, pointer=st.none() | st.sampled_from("abcz")
)
JOBS = st.builds(
    Job,
    category=st.just("Tap"),
    community=st.just("LH"),
    skill=st.sampled_from([None, "x", "y"]),
    refused_by=st.frozensets(st.sampled_from("abc"), max_size=1),
)


@given(TEAMS, JOBS)
def test_nobody_unfit_is_ever_chosen(crew: Team, job: Job) -> None:
    choice = choose_member(crew, job)
    assert choice == choose_member(crew, job) == choose_member(replace(crew, members=crew.members[::-1]), job)
    if choice.user is None:
        assert choice.next_pointer is None
        assert choice.to_leader or choice.reason is Reason.IN_POOL
        if crew.mode in ("Round Robin", "Least Loaded"):
            assert not any(may_take(crew, job, m.user) for m in crew.members)
        return
    [member] = [m for m in crew.members if m.user == choice.user]
    assert member.on_duty
    assert not member.cap or member.open_jobs < member.cap
    assert not job.skill or not member.skills or job.skill in member.skills
    assert member.user not in job.refused_by
    if crew.mode == "Least Loaded":
        assert member.open_jobs == min(m.open_jobs for m in crew.members if may_take(crew, job, m.user))


def deal(crew: Team, jobs: int) -> tuple[Team, Counter[str]]:
    """Give out jobs one after another, as the caller would."""
    given_to: Counter[str] = Counter()
    for _i in range(jobs):
        choice = choose_member(crew, TAP)
        if choice.user is None:
            break
        given_to[choice.user] += 1
        members = tuple(replace(m, open_jobs=m.open_jobs + 1) if m.user == choice.user else m for m in crew.members)
        crew = replace(crew, members=members, pointer=choice.next_pointer)
    return crew, given_to


@given(st.sets(st.sampled_from("abcdefgh"), min_size=1), st.integers(0, 40), st.sampled_from([None, "a", "e", "zz"]))
def test_round_robin_is_fair(users: set[str], jobs: int, pointer: str | None) -> None:
    crew = Team("A", "Round Robin", members=tuple(map(Member, sorted(users))), pointer=pointer)
    counts = [deal(crew, jobs)[1][user] for user in users]
    assert sum(counts) == jobs
    assert max(counts) - min(counts) <= 1


@given(MEMBERS, st.integers(0, 40), st.sampled_from(["Round Robin", "Least Loaded"]))
def test_no_cap_is_ever_exceeded(members: tuple[Member, ...], jobs: int, mode: str) -> None:
    crew = Team("A", mode, members=members)
    after, given_to = deal(crew, jobs)
    for before, member in zip(crew.members, after.members, strict=True):
        assert not member.cap or member.open_jobs <= max(member.cap, before.open_jobs)
        assert member.open_jobs - before.open_jobs == given_to[member.user]


@given(MEMBERS, st.integers(0, 40))
def test_least_loaded_levels_the_load(members: tuple[Member, ...], jobs: int) -> None:
    crew = Team("A", "Least Loaded", members=tuple(replace(m, cap=0, on_duty=True) for m in members))
    after, given_to = deal(crew, jobs)
    loads = {m.user: m.open_jobs for m in after.members}
    for user in given_to:
        assert loads[user] - 1 <= min(loads.values())


@given(
    st.lists(
        st.builds(
            Team,
            name=st.sampled_from("ABCDEF"),
            categories=st.frozensets(st.sampled_from(["Tap", "Plumbing", "Lifts"]), max_size=2),
            places=st.frozensets(st.sampled_from([LH, LH3, YQ]), max_size=2),
            open_now=st.booleans(),
            out_of_hours_team=st.none() | st.sampled_from("ABCDEFZ"),
        ),
        max_size=6,
        unique_by=lambda t: t.name,
    ),
    st.none() | st.sampled_from("ABZ"),
)
def test_the_team_does_not_depend_on_the_order_read(teams: list[Team], explicit: str | None) -> None:
    choice = choose_team(TAP, teams, explicit)
    assert choice == choose_team(TAP, teams[::-1], explicit)
    names = {t.name for t in teams}
    assert choice.team in names or choice.team is None
    if choice.team and choice.reason is not Reason.WAITS_FOR_OPENING:
        assert next(t for t in teams if t.name == choice.team).open_now
