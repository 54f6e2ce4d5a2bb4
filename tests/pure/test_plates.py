"""Number plates in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.property_service.plates import normalise, tail
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "plate", "end"),
    [
        ("粤b·12345", "粤B12345", "12345"),
        (" 粤 B 1 2 3 4 5 ", "粤B12345", "12345"),
        ("粤ＢＤ１２３４５", "粤BD12345", "D12345"),
        ("京A-8888警", "京A8888警", "8888警"),
        ("粤Z·1234港", "粤Z1234港", "1234港"),
        ("WJ粤12345", "WJ粤12345", "WJ粤12345"),
        ("使123456", "使123456", "使123456"),
        ("LJ68 ABC", "LJ68ABC", "LJ68ABC"),
        ("12가3456", None, None),
    ],
)
def test_forms(text, plate, end):
    if plate is None:
        with pytest.raises(RuleError, match="not a number plate"):
            normalise(text)
        return
    assert normalise(text) == plate
    assert tail(plate) == end


@pytest.mark.parametrize(
    "text", [None, "", "粤", "粤12345", "粤B123", "粤B123456789", "ABC", "<script>", "龙B12345", "B" * 11 + "1"]
)
def test_refused(text):
    with pytest.raises(RuleError):
        normalise(text)


@given(st.text(max_size=20))
def test_once_normal_always_normal(text):
    try:
        plate = normalise(text)
    except RuleError:
        return
    assert normalise(plate) == plate
    assert plate.endswith(tail(plate)) and tail(plate)
