"""Calls of the platform's desk that tell of documents past their permissions; ours stand in for them and ask the platform the rest.

Whatever else the platform's own take is passed on as it came.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.desk import query_report, search
from frappe.desk.doctype.dashboard_chart import dashboard_chart

from property_service.property_service.endpoint import bound_by_name, raise_refused
from property_service.property_service.own_doctypes import is_ours

# Of the platform, with words of our documents in them.
CARRIERS = frozenset(
    {
        *(
            "Access Log",
            "Activity Log",
            "Comment",
            "Communication",
            "Deleted Document",
            "Document Follow",
            "Email Queue",
        ),
        *("Error Log", "File", "Notification Log", "ToDo", "Version", "View Log"),
    }
)


@frappe.whitelist()
@bound_by_name
def search_link(doctype: str, txt: str = "", **sent: Any) -> Any:
    """Stand in for the platform's `search_link`. Its own lists all there is where a browser asks it to ignore permissions."""
    sent = {**_heeding_permissions(doctype, sent), "doctype": doctype, "txt": txt}
    return _asked(search.search_link, sent, doctype)


@frappe.whitelist()
@bound_by_name
def search_widget(doctype: str, txt: str = "", **sent: Any) -> Any:
    """Stand in for the platform's `search_widget`, as `search_link` does."""
    sent = {**_heeding_permissions(doctype, sent), "doctype": doctype, "txt": txt}
    return _asked(search.search_widget, sent, doctype)


@frappe.whitelist()
@bound_by_name
def get_link_title(doctype: str, docname: str) -> str:
    """Stand in for the platform's `get_link_title`. Its own tells the title of every document to everybody who knows its name."""
    if is_kept(doctype):
        try:
            may_read = frappe.has_permission(doctype, "read", doc=docname)
        except frappe.DoesNotExistError:
            frappe.clear_last_message()
            may_read = False
        if not may_read:
            return docname
    return search.get_link_title(doctype, docname)


@frappe.whitelist()
@bound_by_name
def chart(chart_name: str | None = None, chart: Any = None, **sent: Any) -> Any:
    """Stand in for the platform's charts. Its own heatmaps count and add up what the reader may not list, by any filter.

    And what one reader was shown is kept by it for all others.
    """
    sent |= {"chart_name": chart_name, "chart": chart}
    shown = frappe.get_doc("Dashboard Chart", chart_name) if chart_name else _read(chart)
    if not is_kept(shown.document_type):
        return _asked(dashboard_chart.get, sent, shown.document_type)
    if shown.type == "Heatmap":
        frappe.throw(
            _("A heatmap would count documents you may not see. Choose another type of chart."), frappe.PermissionError
        )
    return _asked(inspect.unwrap(dashboard_chart.get), sent, shown.document_type)


def _read(chart: Any) -> Any:
    try:
        found = frappe.parse_json(chart)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("document_type"), str):
        raise_refused(_("What was sent was not understood. Please check it and send it again."))
    return frappe._dict(found)


@frappe.whitelist()
@bound_by_name
def column(doctype: str, field: str, names: Any = None) -> dict[str, Any]:
    """Stand in for the column added to a report: name → value of documents the reader may list; the platform's own has all of them."""
    if not is_kept(doctype):
        sent = {"doctype": doctype, "field": field, "names": names}
        return _asked(query_report.get_data_for_custom_field, sent, doctype)
    wanted = frappe.parse_json(names)
    which = {"name": ["in", wanted]} if wanted else {}
    fields = ["name", field]
    return dict(frappe.get_list(doctype, which, fields, as_list=True, order_by="name asc", limit_page_length=0))


def _asked(platforms_own: Callable, sent: dict[str, Any], doctype: str | None) -> Any:
    """What the platform's own function answers; it stumbles over what no page of the desk sends.

    Where other apps' documents are asked for its errors are theirs, to be logged.
    """
    try:
        return frappe.call(platforms_own, **sent)
    except (AttributeError, LookupError, TypeError, ValueError):
        if doctype and not is_kept(doctype) and frappe.db.exists("DocType", doctype):
            raise
        raise_refused(_("What was sent was not understood. Please check it and send it again."))


def is_kept(doctype: str | None) -> bool:
    """True for a DocType of this app, and for those of the platform in which words of our documents lie."""
    return doctype in CARRIERS or is_ours(doctype)


def _heeding_permissions(doctype: str, sent: dict[str, Any]) -> dict[str, Any]:
    return {**sent, "ignore_user_permissions": 0} if is_kept(doctype) else sent
