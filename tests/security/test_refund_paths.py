"""No deposit of a decoration is given back by import or bulk edit, whoever tries; the other paths stand beside the settlement's rules."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.utils import today

from property_service.decoration import states
from property_service.fees import deposit_book
from property_service.property_service.money import money
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from tests.security.test_scope_pulling import bring_in


@pytest.mark.parametrize("who", ["manager", "Administrator"])
def test_nothing_is_refunded(site: str, no_commit: None, who: str) -> None:
    permit = deco.make_working()
    here = frappe._dict(name=permit.community)
    user = who if who == "Administrator" else make.make_staff("Property Manager", community=here)
    deposit = permit.owner_deposit
    movement = deposit_book.movements_of(deposit)[0].name
    new_movement = {
        "deposit": deposit,
        "community": permit.community,
        "kind": "Refunded",
        "amount": 2000,
        "posting_date": today(),
        "mode": "Cash",
        "original": "Given Back",
    }
    tries: tuple[tuple[str, str | None, dict[str, Any]], ...] = (
        (deposit_book.DEPOSIT, deposit, {"status": "Refunded", "refunded": 2000, "left_amount": 0}),
        (deposit_book.DEPOSIT, deposit, {"reference_name": "nothing"}),
        (deposit_book.MOVEMENT, movement, {"kind": "Refunded"}),
        (deposit_book.MOVEMENT, None, new_movement),
        (states.DOCTYPE, permit.name, {"status": "Deposit Settled"}),
        (states.DOCTYPE, permit.name, {"owner_deposit": ""}),
    )
    for doctype, name, values in tries:
        frappe.set_user(user)
        bring_in(doctype, name, values)
        if name:
            submit_cancel_or_update_docs(doctype, frappe.as_json([name]), "update", frappe.as_json(values))
            submit_cancel_or_update_docs(doctype, frappe.as_json([name]), "cancel")
        frappe.set_user("Administrator")
        row = frappe.db.get_value(
            deposit_book.DEPOSIT, deposit, ["left_amount", "refunded", "reference_name"], as_dict=True
        )
        assert (money(row.left_amount), money(row.refunded)) == (money(2000), money(0)), (doctype, values)
        assert row.reference_name == permit.name
        stored = frappe.db.get_value(states.DOCTYPE, permit.name, ["status", "owner_deposit"])
        assert stored == ("In Progress", deposit), (doctype, values)
        assert [(one.kind) for one in deposit_book.movements_of(deposit)] == ["Held"]
