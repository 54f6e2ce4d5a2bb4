"""The demo estate on paper: how many of what, who lives where, and that it is the same every time."""

import json
from collections import Counter, defaultdict
from datetime import date, datetime, time
from pathlib import Path
from random import Random

import pytest

from property_service.property_service import occupancies, phone_numbers, plates, unit_address
from property_service.property_service.occupancies import Span
from property_service.property_service.rule_error import RuleError
from property_service.setup.demo import faults, portal_people, stories
from property_service.setup.demo.cases import homes_of, past_cases
from property_service.setup.demo.estate_plan import AREAS, plan_estate
from property_service.setup.demo.households import settle
from property_service.setup.demo.making import SEED
from property_service.setup.demo.people import ORGANISATION_REGION, PHONE_PREFIX, PLATE_PREFIX, People

pytestmark = pytest.mark.pure
TODAY = date(2026, 3, 10)


def whole(units=400, seed=1):
    random = Random(seed)
    lake, cloud = plan_estate(units, TODAY, random)
    return lake, cloud, settle(lake, cloud, TODAY, random)


@pytest.fixture(scope="module")
def plan():
    return whole()


def test_the_usual_size_is_that_of_two_estates(plan):
    lake, cloud, _households = plan
    assert len(lake.of_usage("Residence")) == 260
    assert len(cloud.of_usage("Residence")) == 140
    assert sum(b.usage == "Residence" for b in lake.buildings) == 5
    assert sum(b.usage == "Residence" for b in cloud.buildings) == 3
    assert lake.delivered_on.year == 2016
    assert cloud.delivered_on == date(2025, 1, 10)
    for community in (lake, cloud):
        assert {unit.usage for unit in community.units} >= {"Residence", "Shop", "Storage", "Parking Space"}


@pytest.mark.parametrize("units", [20, 21, 40, 399, 400, 1000])
def test_any_size_has_exactly_so_many_homes(units):
    lake, cloud, _households = whole(units)
    assert len(lake.of_usage("Residence")) + len(cloud.of_usage("Residence")) == units
    names = [unit.name for community in (lake, cloud) for unit in community.units]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("units", [0, 19, -1, 200_001])
def test_a_size_that_makes_no_estate_is_refused(units):
    with pytest.raises(RuleError, match="20 to 200000"):
        plan_estate(units, TODAY, Random(1))


def test_areas_are_those_of_the_trade(plan):
    for community in plan[:2]:
        for unit in community.units:
            low, high = {
                "Residence": (min(AREAS), max(AREAS)),
                "Shop": (45, 160),
                "Office": (80, 160),
                "Storage": (6, 12),
                "Parking Space": (12.72, 12.72),
            }[unit.usage]
            assert low <= unit.billable_area <= high, unit
            if unit.usage == "Residence":
                assert unit.billable_area in AREAS
                assert 0.77 <= unit.inner_area / unit.billable_area <= 0.79


def test_every_address_can_be_typed_and_found(plan):
    for community in plan[:2]:
        for unit in community.of_usage("Residence"):
            found = unit_address.parse(unit.name, [community.shape.code])
            assert unit_address.unit_name(found.community, found.building, found.entrance, found.room) == unit.name


def test_the_example_room_of_the_desk_exists(plan):
    assert "LH-03-2-1203" in {unit.name for unit in plan[0].units}


def test_each_building_has_a_steward_and_only_one(plan):
    for community in plan[:2]:
        listed = Counter(building for _name, buildings in community.areas for building in buildings)
        assert listed == Counter(b.name for b in community.buildings)


def test_the_new_estate_is_sold_decorated_and_lived_in_at_once(plan):
    statuses = Counter((u.delivery_status, u.occupancy_status) for u in plan[1].of_usage("Residence"))
    assert statuses["Unsold", "Vacant"] == 17
    assert statuses["Sold Not Delivered", "Vacant"] == 10
    assert statuses["Delivered", "Decorating"] == 39
    assert all((u.deemed_handover_date is None) == (u.delivery_status != "Delivered") for u in plan[1].units)


def test_occupancies_are_such_as_the_desk_could_have_entered(plan):
    *communities, households = plan
    by_unit = defaultdict(list)
    for stay in households.stays:
        by_unit[stay.unit].append(
            Span(
                stay.person,
                stay.relation,
                stay.from_date,
                stay.to_date,
                stay.share,
                stay.is_debtor,
                stay.is_primary,
            )
        )
    for community in communities:
        for unit in community.units:
            spans = by_unit[unit.name]
            for number, span in enumerate(spans):
                occupancies.check(span, spans[:number])
                assert span.begin <= TODAY or unit.delivery_status != "Delivered"
            now = [span.relation for span in spans if span.covers(TODAY)]
            # The nightly job must not find anything to put right.
            assert occupancies.occupancy_status(unit.occupancy_status, now) == unit.occupancy_status, unit


def test_unsold_rooms_belong_to_the_developer(plan):
    *communities, households = plan
    developer = households.people[0]
    assert developer.organisation
    owner = {s.unit: s for s in households.stays if s.relation == "Owner" and not s.to_date}
    unsold = [u for c in communities for u in c.units if u.delivery_status == "Unsold"]
    assert unsold
    assert all(owner[u.name].person == developer.key and owner[u.name].is_debtor for u in unsold)


def test_there_is_somebody_of_every_kind(plan):
    households = plan[2]
    assert {s.relation for s in households.stays} == set(occupancies.RELATIONS)
    assert any(s.to_date for s in households.stays), "nobody has moved out"
    assert any(p.language == "en" for p in households.people)
    assert any(p.care_tags for p in households.people)
    phones = Counter(p.phones[0][0] for p in households.people)
    assert max(phones.values()) == 2, "no two people share a telephone"


def test_numbers_are_well_formed_and_nobodys(plan):
    households = plan[2]
    for person in households.people:
        for phone, _label in person.phones:
            assert phone_numbers.normalise(phone) == phone
            assert phone.startswith(PHONE_PREFIX)
        assert not person.tax_number or person.tax_number.startswith(ORGANISATION_REGION)
    for vehicle in households.vehicles:
        assert plates.normalise(vehicle.plate) == vehicle.plate
        assert vehicle.plate.startswith(PLATE_PREFIX)
    assert len({v.plate for v in households.vehicles}) == len(households.vehicles)


def test_people_do_not_run_out():
    people = People(Random(3))
    assert len({people.phone() for _number in range(5000)}) == 5000
    assert len({people.plate() for _number in range(5000)}) == 5000
    assert len({people.shop() for _number in range(100)}) == 100


def test_the_same_seed_gives_the_same_estate():
    assert whole(120, seed=5) == whole(120, seed=5)
    assert whole(120, seed=5) != whole(120, seed=6)


@pytest.mark.parametrize("units", [20, 21, 30, 40, 60, 400])
@pytest.mark.parametrize("seed", [1, 2, 3, SEED])
def test_any_size_has_its_two_months_and_its_guests(units, seed):
    lake, cloud, households = whole(units, seed)
    portal_people.give_second_room(lake, households)
    homes = [*homes_of(lake, households), *homes_of(cloud, households)]
    portal = portal_people.portal_homes(homes, households, Random(seed))
    assert len({home.unit for home in portal}) == len(portal) > 3
    cases = past_cases(homes, portal, TODAY, Random(seed))
    now = datetime.combine(TODAY, time(12))
    cases += stories.open_cases(homes, portal, TODAY, now, Random(seed))
    assert 140 < len(cases) < 180
    assert all(case.at <= now for case in cases)
    assert {"LH"} <= {home.community for home in stories.line_of(homes, skip=1)}
    speakers = {home.resident for home in portal}
    assert all(case.home.resident in speakers for case in cases if case.channel == "Portal")
    known = {person.key for person in households.people}
    assert {stay.person for stay in households.stays} == known


def test_the_two_months_are_the_same_for_the_same_day(plan):
    lake, cloud, households = plan
    homes = [*homes_of(lake, households), *homes_of(cloud, households)]
    portal = portal_people.portal_homes(homes, households, Random(5))
    first, second = (past_cases(homes, portal, TODAY, Random(SEED)) for _time in range(2))
    assert first == second


def test_every_category_of_the_demo_has_its_faults_and_every_item_is_in_the_price_list():
    folder = Path(faults.__file__).parents[1] / "data"
    rows = json.loads((folder / "repair_categories.json").read_text(encoding="utf-8"))["rows"]
    leaves = {row["category_name"] for row in rows if not row.get("is_group")}
    prices = {
        row["item_name"] for row in json.loads((folder / "repair_prices.json").read_text(encoding="utf-8"))["rows"]
    }
    assert leaves - {"Burst Pipe"} == {*faults.OFTEN, *faults.SEASONAL} == set(faults.FAULTS)
    for found in faults.FAULTS.values():
        assert found
        assert {item for fault in found for item, _quantity in fault.materials} <= prices
