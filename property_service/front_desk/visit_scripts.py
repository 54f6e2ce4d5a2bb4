"""What to say on a return visit: an opening, the questions of its kind, and how to close."""

from __future__ import annotations

from frappe import _


def script_for(kind: str, on_site: bool = False) -> list[str]:
    """The sentences to read out for a kind of visit, in the user's language, in order.

    `kind` is that of Return Visit. On the spot nobody is asked; the lines then say what to look at.
    """
    if on_site:
        return [
            _("Is the place as the work report says: repaired, tested and clean?"),
            _("Does the fault come back when you test it?"),
            _("Is anything still dangerous? Report it at once."),
        ]
    questions = {
        "Repair": [
            _("Has the fault been fixed, and has it stayed fixed since?"),
            _("Did the technician come at the promised time and clean up afterwards?"),
            _("Was the technician polite, and was anything charged that had not been agreed beforehand?"),
        ],
        "Complaint": [
            _("Has the problem you complained about been resolved?"),
            _("Were you told what was done and why?"),
            _("Is there anything else you would like us to do?"),
        ],
        "Decoration": [
            _("Were the rules and working hours explained to you clearly?"),
            _("Did the acceptance inspection take place at the agreed time?"),
            _("Has the deposit been returned as agreed?"),
        ],
        "Event": [
            _("How did you like the event?"),
            _("Did the place, time and organisation suit you?"),
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
    return _("Overall, are you satisfied, fairly satisfied or not satisfied? Thank you for your time.")


def all_scripts() -> dict[str, list[str]]:
    """Scripts by kind, and `On Site` for rechecks."""
    kinds = ("Repair", "Complaint", "Decoration", "Event", "Courtesy")
    return {**{kind: script_for(kind) for kind in kinds}, "On Site": script_for("Repair", True)}
