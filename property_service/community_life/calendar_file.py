"""The calendar file (.ics, RFC 5545) of one event: times in UTC, text escaped, lines folded at 75 bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

LONGEST_LINE = 75
PRODUCT = "-//Property Service//Community Life//EN"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What goes into the file. Times are aware; `uid` stays the same for the same event, `sequence` grows with each change."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    place: str = ""
    text: str = ""
    address: str = ""
    sequence: int = 0
    is_cancelled: bool = False


def calendar_file(event: CalendarEvent) -> str:
    """Return the text of the file, lines ended by CR LF as the standard wants it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{in_utc(event.stamp)}",
        f"DTSTART:{in_utc(event.starts_at)}",
        f"DTEND:{in_utc(event.ends_at)}",
        f"SEQUENCE:{event.sequence}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        f"SUMMARY:{escaped(event.title)}",
    ]
    if event.place:
        lines.append(f"LOCATION:{escaped(event.place)}")
    if event.text:
        lines.append(f"DESCRIPTION:{escaped(event.text)}")
    if event.address:
        # An address is no text: it is not escaped, and holds nothing that would end the line.
        lines.append(f"URL:{''.join(event.address.split())}")
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def in_utc(moment: datetime) -> str:
    """Return an aware time as the standard writes it in UTC: 20261127T013000Z. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return f"{moment.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Return a text as the standard wants it: backslash, semicolon, comma and line break are escaped."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\\n".join("".join(one for one in line if one == "\t" or ord(one) >= 32) for line in lines)


def folded(line: str) -> str:
    """Return a line in pieces of at most 75 bytes of UTF-8, each further one begun with a space; no character is cut."""
    pieces, piece, size = [], "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LONGEST_LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece += sign
        size += width
    return "\r\n".join([*pieces, piece])
