"""A finding and the repair request made of it: the work that is finished there puts the finding right here."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.patrol import findings
from property_service.patrol.finding_acts import PATROL, REPAIR
from property_service.patrol.finding_rules import TO_FIX
from property_service.property_service.stages import DONE


def on_repair_changed(doc: Document, method: str | None = None) -> None:
    """Document event of Repair Request: finished work puts right the finding it was made of. Others cost no query.

    On update, not on change: by then the request has gone on by itself, and what it was before is no longer known.
    """
    before = doc.get_doc_before_save()
    if doc.channel != PATROL or doc.stage != DONE or not before or before.stage == DONE or not doc.finished_at:
        return
    names = frappe.get_all(
        findings.FINDING, {"repair_request": doc.name, "status": ["in", TO_FIX]}, pluck="name", order_by="name asc"
    )
    for name in names:
        note = f"{doc.name}: {doc.work_done or _(doc.status, context=REPAIR)}"
        findings.fix(name, doc.assigned_to or frappe.session.user, note[:1000])


def dashboard(data: Any) -> Any:
    """Hook: the connections of a repair request show the finding it was made of."""
    data = frappe._dict(data or {})
    data.setdefault("fieldname", "repair_request")
    data.setdefault("transactions", []).append({"label": _("Found By Patrol"), "items": [findings.FINDING]})
    data.setdefault("non_standard_fieldnames", {})[findings.FINDING] = "repair_request"
    return data
