"""The stories that can be played at once, in one line each, with the rooms, numbers and months they need."""

from __future__ import annotations

import frappe
from frappe.utils import getdate, today

from property_service.fees.months import add_months, month_end, month_of, month_text
from property_service.setup.demo.stories import FEWEST, LEAK

# As many calls make an incident.
CALLERS = 3
LIVED_IN = ("Owner Occupied", "Rented", "Decorating")


def burst_pipe() -> str:
    """What the front desk does when a pipe bursts."""
    rooms = ", ".join(_rooms_of_one_riser())
    return f"story 1: calls of 爆管 (Burst Pipe) from {rooms}; confirm the incident, read its text, close it"


def warranty_leak() -> str:
    """What the steward does about a leak in warranty."""
    name = frappe.db.get_value(
        "Repair Request",
        {"community": "YQ", "category": LEAK, "responsibility": "Developer", "stage": ["!=", "Done"]},
        order_by="reported_at desc",
    )
    return f"story 2: {name or 'a leak in warranty'}: second letter, fixed, visit Not Fixed, ordered anew, fixed, satisfied"


def counter() -> str:
    """What the cashier does when somebody comes to pay: by the last four digits of his telephone number."""
    debt = frappe.qb.DocType("Fee Charge")
    resident = frappe.qb.DocType("Resident")
    rows = (
        frappe.qb.from_(debt)
        .join(resident)
        .on(resident.name == debt.debtor)
        .select(resident.primary_phone)
        .where((debt.community == "LH") & (debt.outstanding > 0) & (debt.item_kind == "Area"))
        .where(resident.resident_type == "Person")
        .groupby(resident.name, resident.primary_phone)
        .orderby(resident.name)
        .limit(1)
        .run()
    )
    digits = str(rows[0][0])[-4:] if rows else "any room"
    return (
        f"story 4: Payment Counter, search {digits}; pay part by WeChat and part in cash, print the receipt, "
        "note a promise for the rest, close the shift"
    )


def rates() -> str:
    """What the manager looks at when the month is over."""
    last = add_months(month_of(getdate(today())), -1)
    return (
        f"story 5: Collection Rate of {month_text(last)} as of {month_end(last)}: by steward, unit, reason of arrears; "
        "the export says the same. Decide on the Fee Adjustment that waits. Call back who was dissatisfied"
    )


def _permit(**filters: object) -> str:
    """The number of a decoration that stands so, the oldest one."""
    found = frappe.db.get_value("Decoration Permit", {"community": "YQ", **filters}, order_by="name asc")
    return found or "a decoration of 云栖里"


def patrol() -> str:
    """What the patroller does on his phone and on a site."""
    working = _permit(status="In Progress", open_findings=0)
    return (
        "on a phone: the round of today, scan or type the code of a checkpoint, report what you find. "
        f"story 3: record the inspection of {working}: a wall is broken through, Serious; all work stops by itself"
    )


def recheck() -> str:
    """What another patroller does about the works that stand still."""
    stopped = _permit(status="Suspended")
    return (
        f"story 3: {stopped} stands still: stop-work notice and report by the manager, put right by the desk with a photo, "
        "rechecked by you, never by whoever fixed it; then a deduction and the acceptance by the manager"
    )


def door() -> str:
    """What the guard does."""
    return (
        f"scan the code of the door permit {_permit(status='In Progress')}: may they work now, and who may; "
        "/event-check-in: check in who comes to 便民服务日"
    )


def refund() -> str:
    """What the cashier does at the end of a decoration."""
    over = frappe.db.get_value(
        "Decoration Permit",
        {"community": "YQ", "status": "Accepted", "observation_until": ["<", today()]},
        order_by="accepted_on asc",
    )
    return (
        f"story 3: {over or 'a decoration that was observed'}: give both deposits back, a second time is refused; "
        f"take the deposits of {_permit(status='Approved')}, work begins by itself"
    )


def _rooms_of_one_riser() -> list[str]:
    """Short labels of homes one above the other, in the last line of 绿湖花园 that has enough of them."""
    rows = frappe.get_all(
        "Property Unit",
        {"community": "LH", "usage": "Residence", "occupancy_status": ["in", LIVED_IN]},
        ["building", "entrance", "riser", "short_label"],
        order_by="building desc, entrance desc, riser desc, floor asc",
    )
    lines: dict[tuple, list[str]] = {}
    for row in rows:
        lines.setdefault((row.building, row.entrance, row.riser), []).append(row.short_label)
    found = next((line for line in lines.values() if len(line) >= FEWEST), next(iter(lines.values()), []))
    return found[:CALLERS]
