"""Rules of events: times, places, who moves up, who is drawn for a visit, and the calendar file."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from property_service.community_life import event_rules as rules
from property_service.community_life.calendar_file import CalendarEvent, calendar_file, escaped, folded, in_utc
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure

START = datetime(2026, 12, 5, 14)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("ends", "sign_up_from", "sign_up_until", "fits"),
    [
        (START + HOUR, None, None, True),
        (START + HOUR, START - 9 * HOUR, START - HOUR, True),
        (START + HOUR, None, START + HOUR, True),
        (START, None, None, False),
        (START - HOUR, None, None, False),
        (START + HOUR, None, START + 2 * HOUR, False),
        (START + HOUR, START - HOUR, START - 2 * HOUR, False),
        (START + HOUR, START, None, False),
    ],
)
def test_times(ends, sign_up_from, sign_up_until, fits):
    if fits:
        rules.check_times(START, ends, sign_up_from, sign_up_until)
        return
    with pytest.raises(RuleError):
        rules.check_times(START, ends, sign_up_from, sign_up_until)


@pytest.mark.parametrize("places", [(0, 4, 0), (-1, 4, 0), (30, 0, 0), (29, 4, 30), (rules.MOST_PLACES + 1, 4, 0)])
def test_places_that_cannot_be(places):
    with pytest.raises(RuleError):
        rules.check_places(*places)
    rules.check_places(30, 4, 30)


def test_no_waiting_party_is_larger_than_all_places():
    waiting = [("Lin", 2), ("Wang", 5), ("Zhao", 3)]
    for capacity, who in ((5, waiting), (1, [])):
        rules.check_waiting(capacity, who)
    with pytest.raises(RuleError, match="Wang waits with 5 persons"):
        rules.check_waiting(4, waiting)


def test_a_party_is_at_least_one_and_at_most_what_is_allowed_and_there_is():
    for persons, most, capacity in ((1, 4, 30), (4, 4, 30), (2, 4, 2)):
        rules.check_party(persons, most, capacity)
    for persons, most, capacity in ((0, 4, 30), (-1, 4, 30), (5, 4, 30), (3, 4, 2)):
        with pytest.raises(RuleError):
            rules.check_party(persons, most, capacity)


@pytest.mark.parametrize(
    ("free", "moved"),
    [(0, []), (1, []), (2, ["a"]), (3, ["a", "b"]), (4, ["a", "b"]), (6, ["a", "b", "c"]), (99, ["a", "b", "c", "d"])],
)
def test_places_go_strictly_in_order(free, moved):
    """With one place free the pair in front keeps its turn; nobody behind overtakes it."""
    assert rules.moves_up(free, [("a", 2), ("b", 1), ("c", 3), ("d", 1)]) == moved


def test_the_same_share_is_drawn_however_often_and_at_least_one():
    names = [f"n{number:03d}" for number in range(40)]
    first = rules.drawn(names, 10, "EV-1")
    assert len(first) == 4 and first == rules.drawn(list(names), 10, "EV-1")
    assert first != rules.drawn(names, 10, "EV-2")
    assert len(rules.drawn(names[:3], 10, "x")) == 1
    assert rules.drawn(names, 0, "x") == [] and rules.drawn([], 10, "x") == []
    assert rules.drawn(names, 200, "x") == names


def test_cost_per_head():
    assert rules.per_head(Decimal("100"), 3) == Decimal("33.33")
    assert rules.per_head(Decimal("100"), 0) is None


SHANGHAI = ZoneInfo("Asia/Shanghai")


def written(**values):
    return calendar_file(
        CalendarEvent(
            **{
                "uid": "EV-2026-0001@estate",
                "title": "Dumplings; soup, and \\ more",
                "starts_at": datetime(2026, 12, 22, 14, 0, tzinfo=SHANGHAI),
                "ends_at": datetime(2026, 12, 22, 16, 30, tzinfo=SHANGHAI),
                "stamp": datetime(2026, 12, 1, tzinfo=timezone.utc),
                **values,
            }
        )
    )


def test_the_file_tells_the_times_in_utc():
    text = written(place="社区活动室", text="Line one\r\nline two", sequence=3)
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261222T060000Z" in lines and "DTEND:20261222T083000Z" in lines
    assert r"SUMMARY:Dumplings\; soup\, and \\ more" in lines
    assert r"DESCRIPTION:Line one\nline two" in lines
    assert "SEQUENCE:3" in lines and "STATUS:CONFIRMED" in lines
    assert "STATUS:CANCELLED" in written(is_cancelled=True)


def test_no_text_breaks_out_of_its_line():
    text = written(title="A\nBEGIN:VALARM\r\nX", place="x\x00y", address="https://estate/resident?a=1\r\nATTACH:x")
    assert not [line for line in text.split("\r\n") if line.startswith(("BEGIN:VALARM", "X", "ATTACH"))]
    assert "LOCATION:xy" in text
    assert escaped("a\rb") == "a\\nb"


def test_long_lines_are_folded_between_characters():
    line = "DESCRIPTION:" + "饺子" * 60
    pieces = folded(line).split("\r\n")
    assert len(pieces) > 1
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert "".join([pieces[0], *(piece[1:] for piece in pieces[1:])]) == line
    assert folded("short") == "short"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        in_utc(datetime(2026, 1, 1))
