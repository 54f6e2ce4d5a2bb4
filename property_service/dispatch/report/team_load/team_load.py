"""Who has how much in hand: by team and member, with what nobody has taken yet."""

from __future__ import annotations

from typing import Any

from frappe import _

from property_service.dispatch.team_load import of_teams
from property_service.property_service.report_filters import read_filters

Row = dict[str, Any]


def execute(filters: dict[str, Any] | None = None) -> tuple[list[Row], list[Row], None, dict | None, list[Row]]:
    """Columns, rows, no message, chart and summary, of the teams and communities whoever asks may see."""
    wanted = read_filters(filters)
    rows = of_teams(wanted.team, wanted.community)
    for row in rows:
        row["member"] = row["member"] or row["user"] or _("Nobody yet")
    return _columns(), rows, None, _chart(rows), _summary(rows)


def _columns() -> list[Row]:
    return [
        {"fieldname": "team", "label": _("Work Team"), "fieldtype": "Link", "options": "Work Team", "width": 180},
        {"fieldname": "member", "label": _("Member"), "fieldtype": "Data", "width": 160},
        {"fieldname": "on_duty", "label": _("On Duty"), "fieldtype": "Check", "width": 90},
        {"fieldname": "open_jobs", "label": _("Open Jobs"), "fieldtype": "Int", "width": 110},
        {"fieldname": "in_all_teams", "label": _("Open in All Teams"), "fieldtype": "Int", "width": 150},
        {"fieldname": "cap", "label": _("Open Job Limit"), "fieldtype": "Int", "width": 130},
        {"fieldname": "late_jobs", "label": _("Late Jobs"), "fieldtype": "Int", "width": 110},
        {"fieldname": "taken_today", "label": _("Taken Today"), "fieldtype": "Int", "width": 120},
    ]


def _chart(rows: list[Row]) -> dict[str, Any] | None:
    teams: dict[str, list[int]] = {}
    for row in rows:
        counts = teams.setdefault(row["team"], [0, 0])
        counts[0] += row["open_jobs"]
        counts[1] += row["late_jobs"]
    if not any(counts[0] for counts in teams.values()):
        return None
    return {
        "type": "bar",
        "data": {
            "labels": list(teams),
            "datasets": [
                {"name": _("Open Jobs"), "values": [counts[0] for counts in teams.values()]},
                {"name": _("Late Jobs"), "values": [counts[1] for counts in teams.values()]},
            ],
        },
        "colors": ["#7cd6fd", "#fc4f51"],
    }


def _summary(rows: list[Row]) -> list[Row]:
    late = sum(row["late_jobs"] for row in rows)
    nobody = sum(row["open_jobs"] for row in rows if not row["user"])
    return [
        {
            "label": _("Members on Duty"),
            "value": len({row["user"] for row in rows if row["user"] and row["on_duty"]}),
            "datatype": "Int",
        },
        {"label": _("Open Jobs"), "value": sum(row["open_jobs"] for row in rows), "datatype": "Int"},
        {
            "label": _("Not Taken Yet"),
            "value": nobody,
            "datatype": "Int",
            "indicator": "Orange" if nobody else "Green",
        },
        {"label": _("Late Jobs"), "value": late, "datatype": "Int", "indicator": "Red" if late else "Green"},
    ]
