"""Which due visits are one call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.front_desk.households import first_with_phone, merge_households, plain_phone

pytestmark = pytest.mark.pure


def visit(name: str, **values: object) -> dict:
    empty = {"community": "LH", "unit": None, "resident": None, "contact_phone": None, "on_site_recheck": 0}
    return {"name": name, **empty, **values}


def merged(*visits: dict) -> list[str]:
    return ["".join(one["name"] for one in group) for group in merge_households(visits)]


@pytest.mark.parametrize(
    ("visits", "groups"),
    [
        ([], []),
        ([visit("a", unit="1"), visit("b", unit="2"), visit("c", unit="1")], ["ac", "b"]),
        ([visit("a", resident="R"), visit("b", unit="1", resident="R")], ["ab"]),
        ([visit("a", contact_phone="139 0000 0001"), visit("b", contact_phone="+86 139-0000-0001")], ["ab"]),
        # a and c meet only by way of b
        ([visit("a", unit="1"), visit("c", contact_phone="13900000001"),
          visit("b", unit="1", contact_phone="13900000001")], ["acb"]),
        # nothing known about either: two calls, not one
        ([visit("a"), visit("b")], ["a", "b"]),
        ([visit("a", contact_phone=""), visit("b", contact_phone=" - ")], ["a", "b"]),
        # the same number in two communities may be the same landlord, but the estates call for themselves
        ([visit("a", contact_phone="13900000001"), visit("b", contact_phone="13900000001", community="YQ")], ["a", "b"]),
        ([visit("a", unit="1"), visit("b", unit="1", on_site_recheck=1), visit("c", unit="1")], ["ac", "b"]),
        ([visit("a", unit="1", on_site_recheck=1), visit("b", unit="1", on_site_recheck=1)], ["a", "b"]),
        # a unit and a resident of the same name are different things
        ([visit("a", unit="X"), visit("b", resident="X")], ["a", "b"]),
    ],
)  # fmt: skip
def test_households(visits: list[dict], groups: list[str]) -> None:
    assert merged(*visits) == groups


KEYS = st.none() | st.sampled_from(["1", "2", "3"])
VISITS = st.lists(
    st.tuples(KEYS, KEYS, st.none() | st.sampled_from(["13900000001", "13900000002"]), st.booleans()), max_size=12
)


@given(VISITS)
def test_every_visit_is_in_one_household_and_neighbours_share_nothing(rows: list[tuple]) -> None:
    visits = [
        visit(str(at), unit=unit, resident=resident, contact_phone=phone, on_site_recheck=recheck)
        for at, (unit, resident, phone, recheck) in enumerate(rows)
    ]
    groups = merge_households(visits)
    assert sorted(one["name"] for group in groups for one in group) == sorted(one["name"] for one in visits)
    for field in ("unit", "resident", "contact_phone"):
        for value in {one[field] for one in visits if one[field]}:
            holding = [g for g in groups if any(v[field] == value and not v["on_site_recheck"] for v in g)]
            assert len(holding) <= 1
    assert all(len(group) == 1 for group in groups if group[0]["on_site_recheck"])


@pytest.mark.parametrize(
    ("written", "plain"),
    [("139-0000-0001", "13900000001"), ("0755-8888 6666", "075588886666"), ("room 12", "12"), ("", ""), (None, "")],
)
def test_phones_in_one_form(written: str | None, plain: str) -> None:
    assert plain_phone(written) == plain


def test_the_first_who_can_be_rung_up() -> None:
    assert first_with_phone([visit("a"), visit("b", contact_phone="13900000001")])["name"] == "b"
    assert first_with_phone([visit("a")]) is None
