import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.money import money


class RepairCategory(Document):
    """What may break: who repairs it, how fast, who pays and who is called back. Shared by all communities."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.repairs.doctype.repair_category_target.repair_category_target import RepairCategoryTarget

        advice: DF.SmallText | None
        category_name: DF.Data
        clock: DF.Literal["Service Hours", "Round the Clock"]
        default_priority: DF.Literal["Emergency", "High", "Normal", "Low"]
        default_team: DF.Link | None
        dispatch_mode: DF.Literal["", "Assign", "Round Robin", "Least Loaded", "Grab"]
        in_portal: DF.Check
        is_active: DF.Check
        is_chargeable: DF.Check
        is_emergency: DF.Check
        is_group: DF.Check
        is_leak: DF.Check
        parent_category: DF.Link | None
        part: DF.Literal["Private", "Public"]
        price_from: DF.Currency
        price_to: DF.Currency
        refer_to: DF.Data | None
        sample_percent: DF.Percent
        second_visit_days: DF.Int
        show_valve: DF.Check
        skill: DF.Data | None
        sort_order: DF.Int
        targets: DF.Table[RepairCategoryTarget]
        trade: DF.Literal[
            "",
            "Structure",
            "Waterproofing",
            "Heating and Cooling",
            "Wiring",
            "Plumbing",
            "Finishes",
            "Doors and Windows",
            "Intercom",
            "Sanitary",
            "Lamps",
            "Drains",
            "Lifts",
            "Cleaning",
            "Other",
        ]
        visit_rule: DF.Literal["None", "If Not Rated", "Always", "Sample"]
        visit_within_hours: DF.Int
        warranty_months: DF.Int
    # end: auto-generated types

    def validate(self) -> None:
        self.check_parent()
        self.check_targets()
        self.check_prices()
        if self.visit_rule == "Sample" and not 0 < flt(self.sample_percent) <= 100:
            self.refuse(_("Enter a sample between 1 and 100 percent, or choose another visit rule."))
        if cint(self.is_emergency):
            self.default_priority = "Emergency"

    def check_parent(self) -> None:
        """Two levels: a group, and the categories in it."""
        if not self.parent_category:
            return
        if self.parent_category == self.name:
            self.refuse(_("A category cannot be its own parent. Choose another one or none."))
        parent = frappe.db.get_value(
            "Repair Category", self.parent_category, ["is_group", "parent_category"], as_dict=True
        )
        if not parent or not parent.is_group or parent.parent_category or cint(self.is_group):
            self.refuse(_("A category belongs to a group, and a group has no parent. Choose a group as the parent."))

    def check_targets(self) -> None:
        """One row a priority; who must finish sooner than arrive is a slip of the pen."""
        seen: set[str] = set()
        for row in self.targets:
            if row.priority in seen:
                self.refuse(_("Priority {0} is listed twice. Keep one row for it.").format(_(row.priority)))
            seen.add(row.priority)
            if min(cint(row.arrive_minutes), cint(row.finish_minutes), cint(row.finish_working_days)) < 0:
                self.refuse(_("A target cannot be below zero. Enter 0 for no promise."))
            if row.finish_minutes and row.arrive_minutes and row.finish_minutes < row.arrive_minutes:
                self.refuse(_("In row {0} the finish comes before the arrival. Correct one of them.").format(row.idx))

    def check_prices(self) -> None:
        """A range of prices goes up."""
        with rules_speak():
            low, high = money(self.price_from), money(self.price_to)
        if low < 0 or (high and high < low):
            self.refuse(_("The highest price is below the lowest. Correct one of the two."))

    def refuse(self, sentence: str) -> None:
        """Refuse to save, with a sentence for the manager."""
        frappe.throw(sentence, InputRefused)
