"""Rules of inspection findings (巡查问题): due by severity, put right, rechecked by somebody else, repeats at one place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

MINOR, NORMAL, SERIOUS, CRITICAL = SEVERITIES = ("Minor", "Normal", "Serious", "Critical")
GRAVE = (SERIOUS, CRITICAL)
USUAL_MINUTES: dict[str, int] = {MINOR: 3 * 24 * 60, NORMAL: 24 * 60, SERIOUS: 4 * 60, CRITICAL: 0}
"""Minutes round the clock until a finding is to be put right (typical practice); critical ones at once."""
USUAL_REPEAT_DAYS = 90
MOST_MINUTES = 366 * 24 * 60

OPEN, FIXED, FAILED, CLOSED, WITHDRAWN = "Open", "Fixed", "Recheck Failed", "Closed", "Withdrawn"
TO_FIX = (OPEN, FAILED)
ENDED = (CLOSED, WITHDRAWN)
FIX, PASS, FAIL, WITHDRAW = "fix", "pass", "fail", "withdraw"
_MOVES: dict[tuple[str, str], str] = {
    (OPEN, FIX): FIXED,
    (FAILED, FIX): FIXED,
    (FIXED, PASS): CLOSED,
    (FIXED, FAIL): FAILED,
    (OPEN, WITHDRAW): WITHDRAWN,
    (FIXED, WITHDRAW): WITHDRAWN,
    (FAILED, WITHDRAW): WITHDRAWN,
}
_REFUSALS: dict[str, str] = {
    FIX: _("This finding waits for nobody to put it right any more. Load it again."),
    PASS: _("Only what was put right can be rechecked. Load the finding again."),
    FAIL: _("Only what was put right can be rechecked. Load the finding again."),
    WITHDRAW: _("This finding is settled; it cannot be withdrawn."),
}

LEVELS = ("Advised", "Notice", "Stop-Work", "Reported")
PREFIXES: dict[str, str] = {"Notice": "ZG", "Stop-Work": "TG", "Reported": "BG"}
"""An advice is given by word of mouth and has no number."""
TO_LEADER, TO_MANAGER = 1, 2
_LONGEST_KEY = 140


def minutes_of(settings: Mapping[str, int | None]) -> dict[str, int]:
    """Return severity → minutes until due; nothing or 0 stands for the usual ones. RuleError where a graver finding has more time."""
    minutes = {level: int(settings.get(level) or usual) for level, usual in USUAL_MINUTES.items()}
    for level, number in minutes.items():
        if not 0 <= number <= MOST_MINUTES:
            raise RuleError(_("A finding cannot be due after {0} minutes. Enter 0 to {1}."), number, MOST_MINUTES)
        if level != MINOR and number > minutes[SEVERITIES[SEVERITIES.index(level) - 1]]:
            raise RuleError(_("Graver findings cannot have more time than lighter ones. Enter the minutes in order."))
    return minutes


def due_at(since: datetime, severity: str, minutes: Mapping[str, int]) -> datetime:
    """Return the time by which a finding of this severity is to be put right, counted from `since`. RuleError for an unknown one."""
    if severity not in minutes:
        raise RuleError(_("There is no severity {0}. Choose one from the list."), severity)
    return since + timedelta(minutes=minutes[severity])


def next_status(status: str, act: str) -> str:
    """Return the status after an act (FIX, PASS, FAIL, WITHDRAW), or raise RuleError where the finding does not stand so."""
    if (status, act) not in _MOVES:
        raise RuleError(_REFUSALS[act])
    return _MOVES[status, act]


def may_recheck(by: str, fixed_by: Iterable[str | None]) -> bool:
    """Return whether somebody may recheck: nobody who ever put this finding right, whatever his roles."""
    return bool(by) and by not in set(fixed_by)


def check_photo_recheck(severity: str, has_photo: bool) -> None:
    """Refuse a recheck by photo, without going there, of anything but a minor finding that was photographed after."""
    if severity != MINOR:
        raise RuleError(_("Only minor findings may be rechecked by photo. Go there and recheck on site."))
    if not has_photo:
        raise RuleError(_("A recheck by photo needs a photo of how it looks now."))


def is_lower(severity: str, before: str) -> bool:
    """Return whether a severity is lighter than the one before."""
    return SEVERITIES.index(severity) < SEVERITIES.index(before)


def place_key(
    community: str, checkpoint: str = "", unit: str = "", building: str = "", entrance: str = "", place: str = ""
) -> str:
    """Return the key of a place at which findings repeat: the checkpoint, else the unit, else building, entrance and place.

    Of the place only letters and digits count, in any width and case. "" where nothing says where it is.
    """
    if checkpoint:
        return f"P|{checkpoint}"[:_LONGEST_KEY]
    if unit:
        return f"U|{unit}"[:_LONGEST_KEY]
    words = "".join(sign for sign in unicodedata.normalize("NFKC", place).casefold() if sign.isalnum())
    return f"{community}|{building}|{entrance}|{words}"[:_LONGEST_KEY] if words else ""


def days_between(found: datetime, fixed: datetime) -> float:
    """Return the days from found to put right, one decimal, never below 0."""
    return round(max((fixed - found).total_seconds(), 0) / 86400, 1)


def alert_level(due: datetime, now: datetime, minutes: int) -> int:
    """Return whom an overdue finding concerns now: 0 nobody, TO_LEADER once due, TO_MANAGER after half its time again.

    `minutes` is the time its severity had. Critical ones, due at once, go to both.
    """
    if now < due:
        return 0
    return TO_MANAGER if now >= due + timedelta(minutes=minutes / 2) else TO_LEADER


def check_notice(level: str, before: str, status: str, reported_to: str) -> None:
    """Refuse a notice that is none, a step back, of what is settled, or a report to nobody.

    Steps go advise → notice → stop-work → report; they may be left out but not taken back, and none is made twice.
    """
    if level not in LEVELS:
        raise RuleError(_("There is no notice called {0}. Choose one from the list."), level)
    if status in ENDED:
        raise RuleError(_("This finding is settled; no notice can be made of it any more."))
    if before and LEVELS.index(level) <= LEVELS.index(before):
        raise RuleError(_("This step was taken already. Choose a further one, or print the notice that was made."))
    if level == "Reported" and not reported_to.strip():
        raise RuleError(_("Enter the authority to which it is reported."))


def notice_number(level: str, code: str, year: int, number: int) -> str:
    """Return the number of a notice, such as `ZG-LH-2026-0001`, of a community's code, a year and a count from 1."""
    if level not in PREFIXES or number < 1:
        raise RuleError(_("There is no notice called {0}. Choose one from the list."), level)
    return f"{PREFIXES[level]}-{code}-{year}-{number:04d}"
