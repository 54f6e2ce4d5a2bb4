"""The lot of the quality check falls by seed and contacts alone; points of a scorecard give a result."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.front_desk import quality_rules as rules
from property_service.front_desk.quality_rules import Score
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure

NAMES = st.text("abcdef0123", min_size=1, max_size=6)
CONTACTS = st.dictionaries(NAMES, st.lists(NAMES, max_size=12, unique=True), max_size=6)
SEEDS = st.text(max_size=16)


@given(SEEDS, CONTACTS, st.integers(-1, 15), st.randoms(use_true_random=False))
def test_the_same_seed_and_contacts_give_the_same_draw(seed, contacts, each, random):
    drawn = rules.draw(seed, contacts, each)
    people = list(contacts.items())
    random.shuffle(people)
    mixed = {person: random.sample(names, len(names)) for person, names in people}
    assert rules.draw(seed, mixed, each) == drawn


@given(SEEDS, CONTACTS, st.integers(0, 15))
def test_everybody_with_contacts_is_drawn_as_often_as_asked(seed, contacts, each):
    drawn = rules.draw(seed, contacts, each)
    assert set(drawn) == ({person for person, names in contacts.items() if names} if each else set())
    for person, names in drawn.items():
        assert len(names) == min(each, len(contacts[person])) == len(set(names))
        assert set(names) <= set(contacts[person])


@given(SEEDS, CONTACTS, st.integers(1, 10))
def test_drawing_more_keeps_what_was_drawn(seed, contacts, each):
    more = rules.draw(seed, contacts, each + 1)
    assert all(more[person][: len(names)] == names for person, names in rules.draw(seed, contacts, each).items())


def test_another_seed_draws_others_and_none_is_preferred():
    contacts = {"a": [f"SC-{number}" for number in range(20)]}
    first = Counter(rules.draw(f"seed {number}", contacts, 1)["a"][0] for number in range(4000))
    assert len(first) == 20
    assert 130 < min(first.values()) and max(first.values()) < 270  # 200 each


def rows(*points, decisive=2):
    return [Score(f"C{number}", most, value, number == decisive) for number, (most, value) in enumerate(points, 1)]


def test_points_and_percent():
    found = rules.result(rows((10, 9.5), (20, 15), (15, 15)), 80)
    assert (found.points, found.percent, found.passed) == (39.5, 87.78, True)  # 39.5 / 45
    assert not rules.result(rows((10, 8), (20, 11), (15, 15)), 80).passed  # 34 / 45 = 75.56
    assert rules.result(rows((10, 6), (20, 15), (15, 15)), 80).passed  # 36 / 45 = 80.00


def test_nothing_for_a_decisive_criterion_fails_the_whole():
    found = rules.result(rows((100, 100), (5, 0), (100, 100)), 80)
    assert found.percent > 97 and not found.passed and found.failed_by == ("C2",)


@pytest.mark.parametrize("points", [[(10, 11)], [(10, -1)], [(10, None)], [(0, 0)], []])
def test_points_that_cannot_be(points):
    with pytest.raises(RuleError):
        rules.result(rows(*points), 80)
