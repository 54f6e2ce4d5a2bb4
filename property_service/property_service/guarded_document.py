"""Base class of every document with a workflow: closes the paths around it that the platform leaves open."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.workflow import (
    WorkflowPermissionError,
    WorkflowTransitionError,
    get_workflow,
    is_transition_condition_satisfied,
)

from property_service.property_service import workflow_actions
from property_service.property_service.scoped_document import ScopedDocument
from property_service.property_service.stages import stage_of


class GuardedDocument(ScopedDocument):
    """State, stage and the right to edit are judged on the server, whichever way a change arrives."""

    # Pairs (from, to) the system may make through `advance`.
    SYSTEM_TRANSITIONS: frozenset[tuple[str, str]] = frozenset()
    state_field = "status"
    without_workflow_actions = True

    def run_method(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """As the platform does it, but without its list of pending workflow actions."""
        workflow_actions.step_in()
        return super().run_method(method, *args, **kwargs)

    def load_doc_before_save(self, **options: Any) -> None:
        """As the platform does it; what this very act has inserted is known, and nobody else has seen it yet."""
        if self.flags.as_stored:
            self._doc_before_save = self.flags.as_stored
        else:
            super().load_doc_before_save(**options)

    def update_child_table(self, fieldname: str, df: Any = None) -> None:
        """As the platform does it, but a table that is empty as it was needs no statement."""
        before = self.get_doc_before_save()
        if before is None or self.get(fieldname) or before.get(fieldname):
            super().update_child_table(fieldname, df)

    @property
    def requested_by(self) -> str:
        """Who asked for what this document decides; he may not approve it himself."""
        return self.owner

    def validate_workflow(self) -> None:
        """Called by the platform on every insert, save, bulk edit, import and REST write."""
        workflow = _active_workflow(self.doctype)
        before = self.get_doc_before_save()
        if before is None:
            self._start(workflow)
        elif before.get(self.state_field) == self.get(self.state_field):
            self._check_edit(workflow, before.get(self.state_field))
        else:
            self._check_transition(workflow, before)
        if self.meta.has_field("stage"):
            self.stage = stage_of(self.doctype, self.get(self.state_field))

    def check_permission(self, permtype: str = "read", permlevel: int | None = None) -> None:
        """Cancelling skips the platform's validation, so it is judged here."""
        super().check_permission(permtype, permlevel)
        if permtype == "cancel":
            self._check_cancel()

    def on_trash(self) -> None:
        """Only what nobody has worked on yet may be deleted; all else is cancelled and kept."""
        workflow = _active_workflow(self.doctype)
        if self.get(self.state_field) != workflow.states[0].state:
            frappe.throw(_("{0} has been worked on. Cancel it instead of deleting it.").format(self.name))

    def _start(self, workflow: Document) -> None:
        initial = workflow.states[0].state
        state = self.get(self.state_field) or initial
        self.set(self.state_field, state)
        # Only the importer of another system's records sets this flag; no client can.
        if state != initial and not self.flags.historic_state:
            frappe.throw(
                _("A new {0} starts as {1}.").format(_(self.doctype), frappe.bold(_(initial))), WorkflowPermissionError
            )

    def _check_edit(self, workflow: Document, state: str) -> None:
        if self.flags.system_edit or frappe.session.user == "Administrator":
            return
        allowed = {row.allow_edit for row in workflow.states if row.state == state}
        if not allowed & set(frappe.get_roles()):
            frappe.throw(
                _("{0} is {1}. In this state it is edited by: {2}.").format(
                    self.name, frappe.bold(_(state)), ", ".join(sorted(map(_, allowed)))
                ),
                WorkflowPermissionError,
            )

    def _check_transition(self, workflow: Document, before: Document) -> None:
        pair = (before.get(self.state_field), self.get(self.state_field))
        if self.flags.advance == pair and pair in self.SYSTEM_TRANSITIONS:
            return
        if not _open_transitions(workflow, before, pair[1], self.requested_by):
            frappe.throw(
                _("You cannot move {0} from {1} to {2} in this way. Use the buttons shown on it.").format(
                    self.name, frappe.bold(_(pair[0])), frappe.bold(_(pair[1] or ""))
                ),
                WorkflowPermissionError,
            )

    def _check_cancel(self) -> None:
        """Only a transition of this user's leads to a cancelled state; cancelled without naming one, it is taken."""
        workflow = _active_workflow(self.doctype)
        cancelling = self.docstatus.is_cancelled()
        # The platform's workflow button has set the new state before it cancels.
        before = (self.get_doc_before_save() if cancelling else None) or self
        asked = self.get(self.state_field)
        targets = [
            row.state
            for row in workflow.states
            if str(row.doc_status) == "2" and asked in (row.state, before.get(self.state_field))
        ]
        target = next((state for state in targets if _open_transitions(workflow, before, state, self.requested_by)), "")
        if not target:
            frappe.throw(_("{0} cannot be cancelled in this state.").format(self.name), WorkflowPermissionError)
        if cancelling:
            self.set(self.state_field, target)
            if self.meta.has_field("stage"):
                self.stage = stage_of(self.doctype, target)


def advance(
    doc: GuardedDocument, to_state: str, because: str, actor_kind: str = "System", ignore_version: bool = False
) -> None:
    """Move a document by the system: the only door for changes that no member of staff makes.

    Accepts only pairs of the document's SYSTEM_TRANSITIONS and never switches the session's user. `because` and
    `actor_kind` (System or Resident) are left in `doc.flags` for the log. With `ignore_version` the platform keeps no
    version besides a log of one's own. Raises WorkflowTransitionError.
    """
    pair = (doc.get(doc.state_field), to_state)
    if pair not in doc.SYSTEM_TRANSITIONS:
        raise WorkflowTransitionError(
            _("{0} cannot go from {1} to {2}.").format(doc.name, _(pair[0] or ""), _(to_state))
        )
    ignored = doc.flags.ignore_permissions
    doc.flags.advance, doc.flags.because, doc.flags.actor_kind = pair, because, actor_kind
    doc.flags.as_stored = frappe.get_doc(doc.as_dict()) if doc.flags.just_inserted else None
    doc.set(doc.state_field, to_state)
    try:
        # The pair was checked above; the session's user may be a resident or nobody, who holds no write permission.
        doc.save(ignore_permissions=True, ignore_version=ignore_version or None)
    finally:
        doc.flags.advance = doc.flags.because = doc.flags.actor_kind = doc.flags.as_stored = None
        doc.flags.ignore_permissions = ignored


def may_move(doc: GuardedDocument, to_state: str) -> bool:
    """True where the session's user may bring the stored document to this state by the active workflow."""
    return bool(_open_transitions(_active_workflow(doc.doctype), doc, to_state, doc.requested_by))


def _active_workflow(doctype: str) -> Document:
    try:
        return get_workflow(doctype)
    except frappe.DoesNotExistError:
        frappe.throw(_("There is no active workflow for {0}. Ask a system manager to restore it.").format(_(doctype)))


def _open_transitions(workflow: Document, before: Document, to_state: str, requested_by: str) -> list:
    """Transitions from the stored state to `to_state` that this user may make now."""
    user = frappe.session.user
    roles = set(frappe.get_roles())
    state_field = workflow.workflow_state_field
    return [
        row
        for row in workflow.transitions
        if row.state == before.get(state_field)
        and row.next_state == to_state
        and row.allowed in roles
        and (row.allow_self_approval or user != requested_by)
        and is_transition_condition_satisfied(row, before)
    ]
