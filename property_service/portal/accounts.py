"""Accounts of residents: users without e-mail whose number lives on the Resident."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.core.doctype.user.user import test_password_strength
from frappe.model.document import Document
from frappe.sessions import delete_session
from frappe.utils.password import Auth, passlibctx, update_password

from property_service.portal.access import forget_cached_access
from property_service.property_service.errors import InputRefused
from property_service.property_service.languages import language_for
from property_service.setup.roles import RESIDENT

DOMAIN = "@residents.invalid"
PICTURE = "/assets/property_service/images/resident.svg"
SHORTEST, LONGEST, LEAST_DIFFERENT = 8, 128, 4


def ensure_account(resident: str) -> str:
    """The user of a resident, made if he has none yet. He can sign in once `open_portal` was called for him.

    The caller has judged that the session's user may open the portal for this resident.
    """
    # Locks the resident, so that two codes given at the same moment make one account.
    row = frappe.db.get_value(
        "Resident", resident, ["resident_name", "language", "user"], as_dict=True, for_update=True
    )
    if row.user:
        return row.user
    user = frappe.get_doc(
        {
            "doctype": "User",
            "email": f"r-{frappe.generate_hash(length=20)}{DOMAIN}",
            "first_name": row.resident_name[:140],
            "language": language_for(row.language),
            "user_type": "Website User",
            "user_image": PICTURE,
            "send_welcome_email": 0,
            "thread_notify": 0,
            "document_follow_notify": 0,
            "roles": [{"role": RESIDENT}],
        }
    )
    user.flags.no_welcome_mail = True
    with _no_throttle():
        # The desk may not make users; it may make this kind, which holds the role Resident only.
        user.insert(ignore_permissions=True)
    frappe.db.set_value(
        "Notification Settings", user.name, {"enabled": 0, "enable_email_notifications": 0}, update_modified=False
    )
    frappe.db.set_value("Resident", resident, "user", user.name)
    return user.name


def open_portal(resident: str) -> str:
    """Let a resident in; returns his user."""
    user = ensure_account(resident)
    frappe.db.set_value("Resident", resident, "portal_enabled", 1)
    frappe.db.set_value("User", user, "enabled", 1)
    forget_cached_access()
    return user


def close_portal(resident: str) -> None:
    """Let a resident in no more, and end his sessions. The caller has judged the right to it."""
    frappe.db.set_value("Resident", resident, "portal_enabled", 0)
    forget_cached_access()
    user = frappe.db.get_value("Resident", resident, "user")
    if not user:
        return
    if user.endswith(DOMAIN) and not frappe.db.exists("Resident", {"user": user, "portal_enabled": 1}):
        # else his password still opened the platform's own page of signing in
        frappe.db.set_value("User", user, "enabled", 0)
    end_sessions(user)


def end_sessions(user: str, except_for: str | None = None) -> None:
    """Sign a user out everywhere, but for the session `except_for`."""
    table = frappe.qb.DocType("Sessions")
    for sid in frappe.qb.from_(table).select(table.sid).where(table.user == user).run(pluck=True):
        if sid != except_for:
            delete_session(sid, user=user, reason="Signed out by the portal")


def check_new_password(password: str, phones: tuple[str, ...] = ()) -> None:
    """Raises InputRefused for a password that is too short, too long or easily guessed."""
    if not SHORTEST <= len(password) <= LONGEST:
        _refuse(_("Please choose a password of {0} to {1} characters.").format(SHORTEST, LONGEST))
    is_phone = password.isdigit() and any(password in phone or phone in password for phone in phones)
    if len(set(password.lower())) < LEAST_DIFFERENT or is_phone:
        _refuse(_("This password is easily guessed. Please choose one with more different letters and digits."))
    policy = test_password_strength(password) or {}
    if policy and not policy.get("feedback", {}).get("password_policy_validation_passed"):
        _refuse(_("This password is too weak for this site. Please make it longer."))


def set_password(user: str, password: str, keep_session: str | None = None) -> None:
    """Set a password that `check_new_password` has let pass; other sessions end."""
    update_password(user, password)
    end_sessions(user, except_for=keep_session)


def has_password(user: str) -> bool:
    """True where the user has chosen a password."""
    return bool(_stored(user))


def password_matches(user: str | None, password: str) -> bool:
    """Takes as long for a user without a password and for none at all."""
    stored = _stored(user) if user else None
    right = passlibctx.verify(password[:LONGEST], stored or _dummy())
    return right and stored is not None


def keep_mail_inside(doc: Document, method: str | None = None) -> None:
    """Document event of Email Queue: nothing ever leaves for the addresses of residents, which nobody reads."""
    for row in doc.recipients:
        if (row.recipient or "").lower().rstrip(">").endswith(DOMAIN):
            row.status = "Sent"


def _stored(user: str) -> str | None:
    rows = (
        frappe.qb.from_(Auth)
        .select(Auth.password)
        .where(Auth.doctype == "User")
        .where(Auth.name == user)
        .where(Auth.fieldname == "password")
        .where(Auth.encrypted == 0)
        .run(pluck=True)
    )
    return rows[0] if rows else None


_dummies: list[str] = []


def _dummy() -> str:
    """The hash of nothing anybody knows, made once per process."""
    if not _dummies:
        _dummies.append(passlibctx.hash(frappe.generate_hash()))
    return _dummies[0]


@contextmanager
def _no_throttle() -> Iterator[None]:
    """The platform makes at most 60 users an hour; a desk that welcomes a new building needs more."""
    before = frappe.local.conf.get("throttle_user_limit")
    frappe.local.conf.throttle_user_limit = 1_000_000
    try:
        yield
    finally:
        if before is None:
            frappe.local.conf.pop("throttle_user_limit", None)
        else:
            frappe.local.conf.throttle_user_limit = before


def _refuse(sentence: str) -> None:
    frappe.throw(sentence, InputRefused)
