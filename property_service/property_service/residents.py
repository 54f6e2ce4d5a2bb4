"""What a resident's record must be like: names, phones, dates, identity and tax numbers, person or organisation."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from property_service.property_service import names, phone_numbers
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

PERSON, ORGANISATION = "Person", "Organisation"
FIRST_BIRTHDAY = date(1880, 1, 1)

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_TAX_NUMBER = re.compile(r"[0-9A-Z]{15,20}")
_IDENTITY = re.compile(r"[0-9A-Z()（）\-/]{5,25}")
_STARS = re.compile(r"\*+")


def prepare(resident: Any, today: date) -> None:
    """Put name, phones and search columns into their one form; raise RuleError for what cannot be.

    `resident` has the fields of the DocType Resident, `phones` rows of Resident Phone; `today` is a date of the site.
    """
    person = resident.resident_type != ORGANISATION
    resident.resident_name = clean_name(resident.resident_name)
    resident.name_pinyin = names.pinyin_full(resident.resident_name, person)[:140]
    resident.name_initials = names.pinyin_initials(resident.resident_name, person)[:140]
    prepare_phones(resident)
    if person:
        check_birthday(resident.birthday, today)
    else:
        _check_organisation(resident)
    if resident.tax_number:
        resident.tax_number = tax_number(resident.tax_number)


def clean_name(text: str | None) -> str:
    """Return the name with single spaces and without invisible characters. Raises RuleError when nothing is left."""
    plain = "".join(
        c for c in unicodedata.normalize("NFC", text or "") if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    # 张　伟 is written with a gap to line up with names of three characters.
    name = re.sub(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])", "", " ".join(plain.split()))
    if not any(c.isalnum() for c in name):
        raise RuleError(_("Please enter the name."))
    return name


def prepare_phones(resident: Any) -> None:
    """Normalise the numbers, set their last four digits, exactly one primary, and `primary_phone`."""
    for row in resident.phones:
        row.phone = phone_numbers.normalise(row.phone)
        row.last_four = phone_numbers.last4(row.phone)
        row.is_primary = int(row.is_primary or 0)
    numbers = [row.phone for row in resident.phones]
    for number in numbers:
        if numbers.count(number) > 1:
            raise RuleError(_("The phone number {0} is listed twice. Remove one of the rows."), number)
    primary = [row for row in resident.phones if row.is_primary]
    if len(primary) > 1:
        raise RuleError(_("Only one phone number is the primary one. Clear the other ticks."))
    if resident.phones and not primary:
        primary = resident.phones[:1]
        primary[0].is_primary = 1
    resident.primary_phone = primary[0].phone if primary else None


def check_birthday(birthday: date | None, today: date) -> None:
    """Raise RuleError for a birthday that lies ahead or before 1880."""
    if birthday and not FIRST_BIRTHDAY <= birthday <= today:
        raise RuleError(_("{0} cannot be a birthday. Please correct it."), birthday)


def identity_number(text: str, today: date) -> str:
    """Return the number in capitals without spaces. Raises RuleError: 18 signs must be a valid identity number.

    Passports and other papers (5 to 25 letters, digits, brackets) are taken as they are.
    """
    clean = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    if len(clean) == 18 and clean[:17].isdigit() and not names.identity_number_is_valid(clean, today):
        raise RuleError(_("This identity number has a wrong digit or date. Please compare it with the card."))
    if not _IDENTITY.fullmatch(clean):
        raise RuleError(_("This is not an identity document number. Enter 5 to 25 letters and digits."))
    return clean


def is_hidden(text: str | None) -> bool:
    """Return whether this is what stands in place of a stored identity number: stars only."""
    return bool(text) and bool(_STARS.fullmatch(text or ""))


def tax_number(text: str) -> str:
    """Return the tax number in capitals. Raises RuleError unless it has 15 to 20 letters and digits."""
    clean = re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", text)).upper()
    if not _TAX_NUMBER.fullmatch(clean):
        raise RuleError(_("{0} is not a tax number. It has 15 to 20 letters and digits."), text.strip()[:40])
    return clean


def names_are_alike(one: str, other: str) -> bool:
    """Return whether two names may be of one person: read the same, or one is the other with something added."""
    first, second = (names.pinyin_full(name) for name in (one, other))
    if not first or not second:
        return False
    shorter, longer = sorted((first, second), key=len)
    return first == second or (len(shorter) >= 4 and shorter in longer)


def _check_organisation(resident: Any) -> None:
    if resident.birthday or resident.gender:
        raise RuleError(_("An organisation has no birthday and no gender. Clear them or choose Person."))
    if resident.identity_number:
        raise RuleError(_("An organisation has no identity number. Enter its tax number instead."))
