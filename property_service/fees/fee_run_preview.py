"""What a fee run would do, told before anything is written: counts, sums by item, what is left out and why, ten samples."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import frappe

from property_service.fees import fee_runs
from property_service.fees.assignment import by_reason
from property_service.fees.charging import ChargeDraft, bill_key
from property_service.fees.months import month_text
from property_service.fees.pricing import HUNDRED, line_label, working
from property_service.fees.run_rules import one_per_month
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.work_batches import add_batches

BLOCK = 500
# More units than these are previewed in the queue: a browser does not wait longer.
AT_ONCE = 2000
SAMPLES = 10
JOB = "property_service.fees.fee_run_preview.work"


def prepare(run: Any) -> None:
    """Compute the preview of a Fee Run document and store it with it; in the queue where there are many units.

    RuleError for a run that has begun.
    """
    if frappe.db.get_value(fee_runs.RUN, run.name, "status", for_update=True) not in ("Draft", "Previewed"):
        raise RuleError(_("This run has begun. Make a new one for another place or day."))
    scope = fee_runs.scope_of(run)
    units = fee_runs.units_of(scope)
    if len(units) > AT_ONCE:
        run.db_set({"status": "Previewing", "preview": None, "units_total": len(units)})
        add_batches(JOB, [{"run": run.name}], fee_runs.RUN, run.name)
        return
    store(run.name, preview(scope, units))


def work(batch: Any) -> dict[str, Any]:
    """Worker's job: the preview of a large run. One whose fields were changed meanwhile is left alone."""
    name = json.loads(batch.payload)["run"]
    run = frappe.db.get_value(fee_runs.RUN, name, fee_runs.SCOPE, as_dict=True)
    found = preview(run, fee_runs.units_of(run))
    if frappe.db.get_value(fee_runs.RUN, name, "status", for_update=True) == "Previewing":
        store(name, found)
    return {"charges": found["charges"]}


def store(name: str, found: Mapping[str, Any]) -> None:
    """Keep a preview with its run."""
    frappe.get_doc(fee_runs.RUN, name).db_set(
        {"status": "Previewed", "preview": json.dumps(found, default=str), "units_total": found["units"]}, notify=True
    )


def preview(run: Mapping[str, Any], units: list[str]) -> dict[str, Any]:
    """Return {units, charges, bills, total, skipped, items, skips, samples}; amounts in yuan as text, reasons as templates."""
    by_item: defaultdict[str, list[Any]] = defaultdict(lambda: [0, Decimal(0)])
    names: dict[str, str] = {}
    bills, skips, samples = 0, [], _Samples()
    for start in range(0, len(units), BLOCK):
        result = fee_runs.compute(run, units[start : start + BLOCK])
        names.update({name: item["item_name"] for name, item in result.items.items()})
        bills += len({bill_key(draft) for draft in result.drafts})
        skips += one_per_month(result.found.skips)
        for draft in result.drafts:
            counted = by_item[draft.item["name"]]
            counted[0] += 1
            counted[1] += draft.amount
            samples.look_at(draft)
    return {
        "units": len(units),
        "charges": sum(count for count, _sum in by_item.values()),
        "bills": bills,
        "total": str(sum((total for _count, total in by_item.values()), Decimal(0))),
        "skipped": len(skips),
        "items": [
            {"item": item, "item_name": names[item], "charges": count, "total": str(total)}
            for item, (count, total) in sorted(by_item.items())
        ],
        "skips": by_reason((skip.unit, skip.template, skip.params) for skip in skips),
        "samples": _told(samples.chosen(), names),
    }


class _Samples:
    """Charges worth a look: first those that differ from others of their item by price, discount or days."""

    def __init__(self) -> None:
        self.unlike: dict[tuple[Any, ...], ChargeDraft] = {}
        self.alike: list[ChargeDraft] = []

    def look_at(self, draft: ChargeDraft) -> None:
        """Keep a charge where there is none of its like yet."""
        if len(self.unlike) >= SAMPLES:
            return
        line = draft.lines[0] if draft.lines else None
        like = (
            draft.item["name"],
            len(draft.lines),
            bool(line and line.percent != HUNDRED),
            bool(line and line.days != line.days_in_month),
        )
        if like not in self.unlike:
            self.unlike[like] = draft
        elif len(self.alike) < SAMPLES:
            self.alike.append(draft)

    def chosen(self) -> list[ChargeDraft]:
        """Return at most SAMPLES charges."""
        return [*self.unlike.values(), *self.alike][:SAMPLES]


def _told(drafts: Iterable[ChargeDraft], names: Mapping[str, str]) -> list[dict[str, Any]]:
    drafts = list(drafts)
    people = frappe.get_all(
        "Resident",
        {"name": ["in", sorted({draft.debtor for draft in drafts}) or [""]]},
        ["name", "resident_name"],
        order_by="name asc",
    )
    called = {row.name: row.resident_name for row in people}
    return [
        {
            "unit": draft.unit["name"],
            "debtor": called.get(draft.debtor, draft.debtor),
            "item_name": names[draft.item["name"]],
            "month": month_text(draft.service_month),
            "pay_by": str(draft.due_date),
            "amount": str(draft.amount),
            "lines": [
                {"label": label, "params": list(params), "working": working(line)}
                for line in draft.lines
                for label, params in [line_label(line)]
            ],
        }
        for draft in drafts
    ]
