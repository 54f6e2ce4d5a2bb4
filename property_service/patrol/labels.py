"""Labels of checkpoints: a QR code and a code to type. Making a label anew makes the one on the wall worthless."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe
from frappe.utils import now_datetime

from property_service.patrol import typed_codes
from property_service.property_service import access_codes
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

CHECKPOINT, KIND = "Patrol Checkpoint", "Checkpoint"
MOST_LABELS = 200


def make_labels(names: Sequence[str]) -> list[dict[str, Any]]:
    """Make labels of these checkpoints anew: rows {name, checkpoint_name, place, community, code, svg} in the order given.

    Their earlier labels lead nowhere from now on. The caller has judged that the user may. Raises RuleError for none, for
    too many, and for one that is not in use.
    """
    if not names or len(set(names)) > MOST_LABELS:
        raise RuleError(_("Choose 1 to {0} checkpoints."), MOST_LABELS)
    found = {
        row.name: row
        for row in frappe.get_all(
            CHECKPOINT,
            {"name": ["in", list(names)]},
            ["name", "checkpoint_name", "community", "building", "floor", "place", "enabled"],
            order_by="name asc",
        )
    }
    idle = next((row for row in found.values() if not row.enabled), None)
    if idle:
        raise RuleError(_("{0} is not in use. Enable it before you make its label."), idle.checkpoint_name)
    revoke(list(found), _("A new label was made"))
    return [_new_label(found[name]) for name in dict.fromkeys(names) if name in found]


def revoke(names: Sequence[str], because: str) -> None:
    """Make the QR codes of these checkpoints lead nowhere."""
    code = frappe.qb.DocType(access_codes.DOCTYPE)
    frappe.qb.update(code).set(code.revoked, 1).set(code.revoked_because, because).set(
        code.modified, now_datetime()
    ).where(code.kind == KIND).where(code.reference_doctype == CHECKPOINT).where(
        code.reference_name.isin(list(names))
    ).where(code.revoked == 0).run()


def sheet(labels: Sequence[dict[str, Any]]) -> str:
    """The labels as a page to be printed: three in a row, to be cut out."""
    return frappe.render_template("templates/patrol/labels.html", {"labels": labels})


def token_hashes(names: Sequence[str]) -> dict[str, str]:
    """The hashes of the labels on the walls, by checkpoint: a phone without reception knows its label by them."""
    rows = frappe.get_all(
        access_codes.DOCTYPE,
        {"kind": KIND, "reference_doctype": CHECKPOINT, "reference_name": ["in", list(names) or [""]], "revoked": 0},
        ["reference_name", "token_hash"],
        order_by="creation asc, name asc",
    )
    return {row.reference_name: row.token_hash for row in rows}


def route_of(checkpoint: str) -> str | None:
    """The name of a route in use that passes this checkpoint, None where there is none."""
    route, point = frappe.qb.DocType("Patrol Route"), frappe.qb.DocType("Patrol Route Point")
    found = (
        frappe.qb.from_(point)
        .join(route)
        .on((route.name == point.parent) & (point.parenttype == "Patrol Route"))
        .select(route.route_name)
        .where(point.checkpoint == checkpoint)
        .where(route.enabled == 1)
        .orderby(route.route_name)
        .limit(1)
        .run(pluck=True)
    )
    return found[0] if found else None


def _new_label(point: Any) -> dict[str, Any]:
    code = typed_codes.new_typed_code()
    frappe.db.set_value(CHECKPOINT, point.name, {"typed_code": code, "label_made_at": now_datetime()})
    token = access_codes.issue(KIND, CHECKPOINT, point.name, point.community)
    return {
        "name": point.name,
        "checkpoint_name": point.checkpoint_name,
        "community": point.community,
        "place": point.place or "",
        "code": typed_codes.shown(code),
        "svg": access_codes.qr_svg(access_codes.address(token), point.checkpoint_name),
    }
