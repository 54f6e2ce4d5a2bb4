"""Routing on a site: what is read, and how often."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import frappe
import pytest

from property_service.dispatch import assignment
from property_service.dispatch.assignment import JobRequest, may_take, open_jobs_of, route, teams_for
from property_service.tests import factories as make
from property_service.tests.utils import count_queries

NOON = datetime(2026, 3, 10, 12, 30)  # a Tuesday, in the break of the calendar that factories make
MORNING = datetime(2026, 3, 10, 9, 0)
NIGHT = datetime(2026, 3, 10, 23, 0)
MOST_QUERIES = 6


@pytest.fixture(scope="module")
def crew(site: str) -> tuple[str, ...]:
    """Three technicians, by name."""
    return tuple(sorted(make.make_staff("Property Technician") for _ in range(3)))


@pytest.fixture(scope="module")
def leader(site: str) -> str:
    return make.make_staff("Property Team Leader")


@pytest.fixture
def community(leader: str) -> Any:
    return make.make_community(manager=leader)


@pytest.fixture
def category() -> str:
    return make.make_category().name


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Open jobs by user, as a room above would count them; a test fills it."""
    jobs: dict[str, int] = {}
    monkeypatch.setattr(
        assignment, "call_extensions", lambda point, users, locked: [{u: jobs[u] for u in users if u in jobs}]
    )
    return jobs


def job(community: Any, category: str, **values: Any) -> JobRequest:
    return JobRequest(category=category, community=community.name, **{"at": MORNING, **values})


def test_the_turn_goes_round_and_is_kept_in_the_database(
    community: Any, category: str, crew: tuple, load: dict
) -> None:
    users = crew
    team = make.make_team(community, users, dispatch_mode="Round Robin")
    taken = [route(job(community, category)).user for _ in range(7)]
    assert taken == [*users, *users, users[0]]
    assert frappe.db.get_value("Work Team", team.name, "round_robin_pointer") == users[0]


def test_the_least_loaded_gets_the_job(community: Any, category: str, crew: tuple, load: dict) -> None:
    users = crew
    make.make_team(community, users, dispatch_mode="Least Loaded")
    load.update({users[0]: 2, users[1]: 1, users[2]: 4})
    found = route(job(community, category))
    assert found.user == users[1]
    assert "(1)" in found.reason and frappe.utils.get_fullname(users[1]) in found.reason


@pytest.mark.parametrize(
    ("members", "skill", "code"),
    [
        ([{"on_duty": 0}], None, "nobody-on-duty"),
        ([{"skills": "lifts"}], "wiring", "nobody-skilled"),
        ([{"max_open_jobs": 2}], None, "all-at-cap"),
        ([], None, "no-members"),
    ],
)
def test_where_nobody_fits_the_leader_decides(
    community: Any, category: str, crew: tuple, leader: str, load: dict, members: list, skill: str | None, code: str
) -> None:
    rows = [{"user": user, **row} for user, row in zip(crew, members, strict=False)]
    load.update({row["user"]: 2 for row in rows})
    team = make.make_team(community, rows, leader=leader, dispatch_mode="Round Robin")
    found = route(job(community, category, skill=skill))
    assert (found.team, found.user, found.to_leader, found.leader) == (team.name, None, True, leader)
    assert found.codes[-1] == code
    assert "leader decides" in found.reason


def test_without_leader_and_without_team_the_manager_decides(community: Any, category: str) -> None:
    found = route(job(community, category))
    assert (found.team, found.to_leader, found.leader) == (None, True, community.manager)
    assert "Choose a team" in found.reason
    make.make_team(community)
    assert route(job(community, category)).leader == community.manager


def test_the_reason_is_said_in_the_language_of_the_session(community: Any, category: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(assignment, "_", lambda sentence: f"<{sentence}>")
    assert route(job(community, category)).reason.startswith("<No team serves")


def test_people_who_cannot_work_here_are_passed_over(community: Any, category: str, crew: tuple, load: dict) -> None:
    here, elsewhere, gone = crew
    make.insert("User Permission", user=here, allow="Community", for_value=community.name, apply_to_all_doctypes=1)
    make.insert(
        "User Permission", user=elsewhere, allow="Community", for_value=make.make_community().name,
        apply_to_all_doctypes=1,
    )  # fmt: skip
    make.make_team(community, (here, elsewhere, gone), dispatch_mode="Round Robin")
    frappe.db.set_value("User", gone, "enabled", 0)
    assert {route(job(community, category)).user for _ in range(3)} == {here}


def test_the_team_of_the_category_comes_before_others_that_serve_the_place(community: Any, category: str) -> None:
    first = make.make_team(community, team_name="AAA " + make.unique())
    own = make.make_team(community, team_name="ZZZ " + make.unique())
    foreign = make.make_team(make.make_community())
    assert route(job(community, category)).team == first.name
    assert route(job(community, category, team=own.name)).team == own.name
    assert route(job(community, category, team=foreign.name)).team == first.name
    assert route(job(community, category, team=foreign.name, team_fixed=True)).team == foreign.name


def test_the_nearest_category_and_place_win(community: Any, category: str) -> None:
    building = make.make_building(community)
    make.make_team(community)
    of_parent = make.make_team(community, categories=(make.make_category().name,))
    parent = of_parent.categories[0].category
    here = make.make_team(
        community, categories=(parent,), places=[{"community": community.name, "building": building.name}]
    )
    found = job(community, category, ancestors=(parent,))
    assert route(found).team == of_parent.name
    assert route(job(community, category, ancestors=(parent,), building=building.name)).team == here.name


@pytest.mark.parametrize(("at", "stands_in"), [(MORNING, False), (NOON, True), (NIGHT, True)])
def test_out_of_hours_the_stand_in_gets_the_job(community: Any, category: str, at: datetime, stands_in: bool) -> None:
    night = make.make_team(make.make_community())
    day = make.make_team(community, service_calendar=make.make_calendar().name, out_of_hours_team=night.name)
    assert route(job(community, category, at=at)).team == (night.name if stands_in else day.name)


def test_the_hours_are_read_by_the_clock_of_the_community(category: str) -> None:
    away = make.make_community(time_zone="America/New_York")
    night = make.make_team(make.make_community())
    day = make.make_team(away, service_calendar=make.make_calendar().name, out_of_hours_team=night.name)
    zone = frappe.utils.get_system_timezone()
    nine_there = datetime(2026, 3, 10, 9, 0, tzinfo=ZoneInfo("America/New_York")).astimezone(ZoneInfo(zone))
    assert route(job(away, category, at=nine_there.replace(tzinfo=None))).team == day.name
    nine_here = datetime(2026, 3, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(ZoneInfo(zone))
    assert route(job(away, category, at=nine_here.replace(tzinfo=None))).team == night.name


def test_a_closed_exception_day_is_out_of_hours(community: Any, category: str, crew: tuple) -> None:
    calendar = make.make_calendar(exceptions=[{"exception_date": MORNING.date()}])
    make.make_team(community, crew, dispatch_mode="Round Robin", service_calendar=calendar.name)
    found = route(job(community, category))
    assert (found.user, found.to_leader, found.codes) == (None, True, ("waits-for-opening",))


def test_a_pool_waits_for_its_people(community: Any, category: str, crew: tuple, load: dict) -> None:
    users = crew[:2]
    team = make.make_team(
        community, users, dispatch_mode="Grab", service_calendar=make.make_calendar().name, auto_dispatch=1
    )
    found = route(job(community, category, at=NIGHT))
    assert (found.team, found.mode, found.user, found.to_leader, found.auto_dispatch) == (
        team.name, "Grab", None, False, True,
    )  # fmt: skip
    assert may_take(team.name, job(community, category), users[0])
    load[users[0]] = 10
    assert not may_take(team.name, job(community, category), users[0])
    assert not may_take(team.name, job(community, category), community.manager)
    assert not may_take(team.name, job(community, category, refused_by=frozenset(users)), users[1])


def test_an_inactive_team_gets_nothing(community: Any, category: str) -> None:
    make.make_team(community, is_active=0)
    assert route(job(community, category)).team is None


def test_open_jobs_are_summed_over_the_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignment, "call_extensions", lambda *a, **k: [{"a": 2, "stranger": 9}, {"a": 1.0, "b": 3}])
    assert open_jobs_of(["b", "a", "c", "a"]) == {"a": 3, "b": 3, "c": 0}


@pytest.mark.parametrize("teams", [1, 12])
@pytest.mark.parametrize("mode", ["Round Robin", "Grab", "Assign"])
def test_the_queries_do_not_grow_with_the_teams(
    community: Any, category: str, crew: tuple, teams: int, mode: str
) -> None:
    calendar = make.make_calendar().name
    for _ in range(teams):
        make.make_team(community, crew, dispatch_mode=mode, service_calendar=calendar)
    for _ in crew:
        route(job(community, category))  # warms the caches of calendar, community and each of the crew
    with count_queries() as queries:
        route(job(community, category))
    reads = [query for query in queries if query.lower().startswith("select")]
    assert len(reads) <= MOST_QUERIES, "\n".join(reads)
    assert len(queries) - len(reads) <= 1, queries


def test_records_of_the_past_get_the_team_of_their_hour_and_move_no_turn(
    community: Any, category: str, crew: tuple, load: dict
) -> None:
    calendar = make.make_calendar().name
    night = make.make_team(community, crew[:1])
    day = make.make_team(
        community,
        crew,
        dispatch_mode="Round Robin",
        categories=(category,),
        service_calendar=calendar,
        out_of_hours_team=night.name,
    )
    elsewhere = make.make_community()
    jobs = [job(community, category, at=at) for at in (MORNING, NIGHT)] + [job(elsewhere, category)]
    with count_queries() as queries:
        found = teams_for(jobs * 20)
    assert found == [day.name, night.name, None] * 20
    assert len(queries) <= 12, queries
    assert frappe.db.get_value("Work Team", day.name, "round_robin_pointer") in (None, "")
    assert found[:2] == [route(one).team for one in jobs[:2]]


def test_whoever_was_filled_up_meanwhile_is_passed_over(
    community: Any, category: str, crew: tuple, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_team(community, [{"user": user, "max_open_jobs": 3} for user in crew], dispatch_mode="Round Robin")
    full = {user: 3 for user in crew[:2]}

    def counts(point: str, users: tuple[str, ...], locked: bool) -> list[dict[str, int]]:
        return [{user: full.get(user, 0) if locked else 2 for user in users}]

    monkeypatch.setattr(assignment, "call_extensions", counts)
    assert route(job(community, category)).user == crew[2]
    full[crew[2]] = 3
    found = route(job(community, category))
    assert (found.user, found.to_leader, found.codes[-1]) == (None, True, "all-at-cap")
