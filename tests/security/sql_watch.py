"""What the attacks with SQL share: payloads that would work if they were let in, and a watch that sees where they stand in each query.

What the database takes as text stands in quotes; anywhere else it has become part of the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import frappe

from tests import figures
from tests.web_queries import counted

WORD = "zqhit"
PAYLOADS = (
    f"x' or '1'='1' /*{WORD}*/ -- ",
    f'x" or 1=1 /*{WORD}*/ -- ',
    f"name` or sleep(0) or `name /*{WORD}*/",
    f"x') union select name, primary_phone /*{WORD}*/ from tabResident -- ",
    f"(select sleep(0) /*{WORD}*/ from tabUser limit 1)",
    f"name; drop table tabResident /*{WORD}*/",
    f"ifnull(sleep(0), name) /*{WORD}*/",
    f"x\\' or 1=1 /*{WORD}*/ #",
    f"name desc, 1 /*{WORD}*/",
    f"%{WORD}%",
)
# These find everything where they are taken for wildcards.
WILD = ("%", "_", "%%")
_TEXT = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"", re.DOTALL)


def outside_quotes(query: str) -> str:
    """The query without its texts."""
    return _TEXT.sub("?", query)


@contextmanager
def undone() -> Iterator[None]:
    """Undo what is written meanwhile, and be the Administrator again."""
    frappe.db.savepoint("one_attack")
    try:
        yield
    finally:
        frappe.db.rollback(save_point="one_attack")
        frappe.set_user("Administrator")


def attacked(user: str, call: Callable[[], Any]) -> tuple[str, list[str]]:
    """Make a call as somebody and undo it. Returns (what it told, what is wrong: an error of ours, words taken for SQL)."""
    wrong: list[str] = []
    figures.count("attacks tried")
    with undone(), counted() as queries:
        if frappe.session.user != user:
            frappe.set_user(user)
        frappe.local.message_log, frappe.local.response = [], frappe._dict(docs=[])
        try:
            told = frappe.as_json([call(), frappe.local.response])
        except Exception as error:
            told = f"{error} {frappe.local.message_log}"
            status = getattr(error, "http_status_code", 500)
            if status >= 500:
                wrong.append(f"{type(error).__name__} {status} {str(error)[:200]}")
    wrong += [f"taken for SQL: {query[-300:]}" for query in queries if WORD in outside_quotes(query)]
    return told, wrong
