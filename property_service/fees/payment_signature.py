"""The signed callback of a payment gateway: who sent it, that it is fresh, and that it says what was asked for.

The gateway signs by HMAC-SHA256 over the canonical form of all fields but the signature. A callback within the time window may be sent again:
the caller keeps the transaction unique, so a repeated or late one changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from urllib.parse import quote

from property_service.fees.amounts import positive_amount
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

Status = Literal["Paid", "Failed", "Refunded"]
STATUSES: tuple[Status, ...] = ("Paid", "Failed", "Refunded")
SIGNATURE = "signature"
FIELDS = ("payment", "transaction", "amount", "currency", "status", "timestamp", "nonce")
WINDOW_SECONDS = 300
SHORTEST_SECRET = 16
LONGEST_VALUE = 140
PLAIN_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?", re.ASCII)
WHOLE_NUMBER = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Callback:
    """What a gateway says: our `payment`, its `transaction`, the amount in `currency`, and the Unix time it was signed at."""

    payment: str
    transaction: str
    amount: Decimal
    currency: str
    status: Status
    timestamp: int
    nonce: str


def canonical(fields: Mapping[str, str]) -> bytes:
    """Return what is signed: `name=value` of all fields but the signature, sorted by name, percent-encoded UTF-8, joined by `&`."""
    named = sorted((name, value) for name, value in fields.items() if name != SIGNATURE)
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in named).encode()


def sign(secret: str, fields: Mapping[str, str]) -> str:
    """Return the signature as 64 small hexadecimal digits. Raises RuleError for a secret too short to be one."""
    if len(secret) < SHORTEST_SECRET:
        raise RuleError(_("The gateway's secret is too short. Enter at least {0} characters."), SHORTEST_SECRET)
    return hmac.new(secret.encode(), canonical(fields), hashlib.sha256).hexdigest()


def verify(secret: str, fields: Mapping[str, object], now: int, window_seconds: int = WINDOW_SECONDS) -> Callback:
    """Return what a callback says once its signature, its age and its form are right; `now` is the Unix time in seconds.

    Nothing of it is looked at before the signature holds. Raises RuleError with a sentence that tells a forger nothing.
    """
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    given = texts.get(SIGNATURE, "")
    try:
        same = hmac.compare_digest(sign(secret, texts).encode(), given.encode())
    except UnicodeEncodeError:
        same = False
    if not same or len(texts) != len(fields):
        raise RuleError(_("The signature is not right."))
    if set(texts) != {*FIELDS, SIGNATURE} or any(not value or len(value) > LONGEST_VALUE for value in texts.values()):
        raise RuleError(_("The callback must hold exactly these fields: {0}."), ", ".join((*FIELDS, SIGNATURE)))
    if not WHOLE_NUMBER.fullmatch(texts["timestamp"]) or abs(now - int(texts["timestamp"])) > window_seconds:
        raise RuleError(_("The callback is too old or of the future. Sign it anew."))
    if texts["status"] not in STATUSES:
        raise RuleError(_("There is no payment status {0}."), texts["status"])
    if not PLAIN_AMOUNT.fullmatch(texts["amount"]):
        raise RuleError(_("{0} is no amount of money. Enter a number such as 128.50."), texts["amount"])
    return Callback(
        texts["payment"],
        texts["transaction"],
        positive_amount(texts["amount"]),
        texts["currency"],
        texts["status"],
        int(texts["timestamp"]),
        texts["nonce"],
    )


def check_paid(callback: Callback, expected: Decimal, currency: str = "CNY") -> None:
    """Raise RuleError unless the callback is about the amount and currency that were asked for."""
    if callback.currency != currency:
        raise RuleError(_("The payment is in {0}, not in {1}."), callback.currency, currency)
    if callback.amount != expected:
        raise RuleError(_("{0} yuan were paid, {1} were asked for."), callback.amount, expected)
