"""No DocType, report, page, workspace, print format or role of ours exists in the framework or a common app."""

import json
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

APP = Path(__file__).parents[2] / "property_service"
TAKEN = json.loads((Path(__file__).parents[1] / "data" / "taken_names.json").read_text(encoding="utf-8"))
KINDS = (
    "doctype",
    "report",
    "page",
    "workspace",
    "print_format",
    "web_form",
    "number_card",
    "dashboard_chart",
    "notification",
)


def ours(kind: str) -> set[str]:
    names = set()
    for path in APP.glob(f"*/{kind}/*/*.json"):
        if path.stem == path.parent.name:
            stored = json.loads(path.read_text(encoding="utf-8"))
            names.add(stored.get("name") or stored.get("page_name"))
    return names


@pytest.mark.parametrize("kind", KINDS)
def test_is_ours_alone(kind):
    taken = {name.lower(): app for name, app in TAKEN.get(kind, {}).items()}
    clashes = {name: taken[name.lower()] for name in ours(kind) if name.lower() in taken}
    assert not clashes


def test_roles_are_ours_alone():
    text = (APP / "setup" / "roles.py").read_text(encoding="utf-8")
    roles = set(re.findall(r'"((?:Property [A-Z][A-Za-z ]+)|Resident)"', text))
    assert "Resident" in roles and len(roles) == 8
    taken = {name.lower() for name in TAKEN["role"]}
    assert not {name for name in roles if name.lower() in taken}


def test_the_list_would_catch_a_clash():
    assert "Issue" in TAKEN["doctype"] and ours("doctype")
