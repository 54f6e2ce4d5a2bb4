"""Number plates as the gate reads them, in one form."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_CHINESE = re.compile(
    rf"[{_PROVINCES}][A-Z][A-Z0-9]{{4,6}}[学警挂港澳领使试超]?|[使领][A-Z0-9]{{6}}|[军海空][A-Z][0-9]{{5}}"
)
_OTHER = re.compile(r"(?=[A-Z0-9]*[0-9])[A-Z0-9]{2,10}")
_WAR_POLICE = re.compile(rf"WJ[{_PROVINCES}]?[A-Z0-9]{{4,6}}")


def normalise(text: str | None) -> str:
    """Return 粤B12345 for "粤b·12345", " 粤B 12345". Raises RuleError for what no vehicle carries.

    Mainland plates are checked loosely (province, letter, five or six signs, special endings); others may be two to ten
    letters and digits.
    """
    clean = re.sub(r"[\s\-‐‑–—·•.。・_]+", "", unicodedata.normalize("NFKC", text or "")).upper()
    if _CHINESE.fullmatch(clean) or _WAR_POLICE.fullmatch(clean) or _OTHER.fullmatch(clean):
        return clean
    raise RuleError(
        _("{0} is not a number plate. Enter it as on the car, for example 粤B12345."), (text or "").strip()[:30]
    )


def tail(plate: str) -> str:
    """Return what people say of a normalised plate: 12345 for 粤B12345, without province and letter of the town."""
    return plate[2:] if re.match(rf"[{_PROVINCES}][A-Z]", plate) else plate


def prepare(vehicle: Any) -> None:
    """Put the plate of a vehicle into its one form and set what it is looked up by; `active_key` is unique."""
    vehicle.plate = normalise(vehicle.plate)
    vehicle.plate_tail = tail(vehicle.plate)
    vehicle.active_key = active_key(vehicle.community, vehicle.plate) if vehicle.is_active else None


def active_key(community: str, plate: str) -> str:
    """What may be there once: a plate in a community, among the active vehicles."""
    return f"{community}|{plate}"
