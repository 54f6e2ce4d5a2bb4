"""What differs between the framework's versions, in one place."""

import frappe
from frappe.model.naming import is_autoincremented
from pypika import Field
from pypika.terms import Function


def framework_version() -> int:
    """Major version of the framework, for example 15."""
    return int(frappe.__version__.split(".")[0])


def in_test() -> bool:
    """True while the test runner drives the framework."""
    return bool(getattr(frappe, "in_test", False) or frappe.flags.in_test)


def permission_undecided() -> bool | None:
    """What a `has_permission` hook returns to leave the answer to others.

    Up to 15 the first answer that is not None wins, so True would let everybody in; from 16 on all must agree and None
    denies.
    """
    return True if framework_version() >= 16 else None


def count_of_listed(doctype: str, filters: list[list]) -> int:
    """How many documents the session's user may list; `filters` are [DocType, field, operator, value].

    Rows of tables stand beside each other, so with a filter on one of those the names are read; else the database counts. From 16 on the
    platform takes functions as a dict alone.
    """
    if any(row[0] != doctype for row in filters):
        return len(frappe.get_list(doctype, filters=filters, pluck="name", order_by="name asc", limit_page_length=0))
    field = {"COUNT": "name", "as": "n"} if framework_version() >= 16 else "count(name) as n"
    return int(frappe.get_list(doctype, filters=filters, fields=[field], order_by=None)[0].n or 0)


def new_names(doctype: str, count: int) -> list[int | str]:
    """Names for `count` rows inserted past the platform's naming: of its number sequence where it keeps one, else random.

    The platform's own log tables are numbered on some versions and not on others.
    """
    if not is_autoincremented(doctype):
        return [frappe.generate_hash(length=10) for _number in range(count)]
    if frappe.db.db_type != "mariadb":
        return [frappe.db.get_next_sequence_val(doctype) for _number in range(count)]
    next_value = Function("NEXTVAL", Field(frappe.scrub(f"{doctype}_id_seq")))
    names: list[int | str] = []
    while len(names) < count:
        # Any table with enough rows serves: each row read takes one number.
        rows = frappe.qb.from_(frappe.qb.DocType("DocField")).select(next_value).limit(count - len(names))
        names += rows.run(pluck=True)
    return names
