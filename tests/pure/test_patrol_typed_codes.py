"""The code under a label: random, forgiving in how it is typed, not in what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.patrol.typed_codes import LETTERS, clean_typed_code, hint, new_typed_code, same_code, shown

pytestmark = pytest.mark.pure

PLACES = st.integers(0, 7)


def test_new_codes_differ_and_are_their_own() -> None:
    codes = {new_typed_code() for _each in range(2000)}
    assert len(codes) == 2000
    assert all(clean_typed_code(code) == code and len(code) == 8 for code in codes)


def test_however_it_is_typed() -> None:
    code = new_typed_code()
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    for text in (code, shown(code), code.lower(), f" {code[:4]} {code[4:]} ", wide, shown(code).replace("-", "–")):
        assert same_code(text, code), text


@pytest.mark.parametrize("text", [None, "", 5, ["A"], "ABCD", "ABCD-EFG0", "A" * 500, "１" * 8])
def test_what_is_no_code(text: object) -> None:
    assert clean_typed_code(text) is None
    assert not same_code(text, None)
    assert not same_code(text, "")


@given(PLACES, st.sampled_from(LETTERS))
def test_one_wrong_character_is_found(place: int, letter: str) -> None:
    code = new_typed_code()
    wrong = code[:place] + letter + code[place + 1 :]
    assert clean_typed_code(wrong) is None or wrong == code


@given(st.integers(0, 5))
def test_two_swapped_characters_are_found(place: int) -> None:
    code = new_typed_code()
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert clean_typed_code(wrong) is None or wrong == code


def test_the_hint_does_not_give_the_code_away() -> None:
    code = new_typed_code()
    assert len(hint(code)) == 4 and hint(code) == hint(code)
    assert hint(None) == hint("")
