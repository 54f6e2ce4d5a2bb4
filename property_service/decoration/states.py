"""The states of a decoration permit, and which of its changes nobody makes by hand."""

from __future__ import annotations

DOCTYPE = "Decoration Permit"
DRAFT, UNDER_REVIEW, APPROVED, IN_PROGRESS, SUSPENDED = STATES_BEFORE_ACCEPTANCE = (
    "Draft",
    "Under Review",
    "Approved",
    "In Progress",
    "Suspended",
)
ACCEPTANCE_REQUESTED, ACCEPTED, SETTLED = "Acceptance Requested", "Accepted", "Deposit Settled"
REJECTED, EXPIRED = "Rejected", "Expired"

# The unit is free for another permit.
ENDED = frozenset({SETTLED, REJECTED, EXPIRED})
# Works have been allowed to begin and the deposits are not settled yet.
BEGUN = frozenset({IN_PROGRESS, SUSPENDED, ACCEPTANCE_REQUESTED, ACCEPTED})
# Whoever works may be on the site.
ON_SITE = frozenset({IN_PROGRESS, ACCEPTANCE_REQUESTED})

# What `advance` may do: the system's own steps, and a resident's acts.
SYSTEM_TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        # the resident
        (DRAFT, UNDER_REVIEW),
        (DRAFT, REJECTED),
        (UNDER_REVIEW, REJECTED),
        (IN_PROGRESS, ACCEPTANCE_REQUESTED),
        # both deposits are paid
        (APPROVED, IN_PROGRESS),
        # a serious finding, and its recheck by somebody else
        (IN_PROGRESS, SUSPENDED),
        (ACCEPTANCE_REQUESTED, SUSPENDED),
        (SUSPENDED, IN_PROGRESS),
        # nothing is left of the deposits
        (ACCEPTED, SETTLED),
        # the days are over and no work has begun
        (DRAFT, EXPIRED),
        (UNDER_REVIEW, EXPIRED),
        (APPROVED, EXPIRED),
    }
)
