"""Files for table programs: what people wrote stays text there, even where it begins like a formula."""

from __future__ import annotations

import csv
import io
import re

import frappe
from openpyxl import load_workbook

# A text in quotes that a table program would reckon; "+86 139…" and "-5.2" are no formulas.
_FORMULA = r'(^|{delimiter}|\r|\n)"(?=[=@\t\r]|[+\-](?![\d .]*"))'


def all_texts_in_quotes() -> str:
    """Have the platform put every text of the CSV file it is asked for into quotes; returns the delimiter."""
    frappe.local.form_dict.csv_quoting = csv.QUOTE_NONNUMERIC
    return str(frappe.local.form_dict.get("csv_delimiter") or ",")[0]


def keep_texts(delimiter: str = ",") -> None:
    """In the file the request is about to answer with, turn formulas into the texts they were written as."""
    response = frappe.local.response
    begins = re.compile(_FORMULA.format(delimiter=re.escape(delimiter)))
    if response.get("type") == "csv":
        response.result = begins.sub(r"""\1"'""", response.result)
        return
    content = response.get("filecontent")
    if not isinstance(content, bytes):
        return
    if str(response.get("filename")).endswith(".csv"):
        response.filecontent = begins.sub(r"""\1"'""", content.decode()).encode()
        return
    book = load_workbook(io.BytesIO(content))
    formulas = [cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"]
    if formulas:
        for cell in formulas:
            cell.data_type = "s"
        target = io.BytesIO()
        book.save(target)
        response.filecontent = target.getvalue()
