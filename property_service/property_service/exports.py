"""What leaves the house as a file: never care tags or identity numbers, and always on record.

The platform's own exports are called through these functions (hook `override_whitelisted_methods`).
"""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.model import get_permitted_fields
from frappe.model.db_query import DatabaseQuery
from frappe.model.document import Document

from property_service.property_service.endpoint import bound_by_name, raise_refused
from property_service.property_service.formulas import all_texts_in_quotes, keep_texts
from property_service.property_service.scope import check_may

APP = "property_service"
FORMATS = ("CSV", "Excel")
# What a list or report sends along as JSON → what it is, and of what.
READ_AS: dict[str, tuple[tuple[type, ...], tuple[type, ...]]] = {
    "fields": ((list,), (str,)),
    "filters": ((list, dict), (str, list)),
    "or_filters": ((list, dict), (str, list)),
    "selected_items": ((list,), (str, int)),
}
REPORT_READ_AS: dict[str, tuple[tuple[type, ...], tuple[type, ...]]] = {
    "filters": ((dict,), (str,)),
    "visible_idx": ((list,), (int,)),
    "custom_columns": ((list,), (dict,)),
}
# What the platform's list export reads besides the arguments of a query; it stumbles over anything else.
EXPORT_KEYS = frozenset(
    {"aggregate_function", "aggregate_on_doctype", "aggregate_on_field", "add_totals_row", "csv_decimal_sep"}
    | {"csv_delimiter", "csv_quoting", "doctype", "export_in_background", "file_format_type", "selected_items", "title"}
    | {"translate_values"}
)
NEVER_EXPORTED = {"Resident": frozenset({"care_tags", "identity_number", "identity_hash", "user"})}


@frappe.whitelist()
def export_query() -> Any:
    """Report and list export: take the hidden columns out of the request, then let the platform do it and log it."""
    from frappe.desk.reportview import export_query as platform_export

    form = frappe.local.form_dict
    for name in set(form) - EXPORT_KEYS - set(inspect.signature(DatabaseQuery.execute).parameters):
        del form[name]
    _check_readable(form, READ_AS, form.get("doctype"))
    hidden = NEVER_EXPORTED.get(form.get("doctype"), frozenset())
    if hidden and form.get("fields"):
        fields = frappe.parse_json(form.fields)
        fields = fields if isinstance(fields, list) else [fields]
        if any("*" in str(field) for field in fields):
            fields = [f"`tab{form.doctype}`.`{name}`" for name in get_permitted_fields(form.doctype)]
        form.fields = json.dumps([field for field in fields if _column(field) not in hidden])
    delimiter = all_texts_in_quotes()
    platform_export()
    keep_texts(delimiter)


@frappe.whitelist()
def export_report() -> Any:
    """Export of a script report: the platform asks who may, and does not log it; what people wrote stays text in the file."""
    from frappe.desk.query_report import export_query as platform_export

    form = frappe.local.form_dict
    # without the rows to be exported the platform would stumble
    _check_readable(form, REPORT_READ_AS, form.get("visible_idx") and form.get("report_name"))
    delimiter = all_texts_in_quotes()
    platform_export()
    # Behind it: only a report that exists and that he may export is on record, and no file leaves before.
    make_access_log(
        report_name=form.report_name, file_type=form.file_format_type, filters=form.get("filters"), method="Export"
    )
    keep_texts(delimiter)


@frappe.whitelist()
@bound_by_name
def download_template(
    doctype: str,
    export_fields: str | dict | None = None,
    export_records: str | None = None,
    export_filters: str | dict | list | None = None,
    file_type: str = "CSV",
) -> Any:
    """Export from the list's menu, which the platform itself does not log."""
    from frappe.core.doctype.data_import.data_import import download_template as platform_export

    fields = frappe.parse_json(export_fields) if export_fields else {}
    hidden = NEVER_EXPORTED.get(doctype, frozenset())
    if hidden and isinstance(fields, dict):
        fields = {table: [name for name in names if name not in hidden] for table, names in fields.items()}
    if export_records != "blank_template":
        make_access_log(
            doctype=doctype, file_type=file_type, filters=export_filters, columns=json.dumps(fields), method="Export"
        )
    platform_export(doctype, fields, export_records, export_filters, file_type)
    keep_texts()


@frappe.whitelist()
@bound_by_name
def export_data(doctype: str | list | None = None, select_columns: str | dict | None = None, **arguments: Any) -> Any:
    """Export by the DocType Data Export, which the platform logs."""
    from frappe.core.doctype.data_export.exporter import export_data as platform_export

    first = doctype[0] if isinstance(doctype, list) and doctype else doctype
    if isinstance(first, str) and not frappe.db.exists("DocType", first):
        # its record of exports would take no name as long as some
        raise_refused(_("{0} was not understood. Please check it and send it again.").format(_("Export")))
    columns = frappe.parse_json(select_columns) if select_columns else None
    if isinstance(first, str) and first in NEVER_EXPORTED:
        columns = columns if isinstance(columns, dict) else _all_columns(first)
        columns[first] = [name for name in columns.get(first, []) if name not in NEVER_EXPORTED[first]]
    arguments.pop("cmd", None)
    columns = json.dumps(columns) if columns else None
    # frappe.call drops what the platform's function of this version does not take.
    frappe.call(platform_export, doctype=doctype, select_columns=columns, **arguments)
    keep_texts()


def _check_readable(form: Any, read_as: dict[str, tuple[tuple[type, ...], tuple[type, ...]]], what: Any) -> None:
    """Raises InputRefused for what the platform's export would stumble over: it reads what it is sent without looking."""
    readable = isinstance(what, str) and form.get("file_format_type") in FORMATS
    for name, (kinds, parts) in read_as.items():
        try:
            value = frappe.parse_json(form[name]) if form.get(name) and form[name] != "*" else kinds[0]()
        except (ValueError, RecursionError):
            value = None
        rows = value if isinstance(value, kinds) else None
        readable = readable and rows is not None and all(isinstance(one, parts) and one not in ("", []) for one in rows)
    if not readable:
        raise_refused(_("{0} was not understood. Please check it and send it again.").format(_("Export")))


def _all_columns(doctype: str) -> dict[str, list[str]]:
    tables = [doctype, *(field.options for field in frappe.get_meta(doctype).get_table_fields())]
    return {table: ["name", *(field.fieldname for field in frappe.get_meta(table).fields)] for table in tables}


def _column(field: Any) -> str:
    """The name of the column in what the browser sends: "`tabResident`.`care_tags`", "care_tags as x", "max(care_tags)"."""
    words = re.findall(r"\w+", str(field).split(" as ")[0])
    return words[-1] if words else ""


def check_prepared_report(doc: Document, method: str | None = None) -> None:
    """Document event of Prepared Report: who may not open a report of ours has it not run in the background either.

    The platform asks nobody, and the file with the result belongs to whoever asked for it.
    """
    report = frappe.get_doc("Report", doc.report_name)
    if report.report_type == "Custom Report":
        report = frappe.get_doc("Report", report.reference_report)
    if frappe.local.module_app.get(frappe.scrub(report.module)) != APP:
        return
    if not report.is_permitted():
        frappe.throw(_("Your roles do not allow this. Please ask a manager."), frappe.PermissionError)
    check_may(report.ref_doctype, "report")
