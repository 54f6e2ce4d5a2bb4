"""Monthly service report (客服月报): one page per community and month; the figures of every room beside those of the month before."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, add_months, cint, get_first_day, getdate

from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.scope import check_roles
from property_service.property_service.service_clock import local_day, site_now

REPORT = "Monthly Service Report"
DRAFT, FINAL = "Draft", "Final"
WRITERS = ("Property Manager", "System Manager")
VIEW = "templates/front_desk/monthly_figures.html"

Part = dict[str, Any]


def key_of(community: str, month: date) -> str:
    """Return the key that lets a community have one report a month."""
    return f"{community}|{month:%Y-%m}"


def figures_of(community: str, month: date) -> list[Part]:
    """Return the parts of all rooms for a month, each row with `before`, the same row of the month before (see _before).

    Titles and labels are English and translated where they are shown, so that a report reads in any language.
    """
    now, before = _parts(community, month), _before(community, getdate(add_months(month, -1)))
    earlier = {(part["key"], row["label"]): row for part in before for row in part["rows"]}
    for part in now:
        for row in part["rows"]:
            row["before"] = earlier.get((part["key"], row["label"]))
    return now


def _before(community: str, month: date) -> list[Part]:
    """Return the parts of an earlier month: as its final report keeps them, else as they are now."""
    kept = frappe.db.get_value(REPORT, {"month_key": key_of(community, month), "status": FINAL}, "figures")
    if not kept:
        return _parts(community, month)
    parts = json.loads(kept)
    for part in parts:
        for row in part["rows"]:
            row.pop("before", None)
    return parts


def _parts(community: str, month: date) -> list[Part]:
    last = getdate(add_days(add_months(month, 1), -1))
    found = call_extensions("property_service_month_figures", community=community, first_day=month, last_day=last)
    parts = [part for part in found if part and part["rows"]]
    return sorted(parts, key=lambda part: (part.get("order") or 0, part["key"]))


def take_figures(doc: Document) -> None:
    """Put the figures of the month, as they are now, into a draft."""
    doc.figures = json.dumps(figures_of(doc.community, getdate(doc.month)), ensure_ascii=False, default=str)
    doc.made_at = site_now()


def take_again(name: str) -> Document:
    """Take the figures of a draft again."""
    doc = _draft(name)
    take_figures(doc)
    return _save(doc)


def finalise(name: str, by: str) -> Document:
    """Make a report final, with the figures as they are now; from then on nothing of it changes. NotAllowedNow before the month is over."""
    doc = _draft(name)
    if getdate(add_months(doc.month, 1)) > local_day(doc.community):
        frappe.throw(_("The month is not over. Make the report final in the next month."), NotAllowedNow)
    take_figures(doc)
    doc.status, doc.finalised_by = FINAL, by
    return _save(doc)


def check_month(doc: Document) -> None:
    """Refuse a month to come, and a second report of a month."""
    if doc.month > getdate(get_first_day(local_day(doc.community))):
        frappe.throw(_("This month is still to come. Choose one that has begun."), InputRefused)
    known = frappe.db.get_value(REPORT, {"month_key": doc.month_key})
    if known:
        frappe.throw(_("This month has its report already: {0}.").format(known), InputRefused)


def make_drafts() -> int:
    """Scheduler: drafts of last month for every community that has none; returns how many."""
    months = {
        name: getdate(get_first_day(add_months(local_day(name), -1)))
        for name in frappe.get_all("Community", pluck="name", order_by="name asc")
    }
    wanted = {key_of(name, month): (name, month) for name, month in months.items()}
    keys = {"month_key": ["in", [*wanted, ""]]}
    known = set(frappe.get_all(REPORT, keys, pluck="month_key", order_by="month_key asc"))
    for key in wanted.keys() - known:
        community, month = wanted[key]
        doc = frappe.new_doc(REPORT)
        doc.update({"community": community, "month": month})
        # The scheduler acts for nobody.
        doc.insert(ignore_permissions=True)
    return len(wanted.keys() - known)


# How it is shown


def view_of(doc: Document) -> list[Part]:
    """Return the parts of a report as texts of the reader's language.

    Rows: {label, value, share (numerator and denominator), target, before, change: up, down or ""}.
    """
    parts = json.loads(doc.figures or "[]")
    return [
        {"key": part["key"], "title": _(part["title"]), "rows": [_shown(row) for row in part["rows"]]} for part in parts
    ]


def html_of(doc: Document) -> str:
    """Return the figures as a piece of page: the same on the form and on paper."""
    return frappe.render_template(VIEW, {"parts": view_of(doc)})


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    before = row.get("before") or {}
    value, earlier = row.get("value"), before.get("value")
    change = ""
    if isinstance(value, (int, float)) and isinstance(earlier, (int, float)) and value != earlier:
        change = "up" if value > earlier else "down"
    return {
        "label": _(row["label"]),
        "value": _value(row),
        "share": _share(row),
        "target": f"{row['target']:g} %" if row.get("target") is not None else "",
        "before": _value(before) if before else "",
        "before_share": _share(before) if before else "",
        "change": change,
    }


def _value(row: dict[str, Any]) -> str:
    value, kind = row.get("value"), row.get("kind")
    if value is None:
        return "–"
    if kind == "percent":
        return f"{value:.2f} %"
    if kind == "money":
        return f"¥ {value:,.2f}"
    if kind == "minutes":
        return _("{0} min").format(cint(value))
    if kind == "count":
        return f"{cint(value):,}"
    return str(value)


def _share(row: dict[str, Any]) -> str:
    if row.get("denominator") is None:
        return ""
    if row.get("money"):
        return f"{row['numerator']:,.2f} / {row['denominator']:,.2f}"
    return f"{row['numerator']:,} / {row['denominator']:,}"


def _draft(name: str) -> Document:
    doc = frappe.get_doc(REPORT, name, for_update=True)
    doc.check_permission("write")
    check_roles(WRITERS)
    if doc.status == FINAL:
        frappe.throw(_("This report is final and kept as it is."), NotAllowedNow)
    return doc


def _save(doc: Document) -> Document:
    doc.flags.by_rules = True
    doc.save()
    return doc
