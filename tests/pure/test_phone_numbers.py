"""Phone numbers in one form, and masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.property_service.phone_numbers import is_mobile, last4, mask, normalise

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13812341234", "13812341234"),
        (" 138 1234 1234 ", "13812341234"),
        ("138-1234-1234", "13812341234"),
        ("138—1234—1234", "13812341234"),
        ("１３８１２３４１２３４", "13812341234"),
        ("+86 138 1234 1234", "13812341234"),
        ("+8613812341234", "13812341234"),
        ("＋８６ 13812341234", "13812341234"),
        ("(+86)13812341234", "13812341234"),
        ("008613812341234", "13812341234"),
        ("8613812341234", "13812341234"),
        ("013812341234", "13812341234"),
        ("tel:+8613812341234", "13812341234"),
        ("0755-88886666", "075588886666"),
        ("(0755) 8888 6666", "075588886666"),
        ("075588886666", "075588886666"),
        ("+86 755 8888 6666", "075588886666"),
        ("010-66668888", "01066668888"),
        ("0596-2223344", "05962223344"),
        ("0755-88886666-801", "075588886666-801"),
        ("0755-88886666转801", "075588886666-801"),
        ("0755-8888 6666 转分机 801", "075588886666-801"),
        ("0755-88886666 ext. 801", "075588886666-801"),
        ("0755-8888-6666-801", "075588886666-801"),
        ("075588886666#801", "075588886666-801"),
        ("0596-2223344-5", "05962223344-5"),
        ("400-800-1234", "4008001234"),
        ("400 8001234-56", "4008001234-56"),
        ("88886666", "88886666"),
        ("8001", "8001"),
        ("801", "801"),
        ("110", "110"),
        ("12345", "12345"),
        ("95588", "95588"),
        ("+852 9123 4567", "+85291234567"),
        ("0085291234567", "+85291234567"),
        ("+1 (212) 555-0100", "+12125550100"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected
    assert normalise(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "  ",
        "abc",
        "12",
        "1381234123",
        "138123412345",
        "12812341234",
        "13812341234/13912341234",
        "13812341234a",
        "张伟",
        "0755",
        "+86",
        "+12",
        "0000000",
        "00000000000",
        "1381234x123y",
        "转801",
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence(text: str | None) -> None:
    with pytest.raises(ValueError, match="is not a phone number") as refused:
        normalise(text)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("phone", "masked", "last"),
    [
        ("13812341234", "138****1234", "1234"),
        ("075588886666", "0755****6666", "6666"),
        ("01066668888", "010****8888", "8888"),
        ("075588886666-801", "0755****6666-***", "6666"),
        ("4008001234", "40****1234", "1234"),
        ("88886666", "****6666", "6666"),
        ("8888666", "***8666", "8666"),
        ("8001", "**01", "8001"),
        ("801", "**1", "801"),
        ("+85291234567", "+852****4567", "4567"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_mask_and_last_four(phone: str | None, masked: str, last: str) -> None:
    assert mask(phone) == masked
    assert last4(phone) == last


def test_only_mobiles_get_short_messages() -> None:
    numbers = ["13812341234", "075588886666", "8001", "+85291234567", "", None]
    assert [number for number in numbers if is_mobile(number)] == ["13812341234"]


MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
SEPARATORS = st.sampled_from(["", " ", "-", "  ", " - ", "－", "."])


@given(MOBILES, SEPARATORS, SEPARATORS, st.sampled_from(["", "+86", "0086", "+86 ", "86", "0"]), st.booleans())
def test_every_way_of_writing_a_mobile_is_one_number(mobile: str, a: str, b: str, prefix: str, wide: bool) -> None:
    text = prefix + mobile[:3] + a + mobile[3:7] + b + mobile[7:]
    assert normalise(text.translate({c: c + 0xFEE0 for c in range(0x30, 0x3A)}) if wide else text) == mobile


@given(st.text(alphabet="0123456789+-转 ()abx#", max_size=24))
def test_normalised_numbers_stay_as_they_are(text: str) -> None:
    try:
        number = normalise(text)
    except ValueError:
        return
    assert normalise(number) == number


@pytest.mark.parametrize("text", ["10000#0", "100#0", "12345转1"])
def test_short_numbers_have_no_extension(text: str) -> None:
    with pytest.raises(ValueError, match="not a phone number"):
        normalise(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("139 1234 5678转801", "13912345678-801"),
        ("88886666 ext. 8", "88886666-8"),
        ("+852 9123 4567 x12", "+85291234567-12"),
    ],
)
def test_an_extension_follows_a_dash(text: str, number: str) -> None:
    assert normalise(text) == number
    assert normalise(number) == number


@given(st.text(alphabet="0123456789+-", max_size=24))
def test_a_mask_never_shows_the_whole_number(phone: str) -> None:
    assert len(mask(phone)) == len(phone)
    if phone.partition("-")[0]:
        assert "*" in mask(phone)
        assert mask(phone) != phone
