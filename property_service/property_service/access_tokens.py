"""Secrets handed out on paper and by message: long tokens behind QR codes, short one-time codes.

Neither is ever stored. A token has 128 random bits, so its plain SHA-256 can be looked up by index and not be guessed. A code has
only a million values, so it is stored with a salt and a slow hash, and the caller limits the tries and the time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata

TOKEN_BYTES = 16
CODE_DIGITS = 6
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_CODE = re.compile(r"[0-9]{6}")
_STORED = re.compile(r"([0-9a-f]{32})\$([0-9a-f]{64})")
_ROUNDS = 20_000


def new_token() -> str:
    """Return a new random token: 22 characters that need no escaping in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: object) -> bool:
    """Return whether this has the form of a token, before anything is looked up."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def token_hash(token: str) -> str:
    """Return what is stored instead of the token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_matches(token: object, stored: str | None) -> bool:
    """Return whether the token belongs to the stored hash, in the same time whether or not it does."""
    if not isinstance(token, str) or not is_token(token):
        return False
    return hmac.compare_digest(token_hash(token).encode(), (stored or "").encode())


def new_code() -> str:
    """Return a new one-time code of six digits, leading zeros included."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def clean_code(text: object) -> str | None:
    """Return the six digits of a code as typed (spaces, dashes, full-width digits), None when it cannot be one."""
    clean = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)) if isinstance(text, str) else ""
    return clean if _CODE.fullmatch(clean) else None


def code_hash(code: str) -> str:
    """Return what is stored instead of the code, `salt$hash`, 97 characters, different each time."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_slow(code, salt)}"


def code_matches(text: object, stored: str | None) -> bool:
    """Return whether the code as typed is the stored one; takes as long when there is no stored one."""
    match = _STORED.fullmatch(stored or "")
    salt, expected = (bytes.fromhex(match[1]), match[2]) if match else (bytes(16), "")
    code = clean_code(text)
    right = hmac.compare_digest(_slow(code or "", salt), expected)
    return right and code is not None


def keyed_hash(value: str, secret: str) -> str:
    """Return a hash by which a value with few possibilities (a phone number) is found again, useless without the secret."""
    return hmac.new(secret.encode(), value.encode(), hashlib.sha256).hexdigest()


def _slow(code: str, salt: bytes) -> str:
    return hashlib.pbkdf2_hmac("sha256", code.encode(), salt, _ROUNDS).hex()
