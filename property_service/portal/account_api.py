"""What a resident calls to sign in and to change his own account. He holds read permission at most: endpoints alone write for him."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.portal import accounts, sign_in
from property_service.portal.access import is_portal_user, residents_of
from property_service.property_service.endpoint import endpoint
from property_service.property_service.errors import InputRefused

LANGUAGES = ("en", "zh")
BEFORE_SIGNING_IN = "Nobody is signed in before signing in; tries are limited by number and address."

# Signing in


@endpoint(guest_because=BEFORE_SIGNING_IN)
def send_code(phone: str) -> dict:
    """Send a one-time code to a phone number. The answer is the same whether or not anybody has it."""
    sign_in.send_code(phone)
    return {"sent": True}


@endpoint(guest_because=BEFORE_SIGNING_IN)
def sign_in_by_code(phone: str, code: str) -> dict:
    """Sign in with a one-time code, sent or given by the desk. Returns {signed_in}, or {key, people} to choose from."""
    return _enter_or_choose(sign_in.residents_by_code(phone, code), by_code=True)


@endpoint(guest_because=BEFORE_SIGNING_IN)
def sign_in_by_password(phone: str, password: str) -> dict:
    """Sign in with a password. Returns {signed_in}, or {key, people} to choose from."""
    return _enter_or_choose(sign_in.residents_by_password(phone, password), by_code=False)


@endpoint(guest_because=BEFORE_SIGNING_IN)
def choose_person(key: str, resident: str) -> dict:
    """Say who one is, where several people share a number: `key` and `resident` as given by signing in."""
    sign_in.enter(sign_in.choose(key, resident), by_code=True)
    return {"signed_in": True}


@endpoint(guest_because=BEFORE_SIGNING_IN)
def join(phone: str, code: str = "", token: str = "", password: str = "") -> dict:
    """Join the portal with what the desk gave: the code, or the token of the QR code. A password is optional."""
    if password:
        accounts.check_new_password(password, (phone,))
    found = sign_in.residents_by_token(token, phone) if token else sign_in.residents_by_code(phone, code)
    if password and len(found) == 1:
        accounts.set_password(accounts.ensure_account(found[0]), password)
    return _enter_or_choose(found, by_code=True)


@endpoint(guest_because="Signing out twice does no harm.")
def sign_out() -> dict:
    """End this session."""
    frappe.local.login_manager.logout()
    # At the end of the request the platform writes the session it holds back, unless its own method was called.
    frappe.local.session_obj = None
    return {"signed_out": True}


def _enter_or_choose(found: tuple[str, ...], by_code: bool) -> dict:
    if len(found) == 1:
        sign_in.enter(found[0], by_code)
        return {"signed_in": True}
    key = sign_in.offer_choice(found)
    people = [{"resident": name, "name": label} for name, label in sign_in.choices(key).items()]
    return {"signed_in": False, "key": key, "people": people}


# The account


@endpoint()
def set_language(language: str) -> dict:
    """The language of pages and messages: "en" or "zh"."""
    resident = _me()
    if language not in LANGUAGES:
        frappe.throw(_("Please choose one of the languages shown."), InputRefused)
    # Residents may not write these documents; this is the one field of them they choose.
    frappe.db.set_value("User", frappe.session.user, "language", language)
    frappe.db.set_value("Resident", resident, "language", language, update_modified=False)
    frappe.clear_cache(user=frappe.session.user)
    return {"language": language}


@endpoint()
def set_password(password: str, current: str = "") -> dict:
    """Choose a password. The current one is asked for, unless this session was opened by a code. Others end."""
    resident = _me()
    user = frappe.session.user
    if accounts.has_password(user) and not sign_in.came_by_code():
        sign_in.check_current_password(user, current)
    phones = frappe.get_all("Resident Phone", {"parent": resident}, pluck="phone", order_by="idx asc")
    accounts.check_new_password(password, tuple(phones))
    accounts.set_password(user, password, keep_session=frappe.session.sid)
    return {"changed": True}


@endpoint()
def set_greetings(welcome: bool) -> dict:
    """Say whether one wants to be greeted on birthdays and festivals; holds from the next greeting on."""
    _me()
    # Residents may not write these documents; this is one of the few fields of them they choose. It counts as a change of the
    # record, so that a form the desk opened before cannot write the consent back.
    for resident in residents_of(frappe.session.user):
        frappe.db.set_value("Resident", resident, "greeting_consent", int(welcome))
    return {"welcome": welcome}


def greetings_welcome() -> bool:
    """Whether the session's user wants to be greeted."""
    own = residents_of(frappe.session.user)
    return bool(own and frappe.db.get_value("Resident", own[0], "greeting_consent"))


def _me() -> str:
    """The resident record of the session's user. Raises PermissionError for everybody else."""
    user = frappe.session.user
    own = residents_of(user) if user != "Guest" and is_portal_user(user) else ()
    if not own:
        frappe.throw(_("Please sign in as a resident."), frappe.PermissionError)
    return own[0]
