"""Phone numbers as people write them, in one form, and masked.

The one form is digits only: a mobile's 11 digits without +86, a landline with its area code (075588886666), 400 and service
numbers, extensions; an extension behind a number follows a dash (075588886666-801); numbers abroad keep + and country.
"""

from __future__ import annotations

import re
import unicodedata

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―－.()/·]+")
_EXTENSION = re.compile(r"(?:转|轉|分机|分機|ext\.?|x|#|,|;)\s*(?:分机|分機)?\s*(\d{1,6})$")
_AREA = r"0(?:10|2\d|[3-9]\d\d)"
_DASHED_EXTENSION = re.compile(
    rf"((?:{_AREA}[\s-]*(?:\d{{7,8}}|\d{{3,4}}[\s-]\d{{4}}))|[48]00[\s-]*\d{{3}}[\s-]*\d{{4}}"
    r"|1[3-9]\d{9}|[2-9]\d{6,7}|\+(?!86)[1-9]\d{6,14})-(\d{1,6})"
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(rf"{_AREA}[2-9]\d{{6,7}}")
_OTHER = (
    re.compile(r"[48]00\d{7}"),
    re.compile(r"[2-9]\d{6,7}"),  # a landline of the same town
    re.compile(r"1\d{2}|1[02]\d{3}|9[56]\d{3,4}"),  # 110, 12345, 10086, 95588
    re.compile(r"[1-9]\d{2,4}"),  # an extension of the house
)


def normalise(text: str) -> str:
    """Return the number in its one form. Raises RuleError (a ValueError) for anything that is not one phone number."""
    clean = unicodedata.normalize("NFKC", text or "").strip().lower().removeprefix("tel:")
    extension = ""
    if match := _EXTENSION.search(clean):
        clean, extension = clean[: match.start()], match[1]
    elif match := _DASHED_EXTENSION.fullmatch(clean):
        clean, extension = match[1], match[2]
    number = _national(_SEPARATORS.sub("", clean))
    full = f"{number}-{extension}" if extension else number
    # A number with an extension must read the same again when it is saved the next time.
    if not number or (extension and not _DASHED_EXTENSION.fullmatch(full)):
        raise RuleError(
            _(
                "{0} is not a phone number. Enter the 11 digits of a mobile, a landline with its area code, or an extension."
            ),
            (text or "").strip() or '""',
        )
    return full


def is_mobile(phone: str | None) -> bool:
    """Return whether the normalised number is a mobile of the mainland, which can get a short message."""
    return bool(_MOBILE.fullmatch(phone or ""))


def mask(phone: str | None) -> str:
    """Return 138****1234 for 13812341234: the four digits before the last four hidden, shorter numbers by half. Never raises."""
    number, dash, extension = (phone or "").strip().partition("-")
    shown = 4 if len(number) > 6 else len(number) // 2
    hidden = min(4, len(number) - shown)
    start = len(number) - shown - hidden
    masked = number[:start] + "*" * hidden + number[start + hidden :]
    return masked + dash + "*" * len(extension)


def last4(phone: str | None) -> str:
    """Return the last four digits of the number without its extension, fewer if it is shorter, "" for none."""
    return re.sub(r"\D", "", (phone or "").partition("-")[0])[-4:]


def _national(number: str) -> str | None:
    """Return the bare digits without the country's prefix, None when they are no number."""
    if not re.fullmatch(r"\+?[0-9]+", number):
        return None
    home = re.sub(r"^(?:\+|00)86", "", number)
    if home == number and re.fullmatch(r"861[3-9]\d{9}", number):
        home = number[2:]
    if home.startswith(("+", "00")):
        abroad = home.removeprefix("+").removeprefix("00")
        return f"+{abroad}" if re.fullmatch(r"[1-9]\d{6,14}", abroad) else None
    mobile = home.removeprefix("0")  # dialled with the long-distance 0
    if _MOBILE.fullmatch(mobile):
        return mobile
    if home != number and _LANDLINE.fullmatch(f"0{home}"):
        return f"0{home}"  # +86 755 … leaves out the 0 of the area code
    if _LANDLINE.fullmatch(home) or any(pattern.fullmatch(home) for pattern in _OTHER):
        return home
    return None
