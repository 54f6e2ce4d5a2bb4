"""Signing in by phone: one-time codes, passwords, and the choice of a name where several people share a number.

Answers, status and roughly the work are the same for numbers nobody has.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import now_datetime
from frappe.utils.password import get_encryption_key

from property_service.portal import accounts
from property_service.property_service import access_codes, phone_numbers
from property_service.property_service.access_tokens import code_hash, code_matches, keyed_hash, new_code
from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.leases import run_out
from property_service.property_service.messages import sms_is_set_up
from property_service.property_service.queueing import enqueue_later
from property_service.property_service.tries import BY_DAY, BY_MONTH, Tries, caller_network, setting

DOCTYPE = "Sign In Code"
SIGN_IN, JOIN = "Sign In", "Join"
JOIN_KIND = "Resident Join"
# A code on paper holds for days and bears the mistakes of all who share the phone; a sent one is soon replaced.
MOST_ATTEMPTS = {SIGN_IN: 5, JOIN: 20}
# Codes and passwords compared for every number, however many it has: the time tells nothing. Of the codes one is sent, the others of the desk.
COMPARED = 6
COMPARED_PASSWORDS = 3
CHOICE_SECONDS = 300


def send_code(phone: str) -> None:
    """Send a one-time code to a number by short message, if somebody with an account has it.

    Raises InputRefused for what is no number, TooMany above the limits, NotAllowedNow never: without short messages the
    same answer is given.
    """
    phone = _normalised(phone)
    _sends(phone).count()
    _by_address().count()
    if not sms_is_set_up():
        return  # a code nobody can receive could only be guessed
    code = new_code()
    _end_sent_codes(phone)
    _store(phone, code, SIGN_IN, None, now_datetime() + timedelta(minutes=_minutes()))
    known = bool(_people_of(phone))
    enqueue_later(
        "property_service.portal.sign_in.deliver_code",
        queue="short",
        phone=phone if known else None,
        code=code,
        language=frappe.local.lang,
    )


def deliver_code(phone: str | None, code: str, language: str) -> None:
    """Job: the short message itself; nothing for a number nobody has."""
    if not phone or not sms_is_set_up():
        return
    from frappe.core.doctype.sms_settings.sms_settings import send_sms

    text = _("{0} is your sign-in code, valid for {1} minutes. Do not share it with anyone.", lang=language)
    send_sms([phone], text.format(code, _minutes()), success_msg=False)


def make_join_code(resident: str, phone: str, community: str) -> tuple[str, str, datetime]:
    """Code and token with which a resident joins, and until when they hold (site time). Older ones end."""
    until = now_datetime() + timedelta(days=setting("join_code_days") or 7)
    end_join_codes(resident, access_codes.NEW_CODE)
    code = new_code()
    _store(phone, code, JOIN, resident, until)
    token = access_codes.issue(JOIN_KIND, "Resident", resident, community, valid_to=until)
    return code, token, until


def end_join_codes(resident: str, because: str) -> None:
    """Codes on paper that were not used end."""
    table = frappe.qb.DocType(DOCTYPE)
    frappe.qb.update(table).set(table.used_at, now_datetime()).where(table.resident == resident).where(
        table.purpose == JOIN
    ).where(table.used_at.isnull()).run()
    access_codes.revoke_all(JOIN_KIND, "Resident", resident, because)


def residents_by_code(phone: str, code: str) -> tuple[str, ...]:
    """Residents a right code stands for: one for a code of the desk, all who share the number for a sent one.

    A right code serves once. Raises InputRefused, in the same words whatever is wrong, and TooMany.
    """
    phone = _normalised(phone)
    tries = _count_tries(phone)
    matched, claimed = None, []
    rows = [*_live_codes(phone, SIGN_IN, 1), *_live_codes(phone, JOIN, COMPARED - 1)]
    for row in [*rows, *[None] * (COMPARED - len(rows))]:
        # The attempt is claimed before the comparison, so that many at once are no more attempts than one by one.
        if row and _claim_attempt(row):
            claimed.append(row)
        if code_matches(code, row.code_hash if row in claimed else None):
            matched = row
    found: tuple[str, ...] = ()
    if matched and _use(matched.name):
        found = tuple(_active(matched.resident)) if matched.resident else _people_of(phone)
    if not found:
        frappe.db.commit()  # nosemgrep: the attempt counts although the answer is an error
        _refuse()
    _give_back(tries)
    _give_attempts_back([row.name for row in claimed if row is not matched])
    if matched.purpose == JOIN:
        _joined(matched.resident)
    else:
        # What was asked for and used does not add up. The address keeps it: the code may have been asked for from another.
        _sends(phone).give_back()
    return found


def residents_by_token(token: str, phone: str) -> tuple[str, ...]:
    """The resident whom the desk gave the QR code with this token, if the number is his. It serves once."""
    phone = _normalised(phone)
    tries = _count_tries(phone)
    code = access_codes.find(token)
    resident = code.reference_name if code and code.kind == JOIN_KIND else None
    if not resident or resident not in _holders_of(phone) or not access_codes.use_up(code.name, access_codes.USED):
        _refuse()
    _give_back(tries)
    _joined(resident)
    return (resident,)


def residents_by_password(phone: str, password: str) -> tuple[str, ...]:
    """Residents with this number and this password. Raises InputRefused in the same words whatever is wrong."""
    phone = _normalised(phone)
    tries = _count_tries(phone)
    people = _people_of(phone)
    users = {name: frappe.db.get_value("Resident", name, "user") for name in people}
    for number in range(COMPARED_PASSWORDS - len(people)):
        users[str(number)] = None
    right = tuple(name for name, user in users.items() if accounts.password_matches(user, password))
    if not right:
        _refuse()
    _give_back(tries)
    return right


def offer_choice(residents: tuple[str, ...]) -> str:
    """Remember, for five minutes, that somebody has proven to be one of these; returns the key to choose with."""
    key = frappe.generate_hash(length=40)
    frappe.cache.set_value(f"property_service_choice:{key}", list(residents), expires_in_sec=CHOICE_SECONDS)
    return key


def choices(key: str) -> dict[str, str]:
    """Resident → name behind a key; empty when the time is over."""
    residents = _remembered(key)
    if not residents:
        return {}
    rows = frappe.get_all(
        "Resident", {"name": ["in", residents]}, ["name", "resident_name"], order_by="resident_name asc"
    )
    return {row.name: row.resident_name for row in rows}


def choose(key: str, resident: str) -> str:
    """The resident chosen, once. Raises InputRefused when the time is over or the name is none of those offered."""
    residents = _remembered(key)
    if resident not in residents:
        frappe.throw(_("The time to choose has run out. Please sign in again."), InputRefused)
    frappe.cache.delete_value(f"property_service_choice:{key}")
    return resident


def enter(resident: str, by_code: bool) -> str:
    """Start a new session for a resident with an account; returns the user. The number was proven by the caller."""
    user = accounts.ensure_account(resident)
    frappe.local.login_manager.login_as(user)
    # Who came by a code may set a new password without the old one.
    frappe.local.session.data.property_service_by_code = int(by_code)
    frappe.local.session_obj.update(force=True)
    return user


def came_by_code() -> bool:
    """True where this session was opened by a code and not by a password."""
    return bool(frappe.local.session.data.get("property_service_by_code"))


def check_current_password(user: str, password: str) -> None:
    """Raises InputRefused where this is not the user's password, TooMany after many tries."""
    tries = Tries(account=(user, setting("tries_per_phone_hour")))
    tries.count()
    if not accounts.password_matches(user, password):
        frappe.throw(
            _("The current password is not right. If you have forgotten it, sign out and sign in with a code."),
            InputRefused,
        )
    tries.give_back()


def forget_old_codes() -> None:
    """Scheduler, daily: codes that have ended for a week."""
    table = frappe.qb.DocType(DOCTYPE)
    frappe.qb.from_(table).delete().where(table.expires_at < now_datetime() - timedelta(days=7)).run()


def _joined(resident: str) -> None:
    end_join_codes(resident, access_codes.USED)
    accounts.open_portal(resident)


def _normalised(phone: str) -> str:
    with rules_speak():
        return phone_numbers.normalise(phone)


def _phone_key(phone: str) -> str:
    return keyed_hash(phone, get_encryption_key())


def _minutes() -> int:
    """How long a sent code holds."""
    return setting("code_minutes") or 10


def _sends(phone: str) -> Tries:
    return Tries(BY_MONTH, sends=(_phone_key(phone), setting("codes_per_phone_hour")))


def _by_address() -> Tries:
    return Tries(BY_DAY, address=(caller_network(), setting("tries_per_address_hour")))


def _count_tries(phone: str) -> tuple[Tries, Tries]:
    """By the hour only for a number: somebody else's wrong tries shut nobody out for long."""
    counted = Tries(phone=(_phone_key(phone), setting("tries_per_phone_hour"))), _by_address()
    for tries in counted:
        tries.count()
    return counted


def _give_back(counted: tuple[Tries, Tries]) -> None:
    for tries in counted:
        tries.give_back()


def _end_sent_codes(phone: str) -> None:
    """Only the newest code of a number serves: asking for many gives a guesser no more to hit."""
    table = frappe.qb.DocType(DOCTYPE)
    frappe.qb.update(table).set(table.used_at, now_datetime()).where(table.phone_hash == _phone_key(phone)).where(
        table.purpose == SIGN_IN
    ).where(table.used_at.isnull()).run()


def _store(phone: str, code: str, purpose: str, resident: str | None, until: datetime) -> None:
    frappe.get_doc(
        {
            "doctype": DOCTYPE,
            "phone_hash": _phone_key(phone),
            "code_hash": code_hash(code),
            "purpose": purpose,
            "resident": resident,
            "expires_at": until,
            "attempts": 0,
        }
        # Nobody may write codes by hand.
    ).insert(ignore_permissions=True)


def _live_codes(phone: str, purpose: str, most: int) -> list[frappe._dict]:
    """The newest codes of a number that still serve; those of the desk by any number of their resident."""
    table, moment = frappe.qb.DocType(DOCTYPE), now_datetime()
    mine = table.phone_hash == _phone_key(phone)
    if purpose == SIGN_IN:
        # One that lives longer than any could is from before the clock was set back.
        lives = ~run_out(table.expires_at, moment, _minutes())
    else:
        lives = table.expires_at > moment
        if holders := _holders_of(phone):
            mine = mine | table.resident.isin(holders)
    return (
        frappe.qb.from_(table)
        .select(table.name, table.code_hash, table.purpose, table.resident)
        .where(mine & (table.purpose == purpose))
        .where(table.used_at.isnull() & lives)
        .where(table.attempts < MOST_ATTEMPTS[purpose])
        .orderby(table.creation, order=frappe.qb.desc)
        .orderby(table.name)
        .limit(most)
        .run(as_dict=True)
    )


def _claim_attempt(row: frappe._dict) -> bool:
    table = frappe.qb.DocType(DOCTYPE)
    frappe.qb.update(table).set(table.attempts, table.attempts + 1).where(table.name == row.name).where(
        table.attempts < MOST_ATTEMPTS[row.purpose]
    ).run()
    return frappe.db._cursor.rowcount == 1


def _give_attempts_back(names: list[str]) -> None:
    """A right try is no guess at the codes of the others."""
    table = frappe.qb.DocType(DOCTYPE)
    frappe.qb.update(table).set(table.attempts, table.attempts - 1).where(table.name.isin([*names, ""])).where(
        table.attempts > 0
    ).run()


def _use(name: str) -> bool:
    table = frappe.qb.DocType(DOCTYPE)
    frappe.qb.update(table).set(table.used_at, now_datetime()).where(table.name == name).where(
        table.used_at.isnull()
    ).run()
    return frappe.db._cursor.rowcount == 1


def _holders_of(phone: str) -> list[str]:
    """Active residents with this number, with or without an account."""
    resident, row = frappe.qb.DocType("Resident"), frappe.qb.DocType("Resident Phone")
    return (
        frappe.qb.from_(row)
        .join(resident)
        .on(row.parent == resident.name)
        .select(resident.name)
        .distinct()
        .where(row.parenttype == "Resident")
        .where(row.phone == phone)
        .where(resident.is_active == 1)
        .orderby(resident.name)
        .run(pluck=True)
    )


def _people_of(phone: str) -> tuple[str, ...]:
    """Residents with this number who may sign in."""
    holders = _holders_of(phone)
    return tuple(
        frappe.get_all(
            "Resident",
            {"name": ["in", holders or [""]], "portal_enabled": 1, "user": ["is", "set"]},
            pluck="name",
            order_by="name asc",
        )
    )


def _active(resident: str) -> list[str]:
    return frappe.get_all("Resident", {"name": resident, "is_active": 1}, pluck="name", order_by="name asc")


def _remembered(key: str) -> list[str]:
    is_key = isinstance(key, str) and key.isalnum()
    return (frappe.cache.get_value(f"property_service_choice:{key}", expires=True) or []) if is_key else []


def _refuse() -> None:
    frappe.throw(
        _(
            "These details do not match, or the code has been used. Please check them, or ask the front desk for a code."
        ),
        InputRefused,
    )
