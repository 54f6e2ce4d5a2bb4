"""The states of a complaint, suggestion or praise, who deals with them, and which of their changes nobody makes by hand."""

from __future__ import annotations

DOCTYPE = "Resident Complaint"
COMPLAINT, SUGGESTION, PRAISE = KINDS = ("Complaint", "Suggestion", "Praise")
GENERAL, MAJOR, HOT = LEVELS = ("General", "Major", "Hot")
CHANNELS = ("Counter", "Phone", "Portal", "WeChat", "SMS", "E-mail", "Letter", "12345", "Media")

RECEIVED, ASSIGNED, INVESTIGATING = "Received", "Assigned", "Investigating"
RESOLVED, AWAITING_VISIT, CLOSED = "Resolved", "Awaiting Visit", "Closed"
REOPENED, WITHDRAWN = "Reopened", "Withdrawn"
# Somebody has to do something about it; the clocks run.
IN_HAND = (RECEIVED, ASSIGNED, INVESTIGATING, REOPENED)
OPEN_STATES = (*IN_HAND, RESOLVED, AWAITING_VISIT)

FRONT_DESK, LEADER, MANAGER = "Property Front Desk", "Property Team Leader", "Property Manager"
SYSTEM_MANAGER = "System Manager"
DESK = (FRONT_DESK, MANAGER)
HANDLERS = (FRONT_DESK, LEADER, MANAGER)

# What `advance` may do: the system's own steps, and a resident's acts.
SYSTEM_TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        # the duty manager gets what is major, and what a visit has brought to light
        (RECEIVED, ASSIGNED),
        # thanks are said and nothing is left to do
        (RECEIVED, CLOSED),
        # resolved with the first of a group
        *((state, RESOLVED) for state in IN_HAND),
        # the visit is planned, or none is needed
        (RESOLVED, AWAITING_VISIT),
        (RESOLVED, CLOSED),
        # what the visit has found
        (AWAITING_VISIT, CLOSED),
        (AWAITING_VISIT, REOPENED),
        # the resident takes it back
        *((state, WITHDRAWN) for state in OPEN_STATES),
    }
)
