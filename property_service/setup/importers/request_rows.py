"""One row of another system's file turned into a repair request as we would have it, or refused with a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from property_service.property_service import phone_numbers
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.setup.importers.request_maps import RequestMap, word

LONGEST_ID, LONGEST_NAME, LONGEST_TEXT = 60, 140, 2000
EARLIEST = datetime(1990, 1, 1)
PRIORITIES = ("Emergency", "High", "Normal", "Low")
PRIORITY_WORDS = {
    "emergency": "Emergency", "urgent": "High", "high": "High", "normal": "Normal", "medium": "Normal", "low": "Low",
    "紧急": "Emergency", "高": "High", "急": "High", "普通": "Normal", "一般": "Normal", "中": "Normal", "低": "Low",
}  # fmt: skip
_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分", "%Y年%m月%d日",
)  # fmt: skip
_MARKUP = re.compile(r"<\s*/?\s*[a-zA-Z!?]|javascript\s*:", re.IGNORECASE)
_FRACTION = re.compile(r"(:\d{2})\.\d+$")


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A row understood. Times are naive, on the clock of the community; `room` and `building` are as they were written."""

    line_no: int
    external_id: str
    status: str
    category: str
    description: str
    room: str = ""
    building: str = ""
    locality: str = ""
    public_place: str = ""
    reporter_name: str = ""
    reporter_phone: str = ""
    priority: str = ""
    reported_at: datetime | None = None
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    work_done: str = ""


def understand(
    line_no: int,
    cells: Mapping[str, Any],
    request_map: RequestMap,
    columns: Mapping[str, str],
    categories: Mapping[str, str],
    now: datetime,
) -> RequestRow:
    """Turn a row (header → cell) into a request. Raises RuleError with the sentence for the list of refused rows.

    `columns` is `request_map.columns(headers)`, `categories` our categories by the words that may name them (`word()` of the
    name or its label), `now` the present time on the clock of the community.
    """

    def cell(fieldname: str) -> Any:
        value = cells.get(columns.get(fieldname, ""), "")
        return value if isinstance(value, datetime) else _text(value)

    external_id = cell("external_id")
    if not external_id:
        raise RuleError(_("The row has no number. Every request needs the number it had in the other system."))
    if len(external_id) > LONGEST_ID:
        raise RuleError(_("The number is longer than {0} characters. Shorten it."), LONGEST_ID)
    category = _category(request_map, cell("category"), cell("subcategory"), categories)
    times = {name: _moment(cell(name), request_map, now) for name in ("reported_at", "finished_at", "closed_at")}
    if "reported_at" in columns and not times["reported_at"]:
        raise RuleError(_("The row does not say when it was reported. Enter the time, or leave out the whole column."))
    _check_order(times)
    return RequestRow(
        line_no=line_no,
        external_id=external_id,
        status=request_map.status_of(cell("status")),
        category=category,
        description=_description(cell("description"), cell("category"), cell("subcategory")),
        room=_short(cell("room")),
        building=_short(cell("building")),
        locality=_short(cell("locality")),
        public_place=_short(cell("public_place")),
        reporter_name=_short(cell("reporter_name")),
        reporter_phone=_phone(cell("reporter_phone")),
        priority=_priority(cell("priority")),
        work_done=_long(cell("work_done")),
        **times,
    )


def spread(position: int, rows: int, begin: datetime, end: datetime) -> datetime:
    """The time of the row at this position (from 0) when so many rows lie evenly between two times; whole seconds."""
    return (begin + (end - begin) * ((position + 0.5) / max(rows, 1))).replace(microsecond=0)


def key_order(external_id: str) -> tuple:
    """Sort key of an outside number: its digits by value, so that 9 comes before 10."""
    parts = re.split(r"(\d+)", external_id)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a sheet keeps the number 12 as 12.0
    text = unicodedata.normalize("NFC", str(value))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C").strip()


def _category(request_map: RequestMap, category: Any, subcategory: Any, categories: Mapping[str, str]) -> str:
    theirs = [str(text) for text in (category, subcategory) if text]
    if not theirs:
        raise RuleError(_("The row has no category."))
    named = (text for text in reversed(theirs) if word(text) in categories)
    found = request_map.mapped(str(category), str(subcategory)) or next(named, None) or request_map.fallback_category
    if not found or word(found) not in categories:
        label = " / ".join(theirs)
        raise RuleError(
            _('There is no category for "{0}". Add it to the map, or use a name from our list.'), label[:80]
        )
    return categories[word(found)]


def _moment(value: Any, request_map: RequestMap, now: datetime) -> datetime | None:
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=None)
    elif not value:
        return None
    else:
        moment = _parse(_FRACTION.sub(r"\1", value.rstrip("Z")), request_map.time_formats)
        if moment is None:
            raise RuleError(_('"{0}" is not a time. Write it as 2026-03-09 14:30.'), value[:40])
    if not EARLIEST <= moment:
        raise RuleError(_("{0} is before 1990. Correct the year."), f"{moment:%Y-%m-%d}")
    if moment > now:
        raise RuleError(_("{0} is in the future. Correct the time."), f"{moment:%Y-%m-%d %H:%M}")
    return moment.replace(microsecond=0)


def _parse(text: str, formats: tuple[str, ...]) -> datetime | None:
    for pattern in (*formats, *_FORMATS):
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    return None


def _check_order(times: Mapping[str, datetime | None]) -> None:
    begin = times["reported_at"]
    for name in ("finished_at", "closed_at"):
        if begin and times[name] and times[name] < begin:
            raise RuleError(_("It was finished or closed before it was reported. Correct one of the times."))


def _description(description: Any, category: Any, subcategory: Any) -> str:
    text = _long(description)
    return text or " / ".join(str(part) for part in (category, subcategory) if part)


def _long(value: Any) -> str:
    text = str(value)
    if len(text) > LONGEST_TEXT:
        raise RuleError(_("The text has {0} characters. Shorten it to {1}."), len(text), LONGEST_TEXT)
    return _plain(text)


def _short(value: Any) -> str:
    text = str(value)
    if len(text) > LONGEST_NAME:
        raise RuleError(_('"{0}…" is longer than {1} characters. Shorten it.'), text[:20], LONGEST_NAME)
    return _plain(text)


def _plain(text: str) -> str:
    if _MARKUP.search(text):
        raise RuleError(_("The row contains markup such as <b> or a script. Use plain text only."))
    return text


def _phone(value: Any) -> str:
    return phone_numbers.normalise(str(value)) if value else ""


def _priority(value: Any) -> str:
    if not value:
        return ""
    found = PRIORITY_WORDS.get(word(str(value)))
    if not found:
        raise RuleError(_('The priority "{0}" is not known. Use one of: {1}.'), str(value)[:20], ", ".join(PRIORITIES))
    return found
