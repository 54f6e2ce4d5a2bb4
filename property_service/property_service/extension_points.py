"""How a lower room speaks to upper ones: hooks, run in the caller's transaction, in the order of the apps.

property_service_residents_merged(keep, duplicate): two records of one person become one; what is unique of a resident is to be joined
    and written with the name kept. All rows name the duplicate still and are moved afterwards.
property_service_visit_result(visit): a return visit reached its result; a sentence answered is kept as what followed.
property_service_visit_context(visit): what was done, to be read before a call: {title, lines: [text]} or None.
property_service_charge_settled(charges): these charges are fully paid now.
property_service_charge_reopened(charges): these charges were fully paid and are not any more, or they are void now.
property_service_deposit_move(deposit, kind, because_of): before a Resident Deposit is Deducted or Refunded; a RuleError refuses it.
property_service_deposit_changed(deposit): a Resident Deposit was received, deducted from or refunded.
property_service_reminder_holds(community) → {unit: hold reason of Fee Reminder} of units that are not to be reminded of fees now.
property_service_finding_raised(finding): an inspection finding was raised; put right already where it was fixed on the spot.
property_service_finding_changed(finding): an inspection finding was put right, rechecked, withdrawn, or edited.
property_service_picture(resident, units) → a room's part of the caller's picture, or None: {key, title, order, rows: [{text, detail, status, tone,
    doctype, name}], banners: [{text, tone}], figures: {name: number}, more: rows left out}. `resident` may be "", `units` is a tuple of names;
    whoever asks has been judged, the part judges no permission but that of its own DocTypes. Rows at most ten, soonest first; tone is
    red, orange, blue, green or grey.
property_service_today(communities, user) → what has to be done today, or None: {key, title, order, count, rows: as above with due_at}.
property_service_month_figures(community, first_day, last_day) → a room's part of the monthly report, or None: {key, title, order, rows: [{label,
    value, kind: count, percent, money, minutes or text, numerator, denominator, target}]}.
property_service_contact_follow_up is a mapping of hooks: kind of Service Contact → function(contact, order) → the Document it became.

Asked by module Dispatch:
property_service_open_jobs(users, locked) → {user: open jobs}, of the users named; `locked`: read FOR UPDATE.
property_service_team_load(teams, communities) → {(team, user or None): {open_jobs, late_jobs, taken_today}}; None is what
    nobody in the team has yet; `communities` None counts all.
property_service_incident_requests(incidents) → {incident: (requests, time of the last, in the site's time)}.
property_service_incident_join(incident, request) → True where the request is one of this room's and has been joined.
property_service_incident_withdrawn(incident): a proposed incident was none; its requests go their own ways.
property_service_incident_closed(incident): an incident was closed, once; whoever reported it is to be told.
"""

from typing import Any

import frappe


def call_extensions(point: str, **arguments: Any) -> list[Any]:
    """Call every function registered for `point`; an exception aborts the caller's transaction."""
    return [frappe.get_attr(path)(**arguments) for path in frappe.get_hooks(point)]
