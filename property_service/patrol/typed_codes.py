"""The code under a label's QR code, typed where the camera does not work: eight characters, the last one checks the others."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata

# Nothing that looks like something else on a worn label: no 0 O, 1 I L, U V.
LETTERS = "23456789ABCDEFGHJKMNPQRSTWXYZ"
LENGTH = 8
_SIZE = len(LETTERS)  # a prime: the check finds every wrong character and every two swapped


def new_typed_code() -> str:
    """Return a new random code, as it is stored: eight characters without a dash."""
    code = "".join(secrets.choice(LETTERS) for _letter in range(LENGTH - 1))
    return code + _check(code)


def clean_typed_code(text: object) -> str | None:
    """Return the code as it is stored from what was typed (small letters, dashes, spaces); None where it cannot be one."""
    if not isinstance(text, str):
        return None
    clean = re.sub(r"[\s\-‐-―]", "", unicodedata.normalize("NFKC", text[:40])).upper()
    right = len(clean) == LENGTH and all(letter in LETTERS for letter in clean) and clean[-1] == _check(clean[:-1])
    return clean if right else None


def same_code(text: object, stored: str | None) -> bool:
    """Return whether the code as typed is the stored one."""
    clean = clean_typed_code(text)
    return clean is not None and hmac.compare_digest(clean.encode(), (stored or "").encode())


def shown(code: str) -> str:
    """Return the code as it is printed: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"


def hint(code: str | None) -> str:
    """Return four hexadecimal digits by which a phone without reception knows most wrong codes, and cannot find the right one."""
    return hashlib.sha256((code or "").encode()).hexdigest()[:4]


def _check(code: str) -> str:
    weighted = sum(place * LETTERS.index(letter) for place, letter in enumerate(code, start=2))
    return LETTERS[weighted % _SIZE]
