import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.money import money


class RepairCategory(Document):
    """What may break: who repairs it, how fast, who pays and who is called back. Shared by all communities."""

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
            self.refuse(_("A category lies in a group, and a group in none. Choose a group as the parent."))

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
            self.refuse(_("The price range ends below its beginning. Correct one of the two."))

    def refuse(self, sentence: str) -> None:
        """Refuse to save, with a sentence for the manager."""
        frappe.throw(sentence, InputRefused)
