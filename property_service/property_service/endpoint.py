"""The one decorator of everything a browser may call."""

from __future__ import annotations

import inspect
import json
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import frappe
from frappe import _
from redis.exceptions import ConnectionError as CacheUnreachable

from property_service.property_service.errors import BusyNow, InputRefused, Unreachable, refuse
from property_service.property_service.locks import connection_lost, must_begin_again
from property_service.property_service.rule_error import RuleError

TRIES = 3
# How the database says that a number or a text does not fit.
TOO_MUCH = frozenset({1264, 1406})
FIRST_YEAR, LAST_YEAR = 1900, 2999
# What the framework itself adds to a call.
FRAMEWORK_KEYS = frozenset({"cmd", "csrf_token", "_", "_lang", "sid", "ignore_permissions", "flags"})
# What the platform sends to the source of every chart; ours have no choices.
CHART_KEYS = frozenset(
    {"chart_name", "filters", "refresh", "time_interval", "timespan", "from_date", "to_date", "heatmap_year"}
)

ENDPOINTS: dict[str, Callable] = {}


def endpoint(
    methods: tuple[str, ...] = ("POST",), guest_because: str = "", ignores: frozenset[str] = frozenset()
) -> Callable[[Callable], Callable]:
    """Make a typed function callable over HTTP.

    Arguments are bound by name and turned into the annotated types (str, int, float, bool, date, datetime, list,
    dict, each also `| None`); a missing, unknown or unreadable one is refused with a sentence and HTTP 400.
    `ignores` are arguments that may be sent and say nothing. A deadlock is tried again, then answered with 409; a lost connection too, then with 503, as where Redis is away. Guests are let in only where `guest_because` says why.
    The attribute `run` does the same with a dict of what was sent, for the forms of the portal's pages.
    """

    def decorate(function: Callable) -> Callable:
        hints = typing.get_type_hints(function)
        parameters = inspect.signature(function).parameters

        # No functools.wraps: the framework would read the wrapped signature and drop unknown arguments in silence.
        def call(*args: Any, **sent: Any) -> Any:
            if args or not _is_web_call(path):
                return function(*args, **sent)
            return run(sent)

        def run(sent: dict[str, Any]) -> Any:
            # Whatever goes wrong from here on is said in a sentence and logged; the course of our code stays with us.
            frappe.local.flags.disable_traceback = True
            bound = _bind(parameters, hints, {name: value for name, value in sent.items() if name not in ignores})
            for attempt in range(1, TRIES + 1):
                try:
                    return function(**bound)
                except RuleError as error:
                    refuse(error)
                except Exception as error:
                    if isinstance(error, frappe.db.DataError) and error.args[0] in TOO_MUCH:
                        raise_refused(_("Something that was entered is too long or too large. Please shorten it."))
                    lost, away = connection_lost(error), isinstance(error, CacheUnreachable)
                    if not lost and not away and not must_begin_again(error):
                        raise
                    if lost:
                        frappe.db.close()  # the next statement opens another one
                    frappe.db.rollback()
                    if away or (lost and attempt == TRIES):
                        sentence = _("A part of the server cannot be reached, and nothing was saved. Please try again.")
                        frappe.throw(sentence, Unreachable)
                    if attempt == TRIES:
                        frappe.throw(_("Somebody else is changing this right now. Please try again."), BusyNow)

        path = f"{function.__module__}.{function.__qualname__}"
        call.__name__, call.__qualname__ = function.__name__, function.__qualname__
        call.__module__, call.__doc__ = function.__module__, function.__doc__
        call.endpoint = function
        call.run = run
        call.methods = methods
        call.guest_because = guest_because
        ENDPOINTS[path] = frappe.whitelist(allow_guest=bool(guest_because), methods=list(methods))(call)
        return ENDPOINTS[path]

    return decorate


def bound_by_name(function: Callable) -> Callable:
    """Bind a function that the platform calls as it likes, and a browser past it, to its annotated types as `endpoint` does.

    Arguments it does not take are left out; for those that are missing or cannot be read HTTP 400 with a sentence.
    """
    hints = typing.get_type_hints(function)
    taken = inspect.signature(function).parameters
    parameters = {name: one for name, one in taken.items() if one.kind is not one.VAR_KEYWORD}

    # No functools.wraps: the platform would read the wrapped signature and answer by an error of its own.
    def call(*args: Any, **sent: Any) -> Any:
        sent = {**dict(zip(parameters, args, strict=False)), **sent}
        more = {name: value for name, value in sent.items() if name not in parameters}
        bound = _bind(parameters, hints, {name: value for name, value in sent.items() if name in parameters})
        return function(**bound, **(more if len(taken) > len(parameters) else {}))

    call.__name__, call.__qualname__ = function.__name__, function.__qualname__
    call.__module__, call.__doc__ = function.__module__, function.__doc__
    return call


def _is_web_call(path: str) -> bool:
    request = getattr(frappe.local, "request", None)
    # the platform's upload calls the method a browser names, without arguments
    named = (frappe.form_dict.get("cmd"), frappe.form_dict.get("method"))
    return bool(request) and (path in named or request.path.endswith(path))


def _bind(parameters: typing.Mapping[str, inspect.Parameter], hints: dict[str, Any], sent: dict) -> dict[str, Any]:
    unknown = sorted(set(sent) - set(parameters) - FRAMEWORK_KEYS)
    if unknown:
        raise_refused(_("This call does not accept: {0}.").format(", ".join(map(_plain, unknown))))
    bound: dict[str, Any] = {}
    for name, parameter in parameters.items():
        if name in sent:
            bound[name] = _coerce(name, sent[name], hints.get(name, str))
        elif parameter.default is inspect.Parameter.empty:
            raise_refused(_("Please provide: {0}.").format(name))
    return bound


def raise_refused(sentence: str) -> typing.NoReturn:
    """Refuse what was sent, with a sentence for the person who sent it."""
    frappe.throw(sentence, InputRefused)


def _plain(text: Any) -> str:
    return frappe.utils.escape_html(str(text))[:60]


def _coerce(name: str, value: Any, hint: Any) -> Any:
    kinds = [k for k in typing.get_args(hint) if k is not type(None)] if _is_union(hint) else [hint]
    optional = _is_union(hint) and type(None) in typing.get_args(hint)
    if value is None or (value == "" and str not in kinds):
        if optional:
            return None
        raise_refused(_("Please provide: {0}.").format(name))
    for kind in kinds:
        try:
            return _read(value, typing.get_origin(kind) or kind)
        except (ValueError, TypeError, OverflowError, RecursionError):
            continue
    raise_refused(_("{0} was not understood. Please check it and send it again.").format(name))


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def _read(value: Any, kind: Any) -> Any:
    if kind is Any:
        return value
    if kind in (list, dict):
        parsed = frappe.parse_json(value) if isinstance(value, str) else value
        if not isinstance(parsed, kind):
            raise ValueError
        json.dumps(parsed, ensure_ascii=False, default=str).encode()  # as below, and not too deep to be kept
        return parsed
    if isinstance(value, (list, dict)):
        raise ValueError
    if kind is bool:
        words = {"1": True, "true": True, "0": False, "false": False}
        return words.get(str(value).lower()) if str(value).lower() in words else _fail()
    if kind is int:
        return _fail() if isinstance(value, float) and value != int(value) else int(value)
    if kind is float:
        number = float(value)
        return number if number == number and abs(number) != float("inf") else _fail()
    if kind in (date, datetime):
        moment = datetime.fromisoformat(str(value).strip())
        # Beyond these nothing can be reckoned with zones.
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError
        return moment.date() if kind is date else moment
    if kind is str:
        str(value).encode()  # half a letter, as broken programs send it, is none: no database can keep it
        return str(value)
    raise ValueError


def _fail() -> typing.NoReturn:
    raise ValueError
