"""What an account of a resident may call at all: our own endpoints, signing out, and nothing of the platform's API.

The platform's generic API answers by document permission with whole rows: internal notes, comments, other people's
numbers. Residents get what the portal's pages show, and nothing else.
"""

from __future__ import annotations

import re
from typing import NoReturn
from urllib.parse import unquote

import frappe
from frappe import _
from werkzeug.exceptions import BadRequest, Forbidden, NotFound
from werkzeug.wrappers import Request, Response

from property_service.portal.access import is_portal_user
from property_service.portal.files import may_download
from property_service.property_service.own_doctypes import is_ours
from property_service.setup.roles import RESIDENT

OWN_ENDPOINTS = (
    "property_service.portal.api.",
    "property_service.portal.account_api.",
    "property_service.portal.complaint_api.",
    "property_service.portal.decoration_api.",
    "property_service.portal.event_api.",
    "property_service.portal.fee_api.",
    "property_service.portal.notice_api.",
)
OURS = "property_service."
GUEST_ENDPOINTS = f"{OURS}portal.account_api."
PAGES = ("/resident", "/q/", "/door-permit", "/event-check-in")
CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PLATFORM_METHODS = frozenset({"login", "logout", "web_logout"})
OWN_PAGES = "resident"
DEEPEST = 100
LONGEST_NAME = 200  # bytes; the platform puts a little more behind it
# Files in which a browser would run scripts.
RUNNING = frozenset({"application/xhtml+xml", "application/xml", "image/svg+xml", "text/html", "text/xml"})
PLATFORM_PAGES = frozenset({"printview", "printpreview", "print", "list", "app", "desk"})


def check_request() -> None:
    """Hook `auth_hooks`, run on every request once the user is known. Raises Forbidden, NotFound, BadRequest.

    Other apps may open methods of theirs to residents by the hook `property_service_resident_methods`: names of
    methods, or beginnings of names that end with a dot.
    """
    user, path = frappe.session.user, "/" + frappe.request.path.lstrip("/")
    ours = (_method_of(path) or str(frappe.form_dict.get("cmd") or "")).startswith(OURS)
    if ours:
        # The platform turns calls away before the endpoint is entered, and would tell how the server is built.
        frappe.local.flags.disable_traceback = True
    if ours or path.startswith("/resident"):
        _check_form()
    if _is_mistaken(path):
        raise NotFound
    _check_file_names()
    if user == "Administrator":
        return
    # An address may name one method and the form another.
    called = (str(frappe.form_dict.get("cmd") or ""), _method_of(path))
    if path.startswith("/resident") or any(method.startswith(GUEST_ENDPOINTS) for method in called):
        _check_origin()
    if path.startswith("/private/files/") and is_portal_user(user) and not may_download(path):
        _refuse()
    if user == "Guest" or not is_portal_user(user) or RESIDENT not in frappe.get_roles(user):
        return
    if frappe.form_dict.get("cmd"):
        _check_method(str(frappe.form_dict.cmd))
    elif path.startswith("/api/"):
        _check_method(_method_of(path))
    else:
        _check_page(path)


def _is_mistaken(path: str) -> bool:
    """Whether the database takes this for the name of a DocType that it is not; the platform would stumble over that.

    It heeds neither a space at the end nor accents nor what cannot be seen.
    """
    name = path.strip("/")
    if name != name.rstrip():
        return True
    if name.isascii() and name.isprintable():
        return False
    found = frappe.db.exists("DocType", name)
    return bool(found) and str(found).casefold() != name.casefold()


def _check_form() -> None:
    """The platform reads every text as JSON to see whether it is; one bracket in another breaks it off at some depth.

    A part of a form can come without a name, and it takes names for arguments.
    """
    for name, text in frappe.form_dict.items():
        # half a letter, as JSON can hold one, is no text either
        if not isinstance(name, str) or (isinstance(text, str) and re.search("[\ud800-\udfff]", text)):
            raise BadRequest(_("What was sent was not understood. Please check it and send it again."))
        if not isinstance(text, str) or text.count("[") + text.count("{") <= DEEPEST:
            continue
        depth = 0
        for character in text:
            depth += (character in "[{") - (character in "]}")
            if depth > DEEPEST:
                raise BadRequest(_("What was sent was not understood. Please check it and send it again."))


def _check_file_names() -> None:
    """No disk keeps such names, and the platform finds that out too late to say so."""
    for _field, sent in frappe.request.files.items(multi=True):
        name = sent.filename or ""
        meant = unquote(name)
        if "\0" in meant or (meant != name and "/" in meant) or len(name.encode()) > LONGEST_NAME:
            raise BadRequest(_("A file with such a name cannot be kept. Please give it another name."))


def _check_origin() -> None:
    """Nobody has a token before signing in; so no other site may send our forms in somebody's browser."""
    if frappe.request.method == "POST" and frappe.get_request_header("Sec-Fetch-Site") == "cross-site":
        raise Forbidden(_("Please open this page on its own and send the form from there."))


def set_headers(response: Response | None, request: Request) -> None:
    """Hook `after_request`: pages of residents load nothing from elsewhere, stand in no frame and stay in no cache; private files run no script.

    The address of the join page holds a secret, so it is told to nobody.
    """
    path = "/" + request.path.lstrip("/")
    if response is not None and path.startswith("/private/files/") and response.mimetype in RUNNING:
        # The platform shows some of these as a page of this site.
        response.headers["Content-Disposition"] = "attachment"
    if response is None or not path.startswith(PAGES):
        return
    response.headers["Content-Security-Policy"] = CONTENT
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store, private"


def _method_of(path: str) -> str:
    """The method an API path names, "" where it names a document: /api/method/x, /api/v2/method/x."""
    parts = path.split("/")[2:]
    if parts and parts[0] in ("v1", "v2"):
        parts = parts[1:]
    return parts[1] if len(parts) == 2 and parts[0] == "method" else ""


def _check_method(method: str) -> None:
    opened = (*OWN_ENDPOINTS, *PLATFORM_METHODS, *frappe.get_hooks("property_service_resident_methods"))
    if not any(method.startswith(name) if name.endswith(".") else method == name for name in opened):
        _refuse()


def _check_page(path: str) -> None:
    """The platform prints and lists whole documents for everybody who may read them, without the right to print."""
    first = path.strip("/").partition("/")[0].removesuffix(".html")
    if first == OWN_PAGES:  # the platform would take it for the DocType Resident, which no resident may read
        return
    if first in PLATFORM_PAGES or is_ours(first):
        _refuse()


def _refuse() -> NoReturn:
    # The platform answers its own permission error on a page with status 200.
    raise Forbidden(_("This is not available to residents. Please use the pages of the portal."))
