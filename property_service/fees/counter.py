"""What the cashier sees of a unit or person: open charges by bill with today's late fee, prepayments, why it was not paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Max, Min
from frappe.utils import getdate
from pypika.terms import Criterion, Term

from property_service.fees import ledger
from property_service.fees.charges import BALANCES, CHARGE, FIELDS, PARTLY_PAID, UNPAID
from property_service.fees.debtors import debtor_on
from property_service.fees.late_fees import late_days
from property_service.fees.months import month_text
from property_service.fees.open_charges import Standing, with_paid
from property_service.fees.prepayments import prepaid_receipts
from property_service.property_service.estate_hits import current_stays
from property_service.property_service.money import money
from property_service.property_service.occupancies import OWNING
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.scope import allowed_communities
from property_service.property_service.unit_occupancies import spans_of

MOST_CHARGES = 600
"""More than is ever paid at once at a counter; whoever owes for hundreds of units pays them unit by unit."""


def counter_view(
    community: str, unit: str | None, resident: str | None, elsewhere: Iterable[str] = ()
) -> dict[str, Any]:
    """Return what can be paid in a community for a unit, with what its payers owe for others, or for a resident.

    {community, community_name, unit, unit_label, today, payers: [{resident, resident_name, relation}], payer (the resident, or who owes
    the unit's fees today: his bills are to be ticked, no others), bills (see `_bills`),
    prepaid: [receipts with a prepayment left], reasons: [{said_on, reason, answer}], promises: [{pay_by, amount, note}], elsewhere:
    [{community, community_name}] in which the resident owes as well, as the caller has found, left_off: bool}.
    About ten queries, whatever the number of charges. The caller has judged role and community.
    """
    today = ledger.today_of(community)
    stays = current_stays(units=[unit]).get(unit, []) if unit else []
    owners = [stay.resident for stay in stays if stay.is_debtor or stay.relation in OWNING]
    owing = [resident] if resident else owners
    charge = frappe.qb.DocType(CHARGE)
    whose = charge.debtor.isin(owing or [""])
    rows = _open_rows(community, whose | (charge.unit == unit) if unit else whose)
    # Of a former owner's bill only he is the debtor: who has the unit now is never taken for him.
    payer = resident or _debtor_now(unit, today) or next((row.debtor for row in rows if row.unit == unit), None)
    payers = _payers(stays, rows, payer)
    people = sorted({*owing, *(payer["resident"] for payer in payers)})
    return {
        "community": community,
        "community_name": _name_of(community),
        "unit": unit,
        "unit_label": frappe.get_cached_value("Property Unit", unit, "short_label") if unit else None,
        "today": today,
        "payers": payers,
        "payer": payer,
        "bills": _bills(rows[:MOST_CHARGES], today, unit),
        "prepaid": prepaid_receipts(community, people),
        "reasons": _reasons(community, people),
        "promises": _promises(community, people),
        "elsewhere": [{"community": other, "community_name": _name_of(other)} for other in elsewhere],
        "left_off": len(rows) > MOST_CHARGES,
    }


def community_to_open(
    unit: str | None, resident: str | None, preferred: str | None = None
) -> tuple[str | None, tuple[str, ...]]:
    """Return the community a unit lies in, or one of a resident's (None without any), and the others in which he owes.

    Of the communities the user works for: the preferred one, else that of his oldest debt, else where he lives. RuleError where neither
    unit nor resident is named.
    """
    found = frappe.get_cached_value("Property Unit", unit, "community") if unit else None
    if found:
        return found, ()
    if unit or not resident:
        raise RuleError(_("Choose a unit or a person."))
    charged = _communities_charged(resident)
    known = owed = [community for community, owes in charged if owes]
    if preferred not in owed and (preferred or not owed):
        # Also where he has paid everything: the same community is shown again after the payment.
        known = [*owed, *_communities_lived_in(resident), *(community for community, _owes in charged)]
    found = preferred if preferred in known else next(iter(known), None)
    return found, tuple(community for community in owed if community != found)


def _communities_charged(resident: str) -> list[tuple[str, bool]]:
    """Communities of the user's in which a resident was charged, and whether he owes there; that of the oldest debt first. One query."""
    table = frappe.qb.DocType(CHARGE)
    first_due = Min(Case().when(table.outstanding > 0, table.due_date))
    query = (
        frappe.qb.from_(table)
        .select(table.community, first_due)
        .where(table.debtor == resident)
        .groupby(table.community)
        .orderby(first_due)
        .orderby(table.community)
    )
    return [(community, due is not None) for community, due in _of_the_user(query, table.community)]


def _communities_lived_in(resident: str) -> list[str]:
    """Communities of the user's in which a resident has or had a room, where he lives now first; one query."""
    table = frappe.qb.DocType("Unit Occupancy")
    query = (
        frappe.qb.from_(table)
        .select(table.community)
        .where(table.resident == resident)
        .groupby(table.community)
        .orderby(Max(Coalesce(table.to_date, "9999-12-31")), order=frappe.qb.desc)
        .orderby(Max(table.from_date), order=frappe.qb.desc)
        .orderby(table.community)
    )
    return [row[0] for row in _of_the_user(query, table.community)]


def _of_the_user(query: Any, community: Term) -> list[tuple[Any, ...]]:
    allowed = allowed_communities()
    if allowed is not None:
        query = query.where(community.isin(allowed or ("",)))
    return query.run()


def _open_rows(community: str, which: Criterion) -> list[frappe._dict]:
    """Open charges, the oldest first, with the names a person reads; one query."""
    charge, item, unit, person = (frappe.qb.DocType(name) for name in (CHARGE, "Fee Item", "Property Unit", "Resident"))
    rows = (
        frappe.qb.from_(charge)
        .join(item)
        .on(item.name == charge.fee_item)
        .join(unit)
        .on(unit.name == charge.unit)
        .join(person)
        .on(person.name == charge.debtor)
        .select(*(charge[field] for field in FIELDS), charge.description)
        .select(item.item_name, unit.short_label, person.resident_name)
        .where(charge.community == community)
        .where(charge.status.isin([UNPAID, PARTLY_PAID]))
        .where(which)
        .orderby(charge.due_date)
        .orderby(charge.service_month)
        .orderby(charge.name)
        .limit(MOST_CHARGES + 1)
        .run(as_dict=True)
    )
    for row in rows:
        for field in BALANCES:
            row[field] = money(row[field])
    return rows


def _bills(rows: Iterable[frappe._dict], today: date, unit: str | None) -> list[dict[str, Any]]:
    """Bills with their open charges, the unit's own first, then the oldest first.

    [{bill, unit, unit_label, debtor, debtor_name, due_date, days_late, here, charges: [{name, item, month, collected_for, principal,
    late_fee, description}]}]; amounts in yuan, `late_fee` as if the principal is paid whole today, `here`: of the unit asked for, or any
    where a resident was asked for.
    """
    bills: dict[str, dict[str, Any]] = {}
    for standing in with_paid({row.name: row for row in rows}).values():
        row = standing.row
        bill = bills.setdefault(row["fee_bill"] or row["name"], _bill(row, today, unit))
        bill["charges"].append(_charge(standing, today))
    return sorted(bills.values(), key=lambda bill: (not bill["here"], bill["unit_label"] if not bill["here"] else ""))


def _bill(row: Mapping[str, Any], today: date, unit: str | None) -> dict[str, Any]:
    return {
        "bill": row["fee_bill"],
        "unit": row["unit"],
        "unit_label": row["short_label"],
        "debtor": row["debtor"],
        "debtor_name": row["resident_name"],
        "due_date": row["due_date"],
        "days_late": late_days(getdate(row["due_date"]), 0, today),
        "here": not unit or row["unit"] == unit,
        "charges": [],
    }


def _charge(standing: Standing, today: date) -> dict[str, Any]:
    row, due = standing.row, standing.open_on(today)
    return {
        "name": row["name"],
        "item": row["item_name"],
        "month": month_text(due.month),
        "collected_for": row["collected_for"],
        "principal": due.principal,
        "late_fee": due.late_fee,
        "partly_paid": row["status"] == PARTLY_PAID,
        "description": row["description"],
    }


def _name_of(community: str) -> str:
    return frappe.get_cached_value("Community", community, "community_name")


def _debtor_now(unit: str | None, today: date) -> str | None:
    """Return who owes what a unit is charged for from today on, None where nobody does."""
    try:
        return debtor_on(spans_of([unit])[unit], today) if unit else None
    except RuleError:
        return None


def _payers(stays: Iterable[Any], rows: Iterable[frappe._dict], payer: str | None) -> list[dict[str, Any]]:
    """Who may pay: debtors of the charges first, then the people of the unit; the payer in any case."""
    found: dict[str, dict[str, Any]] = {}
    relations = {stay.resident: stay.relation for stay in stays}
    people = [(row.debtor, row.resident_name) for row in rows]
    people += [(stay.resident, stay.resident_name) for stay in stays]
    if payer and payer not in {name for name, _text in people}:
        people.append((payer, frappe.db.get_value("Resident", payer, "resident_name")))
    for name, text in people:
        found.setdefault(name, {"resident": name, "resident_name": text, "relation": relations.get(name)})
    return list(found.values())


def _reasons(community: str, people: list[str]) -> list[frappe._dict]:
    """Why these people did not pay, as they said when reminded, the last first."""
    table = frappe.qb.DocType("Fee Reminder")
    return (
        frappe.qb.from_(table)
        .select(table.done_on.as_("said_on"), table.arrears_reason.as_("reason"), table.answer)
        .where(table.debtor.isin(people or [""]))
        .where(table.community == community)
        .where(table.arrears_reason.isnotnull() & (table.arrears_reason != ""))
        .orderby(table.done_on, order=frappe.qb.desc)
        .orderby(table.name)
        .limit(3)
        .run(as_dict=True)
    )


def _promises(community: str, people: list[str]) -> list[frappe._dict]:
    """What these people have promised to pay and did not yet."""
    table = frappe.qb.DocType("Payment Promise")
    return (
        frappe.qb.from_(table)
        .select(table.pay_by, table.promised_amount.as_("amount"), table.note)
        .where(table.debtor.isin(people or [""]))
        .where(table.community == community)
        .where(table.status == "Open")
        .orderby(table.pay_by)
        .orderby(table.name)
        .limit(3)
        .run(as_dict=True)
    )
