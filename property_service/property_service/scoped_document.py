"""Base class of every document that belongs to one community."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.errors import InputRefused
from property_service.property_service.scope import community_of, has_permission


class ScopedDocument(Document):
    """Its community follows from the places it names and never changes; all places it names lie in that community."""

    # Link fields, first wins, from which the community is taken on insert.
    community_from: tuple[str, ...] = ("unit", "building", "entrance")

    def check_permission(self, permtype: str = "read", permlevel: int | None = None) -> None:
        """Derive the scope before permission is judged, and judge a change by the stored row too."""
        if permtype == "create":
            self.derive_community()
            self._judge_links()
        super().check_permission(permtype, permlevel)
        if not self.flags.ignore_permissions and not has_permission(self, permtype):
            self.raise_no_permission_to(permlevel or permtype)
        # Only now: the sentence names what the stored document names, which is not for everybody.
        if permtype == "write":
            self._judge_links()

    def _judge_links(self) -> None:
        # Links of what the rules write by themselves were judged where they were entered.
        if not self.flags.ignore_links:
            self.check_links_in_community()

    def derive_community(self) -> None:
        """Set `community` from the first place given; documents without a place keep the one they came with."""
        if not self.meta.has_field("community"):
            return
        for fieldname in self.community_from:
            field = self.meta.get_field(fieldname)
            if field and self.get(fieldname):
                self.community = community_of(field.options, self.get(fieldname))
                return

    def check_links_in_community(self) -> None:
        """Refuse a link that names a document of another community."""
        if not self.get("community"):
            return
        before = None if self.is_new() else self.get_doc_before_save()
        for field in self.meta.get_link_fields():
            value = self.get(field.fieldname)
            if not value or field.fieldname == "community" or (before and before.get(field.fieldname) == value):
                continue
            if not frappe.get_meta(field.options).has_field("community"):
                continue
            theirs = community_of(field.options, value)
            if theirs and theirs != self.community:
                frappe.throw(
                    _("{0} {1} belongs to another community. Please choose one of {2}.").format(
                        _(field.label), frappe.bold(value), frappe.bold(self.community)
                    ),
                    InputRefused,
                )
