"""What the reports of the module share: whose money somebody may see, periods, columns, numbers as the screen takes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate
from pypika import Table
from pypika.queries import QueryBuilder

from property_service.fees.ledger import today_of
from property_service.property_service.errors import InputRefused
from property_service.property_service.scope import allowed_communities, check_roles, may_see_community

READERS = ("Property Cashier", "Property Manager", "System Manager")
"""Who reads the reports of the money side."""
MANAGERS = ("Property Manager", "System Manager")
"""Who takes figures out of the house as a file, and voids charges."""
LONGEST_SPAN_DAYS = 5 * 366


def check_reader() -> None:
    """Raise PermissionError unless the user reads the reports of the money side."""
    check_roles(READERS)


def communities_of(filters: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the communities a report covers: the one asked for, else all of the user; None means every one there is."""
    asked = filters.get("community")
    if asked:
        return (asked,) if may_see_community(asked) else ()
    return allowed_communities()


def of_communities(query: QueryBuilder, table: Table, communities: tuple[str, ...] | None) -> QueryBuilder:
    """Return the query, of these communities only."""
    return query if communities is None else query.where(table.community.isin(communities or ("",)))


def today_for(filters: Mapping[str, Any]) -> date:
    """Return the date of today in the community asked for, else that of the site."""
    community = filters.get("community")
    return today_of(community) if community else getdate()


def span(filters: Mapping[str, Any], first: date, last: date) -> tuple[date, date]:
    """Return first and last day asked for, with these where one is left out. Raises InputRefused."""
    begin = getdate(filters["from_date"]) if filters.get("from_date") else first
    end = getdate(filters["to_date"]) if filters.get("to_date") else last
    if begin > end:
        frappe.throw(_("The period ends before it begins. Correct one of the two dates."), InputRefused)
    if (end - begin).days > LONGEST_SPAN_DAYS:
        frappe.throw(_("Please choose a period of at most five years."), InputRefused)
    return begin, end


def one_of(filters: Mapping[str, Any], name: str, known: Collection[str], default: str) -> str:
    """Return what was chosen of a filter's options. Raises InputRefused for what is none of them."""
    chosen = filters.get(name) or default
    if chosen not in known:
        frappe.throw(_("{0} is not one of: {1}.").format(chosen, ", ".join(known)), InputRefused)
    return chosen


def only_total(rows: list[dict[str, Any]], filters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the total alone, the last row, where the filters ask for it: number cards add up what they are given."""
    return rows[-1:] if cint(filters.get("only_total")) else rows


def yuan(amount: Decimal) -> float:
    """Return an exact amount as the screen, the export and the API take it."""
    return float(amount)


def percent(rate: Decimal | None) -> float | None:
    """Return a rate such as 0.9512 as 95.12; None where there is nothing to collect."""
    return None if rate is None else float(rate * 100)


def full_names(users: Collection[str]) -> dict[str, str]:
    """Return user → full name, in one query."""
    rows = frappe.get_all("User", {"name": ["in", [*users, ""]]}, ["name", "full_name"], order_by="name asc")
    return {row.name: row.full_name or row.name for row in rows}


def resident_names(residents: Collection[str]) -> dict[str, str]:
    """Return resident → name, in one query."""
    rows = frappe.get_all(
        "Resident", {"name": ["in", sorted({*residents, ""})]}, ["name", "resident_name"], order_by="name asc"
    )
    return {row.name: row.resident_name for row in rows}


def amount(fieldname: str, label: str, width: int = 120) -> dict[str, Any]:
    """Return a column of yuan."""
    return {"fieldname": fieldname, "label": label, "fieldtype": "Float", "precision": "2", "width": width}


def count(fieldname: str, label: str, width: int = 90) -> dict[str, Any]:
    """Return a column of whole numbers."""
    return {"fieldname": fieldname, "label": label, "fieldtype": "Int", "width": width}


def rate(fieldname: str, label: str, width: int = 110) -> dict[str, Any]:
    """Return a column of percents."""
    return {"fieldname": fieldname, "label": label, "fieldtype": "Percent", "precision": "2", "width": width}


def link(fieldname: str, label: str, doctype: str, width: int = 140) -> dict[str, Any]:
    """Return a column of links."""
    return {"fieldname": fieldname, "label": label, "fieldtype": "Link", "options": doctype, "width": width}


def text(fieldname: str, label: str, width: int = 120) -> dict[str, Any]:
    """Return a column of texts."""
    return {"fieldname": fieldname, "label": label, "fieldtype": "Data", "width": width}


def day(fieldname: str, label: str, width: int = 105) -> dict[str, Any]:
    """Return a column of dates."""
    return {"fieldname": fieldname, "label": label, "fieldtype": "Date", "width": width}
