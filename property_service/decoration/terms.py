"""What a community asks of those who decorate, as the database holds it."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
from frappe.model.document import Document

from property_service.property_service import service_clock
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.working_time import add_working_days, minutes_between

DOCTYPE = "Decoration Terms"


def terms_of(community: str) -> Document:
    """Return the Decoration Terms of a community, cached. RuleError where there are none."""
    if not frappe.db.exists(DOCTYPE, community, cache=True):
        raise RuleError(_("{0} has no decoration terms yet. Ask the manager to enter them."), community)
    return frappe.get_cached_doc(DOCTYPE, community)


def working_days_after(community: str, start: datetime, days: int) -> datetime:
    """Return the site time at which the `days`-th working day of the office after the day of a stored time closes."""
    closing = add_working_days(service_clock.calendar_of(community), service_clock.to_aware(start), days)
    return service_clock.to_site(closing)


def hours_over(community: str) -> bool:
    """Return whether no work may be done any more today, by the hours of the terms; they end nowhere without terms."""
    try:
        terms = terms_of(community)
    except RuleError:
        return False
    now = service_clock.site_now()
    midnight = service_clock.start_of_local_day(community, service_clock.local_day(community, now) + timedelta(days=1))
    left = (service_clock.to_aware(now), service_clock.to_aware(midnight))
    names = filter(None, (terms.work_calendar, terms.quiet_calendar))
    return not any(minutes_between(service_clock.calendar_of(community, name), *left) for name in names)


def check_terms(doc: Document) -> None:
    """Raise RuleError for terms nobody could keep: no days for the works, items that are not charged once, rows twice."""
    if doc.most_days is not None and int(doc.most_days) < 1:
        raise RuleError(_("Enter how many days works may take, 1 or more."))
    for item, amount in ((doc.pass_fee_item, doc.pass_fee), (doc.rubbish_fee_item, doc.rubbish_rate)):
        if money(amount) and not item:
            raise RuleError(_("Choose the fee item for every fee that is charged."))
        if item and not frappe.get_cached_value("Fee Item", item, "one_off"):
            raise RuleError(_("{0} is not charged once. Choose an item with the tick Charged Once."), item)
    for table, field in (("documents", "document_name"), ("questions", "question")):
        texts = [(row.get(field) or "").strip() for row in doc.get(table)]
        if twice := next((text for text in texts if texts.count(text) > 1), None):
            raise RuleError(_("{0} is listed twice. Keep one of the rows."), twice)
