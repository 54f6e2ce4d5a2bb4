"""Names by pinyin, names masked, identity numbers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.property_service.names import (
    identity_birthday,
    identity_number_is_valid,
    mask_identity_number,
    mask_name,
    pinyin_full,
    pinyin_initials,
)

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("张伟", "zhangwei", "zw"),
        ("王小明", "wangxiaoming", "wxm"),
        ("欧阳小娜", "ouyangxiaona", "oyxn"),
        ("单小明", "shanxiaoming", "sxm"),
        ("单于明", "shanyuming", "sym"),
        ("曾小华", "zengxiaohua", "zxh"),
        ("解强", "xieqiang", "xq"),
        ("仇明", "qiuming", "qm"),
        ("查明", "zhaming", "zm"),
        ("区小楚", "ouxiaochu", "oxc"),
        ("朴小树", "piaoxiaoshu", "pxs"),
        ("尉迟明", "yuchiming", "ycm"),
        ("尉明", "weiming", "wm"),
        ("长孙明", "zhangsunming", "zsm"),
        ("乐小嘉", "yuexiaojia", "yxj"),
        ("盖小天", "gexiaotian", "gxt"),
        ("吕小布", "lvxiaobu", "lxb"),
        ("张曾", "zhangceng", "zc"),  # only as a surname
        ("曾", "zeng", "z"),
        ("Anna Smith", "annasmith", "as"),
        ("ANNA-MARIA O'Neil", "annamariaoneil", "amon"),
        ("José Müller", "josemuller", "jm"),
        ("张Wei", "zhangwei", "zw"),
        ("买买提·艾山", "maimaitiaishan", "mmtas"),
        ("Ａｎｎａ", "anna", "a"),
        ("3号便利店", "3haobianlidian", "3hbld"),
        ("", "", ""),
        (None, "", ""),
        ("!?", "", ""),
    ],
)
def test_pinyin(name: str | None, full: str, initials: str) -> None:
    assert pinyin_full(name) == full
    assert pinyin_initials(name) == initials


def test_an_organisation_has_no_surname() -> None:
    assert pinyin_full("解放路超市", person=False) == "jiefangluchaoshi"
    assert pinyin_initials("重庆银行", person=False) == "cqyh"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张伟", "张*"),
        ("王小明", "王**"),
        ("欧阳小娜", "欧阳**"),
        ("欧阳", "欧*"),
        ("张", "张*"),
        ("Anna Smith", "A*** S****"),
        ("A", "A*"),
        (" 张伟 ", "张*"),
        ("", ""),
        (None, ""),
    ],
)
def test_mask_name(name: str | None, masked: str) -> None:
    assert mask_name(name) == masked


# Built from public example data of the standard, not of people.
VALID = [
    "11010519491231002X",
    "440524188001010014",
    "11010519491231002x",
    " 110105 19491231 002X ",
    "１１０１０５１９４９１２３１００２Ｘ",
]


@pytest.mark.parametrize("number", VALID)
def test_valid_identity_numbers(number: str) -> None:
    assert identity_number_is_valid(number)


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",
        "11010519491231002",
        "110105194912310020X",
        "11010519490231002X",
        "110105194913310020",
        "",
        None,
        "01010519491231002X",
        "1101051949123100２九",
        "abcdefghijklmnopqr",
        "110105491231002",
    ],
)
def test_invalid_identity_numbers(number: str | None) -> None:
    assert not identity_number_is_valid(number)


def test_nobody_is_born_tomorrow() -> None:
    assert identity_number_is_valid(VALID[0], today=date(1949, 12, 31))
    assert not identity_number_is_valid(VALID[0], today=date(1949, 12, 30))


def test_birthday() -> None:
    assert identity_birthday(VALID[0]) == date(1949, 12, 31)
    assert identity_birthday("E12345678") is None
    assert identity_birthday("110105199902300021") is None


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("11010519491231002X", "110***********002X"),
        ("E12345678", "*******78"),
        ("12", "*2"),
        ("1", "*"),
        ("", ""),
        (None, ""),
    ],
)
def test_mask_identity_number(number: str | None, masked: str) -> None:
    assert mask_identity_number(number) == masked


@given(st.integers(1, 9), st.integers(0, 99999), st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999))
def test_one_check_digit_of_eleven_fits_and_no_slip_passes(a: int, b: int, born: date, serial: int) -> None:
    body = f"{a}{b:05}{born:%Y%m%d}{serial:03}"
    [number] = [body + check for check in "0123456789X" if identity_number_is_valid(body + check)]
    digits = [10 if c == "X" else int(c) for c in number]
    assert sum(digit * 2 ** (17 - at) for at, digit in enumerate(digits)) % 11 == 1  # the standard's own definition
    for at in (0, 5, 14, 16):
        slipped = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
        assert not identity_number_is_valid(slipped)


@given(st.text(max_size=20))
def test_pinyin_can_always_be_typed_and_a_mask_always_hides(name: str) -> None:
    assert all(c.isascii() and c.isalnum() and c == c.lower() for c in pinyin_full(name))
    assert len(pinyin_initials(name)) <= len(pinyin_full(name))
    assert "*" in mask_name(name) or not name.strip()
