"""Tokens and one-time codes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from property_service.property_service.access_tokens import (
    clean_code,
    code_hash,
    code_matches,
    is_token,
    keyed_hash,
    new_code,
    new_token,
    token_hash,
    token_matches,
)

pytestmark = pytest.mark.pure


def test_tokens_have_128_bits_and_differ() -> None:
    tokens = {new_token() for _i in range(500)}
    assert len(tokens) == 500
    assert all(is_token(token) and len(base64.urlsafe_b64decode(token + "==")) == 16 for token in tokens)


@pytest.mark.parametrize(
    "text",
    ["", None, 5, "a" * 21, "a" * 23, "a" * 21 + "/", "a" * 21 + "\n", "a" * 21 + "ä", b"a" * 22, "a" * 22 + "\n"],
)
def test_what_is_no_token(text: object) -> None:
    assert not is_token(text)
    assert not token_matches(text, token_hash(text if isinstance(text, str) else ""))


def test_a_token_fits_its_own_hash_only() -> None:
    token, other = new_token(), new_token()
    assert token_matches(token, token_hash(token))
    assert not token_matches(other, token_hash(token))
    assert not token_matches(token, token)
    assert not token_matches(token, "")
    assert not token_matches(token, "哈希")
    assert not token_matches("\ud800" * 22, token_hash(token))
    assert not token_matches(token, None)
    assert token_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_codes_have_six_digits_and_use_all_of_them() -> None:
    codes = [new_code() for _i in range(2000)]
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
    assert all({code[at] for code in codes} == set("0123456789") for at in range(6))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("012345", "012345"),
        (" 012 345 ", "012345"),
        ("012-345", "012345"),
        ("０１２３４５", "012345"),
        ("12345", None),
        ("1234567", None),
        ("12345a", None),
        ("١٢٣٤٥٦", None),
        ("", None),
        (None, None),
        (12345, None),
    ],
)
def test_clean_code(text: object, code: str | None) -> None:
    assert clean_code(text) == code


def test_a_code_fits_its_own_hash_only() -> None:
    stored = code_hash("012345")
    assert code_matches("012345", stored) and code_matches("０１２ 345", stored)
    for wrong in ("012346", "12345", "", None, "012345x", "\ud800", stored):
        assert not code_matches(wrong, stored)
    for broken in ("", None, "012345", stored[:-1], stored.replace("$", "")):
        assert not code_matches("012345", broken)


def test_equal_codes_are_stored_differently() -> None:
    one, other = code_hash("012345"), code_hash("012345")
    assert one != other and "012345" not in one
    assert len(one) == 97


def test_a_keyed_hash_needs_its_secret() -> None:
    assert keyed_hash("13812341234", "a") == keyed_hash("13812341234", "a")
    assert keyed_hash("13812341234", "a") != keyed_hash("13812341234", "b")
    assert keyed_hash("13812341234", "a") != keyed_hash("13812341235", "a")


@settings(max_examples=20)
@given(st.integers(0, 999_999), st.integers(0, 999_999))
def test_two_codes_never_stand_for_each_other(one: int, other: int) -> None:
    assert code_matches(f"{other:06}", code_hash(f"{one:06}")) == (one == other)
