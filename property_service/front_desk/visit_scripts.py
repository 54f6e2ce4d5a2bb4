"""What to say on a return visit: an opening, the questions of its kind, and how to close."""

from __future__ import annotations

from frappe import _


def script_for(kind: str, on_site: bool = False) -> list[str]:
    """The sentences to read out for a kind of visit, in the user's language, in order.

    `kind` is that of Return Visit. On the spot nobody is asked; the lines then say what to look at.
    """
    if on_site:
        return [
            _("Is the place as the work report says: repaired, tested, and clean?"),
            _("Does the fault show again when it is tried?"),
            _("Is there anything dangerous left? Report it at once."),
        ]
    questions = {
        "Repair": [
            _("Is the fault gone, and has it stayed away since?"),
            _("Did the technician come at the promised time, and did he clean up after the work?"),
            _("Was he polite, and was anything charged that had not been agreed before?"),
        ],
        "Complaint": [
            _("Has what you complained of been put right?"),
            _("Were you told what was done and why?"),
            _("Is there anything you still expect of us?"),
        ],
        "Decoration": [
            _("Were the rules and the hours of work explained to you clearly?"),
            _("Was the acceptance made at the agreed time?"),
            _("Has the deposit been returned as agreed?"),
        ],
        "Event": [
            _("How did you like the event?"),
            _("Were place, time and organisation right for you?"),
            _("What would you like to see next?"),
        ],
        "Courtesy": [
            _("How have you found our service lately?"),
            _("Is there anything in your home or building we should look at?"),
        ],
    }
    return questions.get(kind, questions["Courtesy"])


def opening(community_name: str, contact_name: str | None) -> str:
    """How a call begins."""
    if contact_name:
        return _(
            "Good day, this is the service desk of {0}. Am I speaking with {1}? May I ask you two or three questions?"
        ).format(community_name, contact_name)
    return _("Good day, this is the service desk of {0}. May I ask you two or three questions?").format(community_name)


def closing() -> str:
    """How a call ends: with the one question the result stands for, and thanks."""
    return _("All in all: are you satisfied, fairly satisfied, or not satisfied? Thank you for your time.")


def all_scripts() -> dict[str, list[str]]:
    """Scripts by kind, and `On Site` for rechecks."""
    kinds = ("Repair", "Complaint", "Decoration", "Event", "Courtesy")
    return {**{kind: script_for(kind) for kind in kinds}, "On Site": script_for("Repair", True)}
