"""More days for works, once: asked for by the applicant, given by the manager; papers and passes hold until the later day."""

from __future__ import annotations

from datetime import date

from frappe.model.document import Document
from frappe.utils import cint, getdate

from property_service.decoration import codes, letters, worker_passes
from property_service.decoration.acceptance import save
from property_service.decoration.application_rules import check_extension
from property_service.decoration.effects import FRONT_DESK, MANAGER
from property_service.decoration.states import ACCEPTED, BEGUN, DOCTYPE
from property_service.decoration.terms import terms_of
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local_day
from property_service.property_service.staff_notices import staff_with_role, tell_staff

MOST_REASON = 500


def ask(permit: Document, until: date, reason: str) -> Document:
    """The applicant asks for more days; the desk and the manager are told. RuleError as in `extend`."""
    _check(permit, until, reason)
    save(permit, extension_asked=until, extension_asked_because=reason.strip()[:MOST_REASON])
    users = [user for role in (FRONT_DESK, MANAGER) for user in staff_with_role(role, permit.community)]
    tell_staff(users, (_("More days are asked for: {0}, until {1}"), permit.name, str(until)), DOCTYPE, permit.name)
    return permit


def extend(permit: Document, until: date, reason: str) -> Document:
    """Extend the works, once; returns the permit. RuleError for a second time, too many days, or where no works go on."""
    _check(permit, until, reason)
    save(permit, extended_to=until, extension_reason=reason.strip()[:MOST_REASON])
    codes.prolong(codes.DOOR, DOCTYPE, [permit.name], permit.community, getdate(until))
    worker_passes.prolong(permit)
    letters.write(permit, "extended")
    return permit


def _check(permit: Document, until: date, reason: str) -> None:
    if permit.status not in BEGUN - {ACCEPTED}:
        raise RuleError(_("Only works that go on can be extended."))
    if not reason.strip():
        raise RuleError(_("Please say why more days are needed."))
    last = getdate(permit.to_date)
    extended = getdate(permit.extended_to) if permit.extended_to else None
    check_extension(last, until, extended, cint(terms_of(permit.community).extension_days))
    if until < local_day(permit.community):
        raise RuleError(_("The works cannot be extended until a day that is over."))
