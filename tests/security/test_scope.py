"""Every DocType of the app belongs to a community, or says why not."""

import json
from pathlib import Path

import frappe
import pytest

APP = Path(__file__).parents[2] / "property_service"
SCOPE = "property_service.property_service.scope.has_permission"

SHARED_MASTERS = {
    "Community": "is the scope itself: the User Permission names it",
    "Complaint Category": "one catalogue of causes, so that communities can be compared",
    "Greeting Occasion": "one list of occasions; who is greeted belongs to his community",
    "Knowledge Article": "one catalogue of answers; some say that they are for one community only",
    "Knowledge Gap": "what one community looks for in vain the others do too",
    "Patrol Checklist": "one catalogue of questions for all communities",
    "Property Service Settings": "settings of the site",
    "Repair Category": "one catalogue for all communities",
    "Repair Price List": "one price list for all communities",
    "Service Scorecard": "one way of judging for all communities",
    "Useful Contact": "numbers of a town; some say that they are for one community only",
    "Service Calendar": "service hours, named by communities and teams",
}
# Only a System Manager reads them; he sees the whole site.
INNER_WORKS = {"Sign In Code", "Work Batch"}


def doctypes() -> dict[str, dict]:
    """Name → JSON of every DocType that is no child table."""
    found = {}
    for path in sorted(APP.glob("*/doctype/*/*.json")):
        meta = json.loads(path.read_text(encoding="utf-8"))
        if meta.get("doctype") == "DocType" and not meta.get("istable"):
            found[meta["name"]] = meta
    return found


DOCTYPES = doctypes()


def community_field(meta: dict) -> dict | None:
    return next((field for field in meta["fields"] if field["fieldname"] == "community"), None)


SCOPED = [name for name, meta in DOCTYPES.items() if community_field(meta)]
UNSCOPED = [name for name in DOCTYPES if name not in SCOPED]


def test_there_are_doctypes_to_judge():
    assert {"Repair Request", "Property Unit", "Return Visit"} <= set(SCOPED)


@pytest.mark.parametrize("name", SCOPED)
def test_community_is_mandatory_indexed_and_fixed(name):
    field = community_field(DOCTYPES[name])
    assert (field["fieldtype"], field.get("options")) == ("Link", "Community")
    assert field.get("reqd") and field.get("search_index")
    assert field.get("set_only_once") or field.get("read_only")


@pytest.mark.parametrize("name", SCOPED)
def test_changes_are_judged_by_the_stored_community(name, site):
    assert SCOPE in frappe.get_hooks("has_permission").get(name, [])


@pytest.mark.parametrize("name", UNSCOPED)
def test_a_doctype_without_community_has_its_reason(name, site):
    if name in INNER_WORKS:
        assert {rule["role"] for rule in DOCTYPES[name]["permissions"]} <= {"System Manager"}
    elif name not in SHARED_MASTERS:
        assert frappe.get_hooks("permission_query_conditions").get(name), f"{name} has neither community nor query"
        assert frappe.get_hooks("has_permission").get(name), f"{name} has a query for lists and none for documents"


def test_the_lists_of_exceptions_name_what_exists():
    assert set(SHARED_MASTERS) | INNER_WORKS <= set(DOCTYPES)
    assert not set(SHARED_MASTERS) & set(SCOPED)
