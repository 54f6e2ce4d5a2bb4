"""Base class of what the rules of the money side write by themselves: nobody changes it by hand, and nothing deletes it."""

from __future__ import annotations

from typing import NoReturn

import frappe
from frappe import _

from property_service.property_service.scoped_document import ScopedDocument


class RecordedDocument(ScopedDocument):
    """Inserted, submitted and changed only by rules that set `flags.by_rules`, which no client can; never deleted or renamed."""

    def before_insert(self) -> None:
        self.check_by_rules()

    def validate(self) -> None:
        self.check_by_rules()

    def before_update_after_submit(self) -> None:
        self.check_by_rules()

    def before_cancel(self) -> None:
        self.refuse()

    def on_trash(self) -> None:
        self.refuse()

    def before_rename(self, *_names: object) -> None:
        self.refuse()

    def check_by_rules(self) -> None:
        """Refuse what did not come through the module's own functions, of Administrator too."""
        if not self.flags.by_rules:
            self.refuse()

    def refuse(self) -> NoReturn:
        """Say that this record is kept as it is."""
        frappe.throw(
            _(
                "{0} is kept as it was recorded. Use the buttons made for it: what was wrong is taken back by an entry of its own."
            ).format(_(self.doctype)),
            frappe.PermissionError,
        )
