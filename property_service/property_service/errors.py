"""Refusals that reach a person: each carries a sentence and an HTTP status, in the 400s unless the server itself is at fault."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import frappe
from frappe import _

from property_service.property_service.rule_error import RuleError


class InputRefused(frappe.ValidationError):
    """What was sent cannot be used: wrong, missing or too much."""

    http_status_code = 400


class NotAllowedNow(frappe.ValidationError):
    """The act is known but does not fit the state the document is in."""

    http_status_code = 409


class BusyNow(frappe.ValidationError):
    """Others changed the same rows at the same moment; trying again helps."""

    http_status_code = 409


class Unreachable(frappe.ValidationError):
    """What is needed for the act, such as the database, cannot be reached at the moment; nothing was kept of it."""

    http_status_code = 503


class NoRoom(frappe.ValidationError):
    """There is no room on the server for a file; nothing was kept of the act."""

    http_status_code = 507


class TooMany(frappe.ValidationError):
    """A limit of acts per time is reached."""

    http_status_code = 429


def refuse(error: RuleError) -> NoReturn:
    """Show the sentence of a rule, translated, to the person who met it."""
    params = (frappe.utils.escape_html(str(param)) for param in error.params)
    frappe.throw(_(error.template).format(*params), InputRefused)


@contextmanager
def rules_speak() -> Iterator[None]:
    """Inside this block a refusal of a rule reaches the person as a sentence in his language."""
    try:
        yield
    except RuleError as error:
        refuse(error)
