"""Who may stand beside whom in a room, and what follows for its occupancy status."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.property_service.occupancies import (
    CO_OWNER,
    DECORATING,
    FAMILY,
    OWNER,
    OWNER_OCCUPIED,
    RELATIONS,
    RENTED,
    STAFF,
    TENANT,
    VACANT,
    Span,
    check,
    occupancy_status,
)
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure

DAY = date(2026, 3, 1)


def span(who="a", relation=OWNER, begin=0, end=None, **values):
    last = None if end is None else DAY + timedelta(days=end)
    return Span(who, relation, DAY + timedelta(days=begin), last, **values)


@pytest.mark.parametrize(
    ("new", "others", "sentence"),
    [
        (span(end=-1), [], "last day"),
        (span(begin=10), [span(end=10)], "with this relation"),
        (span(begin=0, end=5), [span(begin=5)], "with this relation"),
        (span("b", TENANT, is_debtor=True), [span("a", is_debtor=True)], "been paying the fees"),
        (span("b", TENANT, is_primary=True), [span("a", is_primary=True)], "primary contact"),
        (span("b", CO_OWNER, share=60), [span("a", share=40.5)], "100.5 %"),
        (span("b", TENANT, share=10), [], "Only owners"),
        (span(share=100.5), [], "100.5 %"),
        (span(share=-1), [], "-1 %"),
        # nobody holds more than 100 % on the first day, but three meet later
        (span("c", CO_OWNER, share=50), [span("a", begin=20, share=30), span("b", begin=30, share=30)], "110 %"),
    ],
)
def test_refused(new, others, sentence):
    with pytest.raises(RuleError, match=sentence):
        check(new, others)


@pytest.mark.parametrize(
    ("new", "others"),
    [
        (span(end=0), []),
        (span(begin=11), [span(end=10)]),
        (span(relation=FAMILY), [span()]),
        (span("b"), [span("a")]),
        (span("b", TENANT, begin=11, is_debtor=True), [span("a", end=10, is_debtor=True)]),
        (span("b", CO_OWNER, share=33.33), [span("a", share=33.34), span("c", CO_OWNER, share=33.33)]),
        (span("c", share=33.333), [span("a", share=33.333), span("b", share=33.334)]),
        (span("b", begin=11, share=100), [span("a", end=10, share=100)]),
        # the two others never meet each other
        (span("c", CO_OWNER, share=50), [span("a", end=10, share=50), span("b", begin=11, share=50)]),
    ],
)
def test_accepted(new, others):
    check(new, others)


days = st.integers(0, 60)


@st.composite
def spans(draw):
    begin = draw(days)
    end = draw(st.none() | st.integers(begin, 60))
    relation = draw(st.sampled_from(RELATIONS))
    share = draw(st.integers(0, 100)) if relation in (OWNER, CO_OWNER) else 0
    return span(draw(st.sampled_from("abc")), relation, begin, end, share=share, is_debtor=draw(st.booleans()))


@given(st.lists(spans(), max_size=6))
def test_no_day_breaks_the_rules_whatever_the_order(candidates):
    """Whoever is let in, on every single day at most one pays, shares are at most 100, nobody is there twice."""
    held: list[Span] = []
    for candidate in candidates:
        try:
            check(candidate, held)
        except RuleError:
            continue
        held.append(candidate)
    for offset in range(61):
        here = [s for s in held if s.covers(DAY + timedelta(days=offset))]
        assert sum(s.is_debtor for s in here) <= 1
        assert sum(s.share for s in here) <= 100.011
        assert len({(s.resident, s.relation) for s in here}) == len(here)


@pytest.mark.parametrize(
    ("status", "relations", "ended", "after"),
    [
        (VACANT, [], [], VACANT),
        (DECORATING, [], [], DECORATING),
        (OWNER_OCCUPIED, [], [OWNER], VACANT),
        (RENTED, [], [TENANT], VACANT),
        (VACANT, [OWNER], [], VACANT),
        (VACANT, [OWNER, FAMILY], [], OWNER_OCCUPIED),
        (OWNER_OCCUPIED, [OWNER, TENANT], [], RENTED),
        (RENTED, [OWNER], [TENANT], VACANT),
        (RENTED, [OWNER], [], RENTED),
        (RENTED, [OWNER, FAMILY], [TENANT], OWNER_OCCUPIED),
        (RENTED, [TENANT], [TENANT], RENTED),
        (DECORATING, [OWNER], [OWNER, TENANT], DECORATING),
        (OWNER_OCCUPIED, [OWNER], [TENANT], OWNER_OCCUPIED),
        (OWNER_OCCUPIED, [STAFF], [], OWNER_OCCUPIED),
    ],
)
def test_status_after(status, relations, ended, after):
    assert occupancy_status(status, relations, ended) == after
