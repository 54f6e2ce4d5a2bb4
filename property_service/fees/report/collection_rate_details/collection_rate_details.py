"""What stands behind a figure of the collection rate: its ledger entries, or the units with what each owes and why."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr

from property_service.fees.arrears_reasons import reasons_of
from property_service.fees.collection_rates import rate
from property_service.fees.ledger import ENTRY
from property_service.fees.rate_figures import Question, behind, figures_by
from property_service.fees.report.collection_rate.collection_rate import question_of, said
from property_service.fees.report_parts import amount, count, day, link, one_of, percent, resident_names, text, yuan
from property_service.fees.report_parts import rate as percents
from property_service.property_service.money import ZERO, money
from property_service.property_service.report_filters import read_filters

OF_ENTRIES = (
    *("charged", "collected", "waived", "opening", "billed_late"),
    *("recovered", "waived_earlier", "late_fees", "later"),
)
UNITS = "units"
MOST_ROWS = 5000
COLUMNS = (
    *("name", "effective_date", "recorded_at", "unit", "debtor", "fee_item", "service_month"),
    *("entry_type", "part", "amount", "steward", "charge", "receipt", "reverses", "remark"),
)

Row = dict[str, Any]


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], str]:
    """Columns, rows and what is shown in words. `figure` names the figure; `group_by` and `group_key` its group (left out: all)."""
    filters = read_filters(filters)
    question = question_of(filters)
    figure = one_of(filters, "figure", (UNITS, *OF_ENTRIES), UNITS)
    if figure == UNITS:
        return unit_columns(), unit_rows(question), said(question, filters)
    rows = entry_rows(question, figure)
    words = said(question, filters)
    if len(rows) > MOST_ROWS:
        rows = rows[:MOST_ROWS]
        words = f"{words} {_('Only the first {0} entries are shown. Choose a smaller group.').format(MOST_ROWS)}"
    return entry_columns(), rows, words


def entry_rows(question: Question, figure: str) -> list[Row]:
    """The entries of a figure, newest first, their amounts signed so that they add up to it; at most MOST_ROWS and one. Two queries."""
    table = frappe.qb.DocType(ENTRY)
    condition, sign = behind(table, question, figure)
    query = frappe.qb.from_(table).select(*(table[column] for column in COLUMNS)).where(condition)
    query = query.orderby(table.recorded_at, order=frappe.qb.desc).orderby(table.name).limit(MOST_ROWS + 1)
    rows = query.run(as_dict=True)
    names = resident_names([row.debtor for row in rows if row.debtor])
    for row in rows:
        row.debtor_name = names.get(row.debtor, "")
        row.amount = yuan(sign * money(row.amount))
        row.entry_type, row.part = _(row.entry_type), _(row.part)
    return rows


def unit_rows(question: Question) -> list[Row]:
    """A row per unit that was charged or owed something, those that owe most first, with the reason last noted. Three queries."""
    groups, _together = figures_by(question, "unit")
    reasons = reasons_of(groups)
    rows = []
    for unit, group in groups.items():
        found = group.figures
        still_open = found.open_current + found.open_earlier
        if not (found.charged or found.opening or found.billed_late or still_open):
            continue
        rows.append(
            {
                "unit": unit,
                "charged": yuan(found.charged),
                "collected": yuan(found.collected),
                "waived": yuan(found.waived),
                "open_current": yuan(found.open_current),
                "current_rate": percent(rate(found.current)),
                "opening": yuan(found.opening),
                "billed_late": yuan(found.billed_late),
                "recovered": yuan(found.recovered),
                "open_earlier": yuan(found.open_earlier),
                "still_open": yuan(still_open),
                "units_charged": found.units_charged,
                "units_paid": found.units_paid,
                "reason": _(reasons.get(unit, "")),
            }
        )
    return sorted(rows, key=lambda row: (-row["still_open"], cstr(row["unit"])))


def entry_columns() -> list[dict]:
    """The columns of ledger entries."""
    return [
        link("name", _("Fee Ledger Entry"), ENTRY, 150),
        day("effective_date", _("Effective On")),
        {"fieldname": "recorded_at", "label": _("Recorded At"), "fieldtype": "Datetime", "width": 150},
        link("unit", _("Property Unit"), "Property Unit"),
        text("debtor_name", _("Debtor"), 140),
        link("fee_item", _("Fee Item"), "Fee Item"),
        day("service_month", _("Month of Service")),
        text("entry_type", _("Type"), 100),
        text("part", _("Principal or Late Fee"), 110),
        amount("amount", _("Amount"), 110),
        link("steward", _("Steward"), "User"),
        link("charge", _("Fee Charge"), "Fee Charge"),
        link("receipt", _("Fee Receipt"), "Fee Receipt"),
        link("reverses", _("Reverses"), ENTRY),
        text("remark", _("Remark"), 160),
    ]


def unit_columns() -> list[dict]:
    """The columns of units."""
    return [
        link("unit", _("Property Unit"), "Property Unit", 150),
        amount("charged", _("Charged"), 100),
        amount("collected", _("Collected"), 100),
        amount("waived", _("Waived"), 90),
        amount("open_current", _("Still Unpaid"), 100),
        percents("current_rate", _("Current Rate")),
        amount("opening", _("Opening Arrears")),
        amount("billed_late", _("Billed Late"), 100),
        amount("recovered", _("Recovered"), 100),
        amount("open_earlier", _("Open (Arrears)")),
        amount("still_open", _("Unpaid Together"), 115),
        count("units_paid", _("Paid Up")),
        count("units_charged", _("Units Charged"), 110),
        text("reason", _("Reason for the Arrears"), 150),
    ]


def total_of(rows: list[Row], column: str = "amount") -> float:
    """The sum of a column, exact to the cent."""
    return yuan(sum((money(row[column]) for row in rows), ZERO))
