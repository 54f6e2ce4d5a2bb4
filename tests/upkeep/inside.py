"""Runs in a site of its own: what is in it, row by row, and the state of an earlier time put into it.

    python tests/upkeep/inside.py SITE ACT [ARGUMENT …]

The answer is JSON in the last line.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import frappe
from frappe.query_builder.functions import Sum

SECRET = "a secret of the gateway, kept encrypted"
# What the platform writes down about its own work; two sites never have the same.
LOGS = frozenset(
    f"tab{name}"
    for name in (
        "Access Log",
        "Activity Log",
        "Deleted Document",
        "Error Log",
        "Patch Log",
        "Prepared Report",
        "Route History",
        "Scheduled Job Log",
        "Sessions",
        "User",
    )
) | {"tabSessions"}
# Who wrote a row, and when; the name of a row of a table is drawn by lot.
STAMPS = ("creation", "modified", "modified_by", "owner", "last_execution", "migration_hash")
KEYS = {
    "tabSingles": ("doctype", "field"),
    "tabDefaultValue": ("parent", "defkey"),
    "__Auth": ("doctype", "name", "fieldname"),
}
ROW_OF_A_TABLE = ("parenttype", "parent", "parentfield", "idx")


def tables() -> list[str]:
    """Every table of the site's database."""
    return sorted(frappe.db.sql_list("SHOW TABLES"))


def columns(table: str) -> list[str]:
    """Names and types of a table's columns, sorted: their order follows the history of a site."""
    rows = frappe.db.sql(f"SHOW COLUMNS FROM `{table}`", as_dict=True)
    return sorted(f"{row.Field} {row.Type} {row.Null} {row.Default}" for row in rows)


def indexes(table: str) -> list[str]:
    """The columns of each index of a table, sorted, with what the index promises; names follow the history."""
    found: dict[str, list[str]] = {}
    for row in frappe.db.sql(f"SHOW INDEX FROM `{table}`", as_dict=True):
        found.setdefault(row.Key_name, ["" if row.Non_unique else "unique"]).append(row.Column_name)
    return sorted(" ".join(words).strip() for words in found.values())


def keyed_rows(table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row of a table with what it is known by."""
    seen: Counter[str] = Counter()
    rows = frappe.db.sql(f"SELECT * FROM `{table}`", as_dict=True)
    for row in sorted(rows, key=lambda row: json.dumps(row, default=str, sort_keys=True)):
        names = KEYS.get(table) or (ROW_OF_A_TABLE if row.get("parenttype") else ("name",))
        key = "|".join(str(row.get(name)) for name in names)
        seen[key] += 1
        yield (f"{key}|{seen[key]}" if seen[key] > 1 else key), row


def print_of(row: dict[str, Any]) -> str:
    """A short print of what a row says, without its stamps."""
    left_out = {*STAMPS, "name"} if row.get("parenttype") else {*STAMPS}
    said = {field: value for field, value in row.items() if field not in left_out and value not in (None, "")}
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()[:12]


def survey() -> dict[str, Any]:
    """{"tables": {name: {"columns", "indexes"}}, "rows": {name: {key: print}}} of the whole site."""
    names = tables()
    return {
        "tables": {name: {"columns": columns(name), "indexes": indexes(name)} for name in names},
        "rows": {name: {key: print_of(row) for key, row in keyed_rows(name)} for name in names if name not in LOGS},
    }


def write_survey(path: str) -> None:
    """Keep a survey in a file."""
    Path(path).write_text(json.dumps(survey()), encoding="utf-8")


def record(before: str, path: str) -> dict[str, int]:
    """Keep in `path` whatever the site has that the survey `before` has not: new tables, new and changed rows."""
    known = json.loads(Path(before).read_text(encoding="utf-8"))
    made: dict[str, str] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in tables():
        if table not in known["tables"]:
            made[table] = frappe.db.sql(f"SHOW CREATE TABLE `{table}`")[0][1]
        if table in LOGS - {"tabUser"}:
            continue
        before_it = known["rows"].get(table, {})
        found = [row for key, row in keyed_rows(table) if before_it.get(key) != print_of(row)]
        if table == "tabUser":
            found = [row for row in found if row["name"] not in ("Administrator", "Guest")]
        if found:
            rows[table] = [{field: value for field, value in row.items() if value is not None} for row in found]
    private = Path(frappe.get_site_path("private", "files"))
    files = {file.name: file.read_text(encoding="utf-8") for file in sorted(private.iterdir()) if file.is_file()}
    state = {"tables": made, "rows": rows, "files": files}
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(json.dumps(state, default=str, ensure_ascii=False, indent=0).encode())
    return {table: len(found) for table, found in rows.items()}


def read(path: str) -> dict[str, Any]:
    """A recorded state: {"tables": {name: statement}, "rows": {table: [row]}, "files": {name: text}}."""
    with gzip.open(path) as file:
        return json.load(file)


def load(path: str) -> dict[str, int]:
    """Put a recorded state into a site without the app. Returns the rows by table."""
    frappe.clear_cache()  # of an earlier site of this name
    state = read(path)
    for statement in state["tables"].values():
        frappe.db.sql_ddl(statement)
    for table, rows in state["rows"].items():
        keys = KEYS.get(table, ("name",))
        for row in rows:
            where = " AND ".join(f"`{key}` = %({key})s" for key in keys)
            frappe.db.sql(f"DELETE FROM `{table}` WHERE {where}", row)
            fields = ", ".join(f"`{field}`" for field in row)
            values = ", ".join(f"%({field})s" for field in row)
            frappe.db.sql(f"INSERT INTO `{table}` ({fields}) VALUES ({values})", row)
    for name, text in state["files"].items():
        Path(frappe.get_site_path("private", "files", name)).write_text(text, encoding="utf-8")
    frappe.db.commit()
    frappe.clear_cache()
    return {table: len(rows) for table, rows in state["rows"].items()}


def changes(path: str) -> list[tuple[str, str, str, Any, Any]]:
    """[table, row, field, recorded, now] of whatever the app's tables no longer say as it was recorded; now None for what is gone."""
    state = read(path)
    found = []
    for table in state["tables"]:
        now = {row["name"]: row for row in frappe.db.sql(f"SELECT * FROM `{table}`", as_dict=True)}
        now = json.loads(json.dumps(now, default=str))
        for row in state["rows"].get(table, ()):
            stored = now.get(row["name"], {})
            found += [
                (table, row["name"], field, value, stored.get(field))
                for field, value in row.items()
                if field not in STAMPS and stored.get(field) != value
            ]
    return found


def own_doctypes(**filters: Any) -> list[str]:
    """The app's DocTypes that have a table."""
    where = {"module": ["in", frappe.get_module_list("property_service")], "issingle": 0, **filters}
    return frappe.get_all("DocType", where, pluck="name", order_by="name asc")


def refused() -> list[str]:
    """What the platform would refuse in the stored documents: choices, links, what must be entered."""
    found = []
    for doctype in own_doctypes(istable=0):
        for name in frappe.get_all(doctype, pluck="name", order_by="name asc"):
            doc = frappe.get_doc(doctype, name)
            for part in (doc, *doc.get_all_children()):
                try:
                    part._validate_selects()
                except frappe.ValidationError as error:
                    found.append(f"{doctype} {name}: {error}")
                found += [f"{doctype} {name}: {text}" for _field, text in part._get_missing_mandatory_fields()]
                found += [f"{doctype} {name}: {row}" for row in part.get_invalid_links()[0]]
    return found


def settings() -> dict[str, Any]:
    """{field: [value, default]} of the settings that have a default."""
    doc = frappe.get_doc("Property Service Settings")
    return {
        field.fieldname: [str(doc.get(field.fieldname)), field.default] for field in doc.meta.fields if field.default
    }


def visits() -> dict[str, str]:
    """Repair request → the return visit it names."""
    named = frappe.get_all(
        "Repair Request", {"return_visit": ["is", "set"]}, ["name", "return_visit"], order_by="name asc"
    )
    return {row.name: row.return_visit for row in named}


def own_reports() -> list[list[str]]:
    """[name, DocType] of the app's reports."""
    where = {"module": ["in", frappe.get_module_list("property_service")]}
    return [
        [row.name, row.ref_doctype]
        for row in frappe.get_all("Report", where, ["name", "ref_doctype"], order_by="name asc")
    ]


def work() -> dict[str, str]:
    """Use the app: a charge partly paid, a photo, a secret. Returns {photo, charge}."""
    from property_service.fees.allocation import Tender
    from property_service.fees.receipts import PaymentOrder, take_payment
    from property_service.property_service.photos import store_photo
    from property_service.tests import factories as make
    from tests.portal.world import jpeg

    request = frappe.get_doc("Repair Request", {"description": "A tap drips"})
    charge = make.make_charge(frappe.get_doc("Property Unit", request.unit), 214.44)
    paid = Decimal("100.30")
    take_payment(PaymentOrder(request.community, request.resident, (charge,), (Tender("Cash", paid),), paid), "")
    photo = store_photo(jpeg(), "Repair Request", request.name, "report")
    doc = frappe.get_doc("Property Service Settings")
    doc.payment_page, doc.payment_secret = "https://pay.example/page", SECRET
    doc.save()
    frappe.db.commit()
    return {"photo": frappe.db.get_value("File", photo, "file_url"), "charge": charge}


def figures() -> dict[str, Any]:
    """{counts by table of the app, ledger sums by community and kind, files by address}."""
    entry = frappe.qb.DocType("Fee Ledger Entry")
    sums = (
        frappe.qb.from_(entry)
        .select(entry.community, entry.entry_type, Sum(entry.amount))
        .groupby(entry.community, entry.entry_type)
        .orderby(entry.community, entry.entry_type)
        .run()
    )
    files = {}
    for url in frappe.get_all("File", {"is_folder": 0}, pluck="file_url", order_by="file_url asc"):
        path = (
            Path(frappe.get_site_path(*(("private",) if url.startswith("/private/") else ("public",)), "files"))
            / Path(url).name
        )
        files[url] = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
    counts = {doctype: frappe.db.count(doctype) for doctype in own_doctypes()}
    return {"counts": counts, "ledger": [[*row[:2], f"{row[2]:.2f}"] for row in sums], "files": files}


def secret() -> str:
    """The encrypted field as the app reads it, or what stands in the way."""
    doc = frappe.get_doc("Property Service Settings")
    try:
        return doc.get_password("payment_secret")
    except frappe.ValidationError as error:
        return f"not readable: {type(error).__name__}"


ACTS: dict[str, Callable[..., Any]] = {
    "changes": changes,
    "figures": figures,
    "load": load,
    "own_reports": own_reports,
    "record": record,
    "refused": refused,
    "secret": secret,
    "settings": settings,
    "survey": write_survey,
    "visits": visits,
    "work": work,
}


def main(site: str, act: str, *arguments: str) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    frappe.init(site=site, sites_path=".")
    frappe.connect()
    try:
        print(json.dumps(ACTS[act](*arguments), default=str))
    finally:
        frappe.destroy()


if __name__ == "__main__":
    main(*sys.argv[1:])
