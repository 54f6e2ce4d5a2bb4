"""What holds of the data whatever broke: money, numbers, messages, logs and children. `check` looks at the whole site."""

from __future__ import annotations

import frappe

from property_service.fees import audit
from tests.faults.tables import tables

ORPHANS = "rows of child tables without their document"


_before: set[tuple[str, str]] = set()


def remember() -> None:
    """What other tests have left broken, children of documents they deleted for one, is no matter of the faults to come."""
    _before.clear()
    _before.update(_broken())


def check() -> None:
    """Fail with the first rows that break a promise now and did not before; reads what is committed."""
    broken = [row for row in _broken() if row not in _before]
    assert not broken, broken[:10]


def _broken() -> list[tuple[str, str]]:
    """(promise, row) of all that breaks one."""
    frappe.db.rollback()
    broken = [(said, str(row)) for said, query in QUERIES.items() for row in frappe.db.sql(query)]
    broken += [(ORPHANS, str(row)) for row in _orphans()]
    charged = frappe.get_all("Fee Ledger Entry", pluck="community", distinct=True, order_by="community asc")
    return broken + [(f"money of {name}", said) for name in charged for said in audit.differences(name)]


QUERIES = {
    "charges billed twice": """
        select billing_key, count(*) from `tabFee Charge` where billing_key is not null
        group by billing_key having count(*) > 1""",
    "receipts submitted without a number, or numbered and not submitted": """
        select name, docstatus, receipt_number from `tabFee Receipt`
        where (docstatus = 1 and coalesce(receipt_number, '') = '')
           or (docstatus = 0 and coalesce(receipt_number, '') != '')""",
    "messages told twice": """
        select dedupe_key, count(*) from `tabService Message` where coalesce(dedupe_key, '') != ''
        group by dedupe_key having count(*) > 1""",
    "messages sent and still leased, or in the portal and not sent": """
        select name, channel, status from `tabService Message`
        where (status = 'Sent' and lease_until is not null) or (channel = 'Portal' and status != 'Sent')""",
    "batches done and still leased": """
        select name from `tabWork Batch` where status = 'Done' and lease_until is not null""",
    "residents greeted twice": """
        select greeting_key, count(*) from `tabResident Greeting` group by greeting_key having count(*) > 1""",
    "requests without the first step of their log": """
        select r.name from `tabRepair Request` r
        left join `tabRepair Step` s on s.repair_request = r.name
        where s.name is null""",
    "visits due twice for one document": """
        select reference_doctype, reference_name, reason, count(*) from `tabReturn Visit`
        where status = 'Due' and reference_name is not null
        group by reference_doctype, reference_name, reason having count(*) > 1""",
    "rounds made twice": """
        select occurrence_key, count(*) from `tabPatrol Task` where occurrence_key is not null
        group by occurrence_key having count(*) > 1""",
    "files attached to documents that are not there": """
        select f.name, f.attached_to_name from `tabFile` f
        left join `tabRepair Request` r on r.name = f.attached_to_name
        where f.attached_to_doctype = 'Repair Request' and r.name is null""",
}


def _orphans() -> list[tuple[str, str]]:
    """Rows of child tables whose document is not there, of all our DocTypes in one statement."""
    wanted = tuple(tables())
    pairs = frappe.db.sql(
        """select distinct f.options, f.parent from `tabDocField` f
           join `tabDocType` t on t.name = f.parent and t.issingle = 0
           where f.fieldtype in ('Table', 'Table MultiSelect') and f.parent in %s""",
        (wanted,),
    )
    return frappe.db.sql(
        " union all ".join(
            f"(select '{child}', c.name from `tab{child}` c left join `tab{parent}` p on p.name = c.parent "
            f"where c.parenttype = '{parent}' and p.name is null)"
            for child, parent in pairs
        )
    )
