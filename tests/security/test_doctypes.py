"""Who may do what with a document of each DocType; a list shows exactly what may be opened.

A DocType without an expectation fails: whoever adds one says here who may see it.
"""

from __future__ import annotations

import json

import frappe

from tests import figures
from tests.security import complaints, contacts, decorations, events, fees, findings, notices, rounds, service_days

MODULES = ("Property Service", "Dispatch", "Front Desk", "Repairs", "Fees", "Patrol", "Decoration", "Community Life")
PEOPLE = (
    "guest",
    "owner",
    "neighbour",
    "gone",
    "desk",
    "far_desk",
    "technician",
    "leader",
    "cashier",
    "guard",
    "patroller",
    "manager",
    "far_manager",
)
ACTS = {"r": "read", "w": "write", "c": "create", "d": "delete"}

# Person → letters of ACTS, for a document of the community "here". Whoever is not named may do nothing.
STAFF_READ = {"desk": "r", "technician": "r", "leader": "r", "cashier": "r", "guard": "r", "patroller": "r"}
MASTER_HERE = {**STAFF_READ, "manager": "rwc"}
MASTER_ANYWHERE = {**STAFF_READ, "far_desk": "r", "manager": "rwc", "far_manager": "rwc"}
PERSON = {"desk": "rwc", "technician": "r", "leader": "r", "cashier": "r", "guard": "r", "manager": "rwcd"}
EXPECTED: dict[str, dict[str, str]] = {
    "Community": MASTER_HERE,
    "Building": MASTER_HERE,
    "Entrance": MASTER_HERE,
    "Property Unit": {**MASTER_HERE, "owner": "r"},
    "Service Area": MASTER_HERE,
    "Service Calendar": MASTER_ANYWHERE,
    # Technicians and guards see masked numbers, through endpoints of their own.
    "Resident": {"desk": "rwc", "leader": "r", "cashier": "r", "manager": "rwc"},
    "Unit Occupancy": {**PERSON, "owner": "r"},
    "Resident Vehicle": PERSON,
    "Access Code": {"desk": "r", "manager": "r"},
    "Sign In Code": {},
    "Service Message": {"owner": "r", "desk": "r", "manager": "r"},
    "Work Batch": {},
    "Property Import": {"manager": "rwc"},
    "Work Team": {"desk": "r", "technician": "r", "leader": "rw", "guard": "r", "patroller": "r", "manager": "rwc"},
    "Service Incident": {"desk": "rwc", "technician": "r", "leader": "rwc", "manager": "rwc"},
    "Repair Category": {"desk": "r", "far_desk": "r", "technician": "r", "leader": "r", "manager": "rwc", "far_manager": "rwc"},
    "Repair Price List": {
        "desk": "r", "far_desk": "r", "technician": "r", "leader": "r", "cashier": "r", "manager": "rwc", "far_manager": "rwc",
    },
    "Repair Request": {"owner": "r", "desk": "rwc", "technician": "rw", "leader": "rw", "cashier": "r", "manager": "rwc"},
    "Repair Step": {"desk": "r", "technician": "r", "leader": "r", "manager": "r"},
    "Return Visit": {"desk": "r", "leader": "r", "manager": "r"},
    **fees.EXPECTED,
    **findings.EXPECTED,
    **rounds.EXPECTED,
    **decorations.EXPECTED,
    **complaints.EXPECTED,
    **service_days.EXPECTED,
    **contacts.EXPECTED,
    **events.EXPECTED,
    **notices.EXPECTED,
}  # fmt: skip
SINGLES = {
    "Property Service Settings": {"desk": "r", "leader": "r", "manager": "rw", "far_desk": "r", "far_manager": "rw"}
}


def doctypes_of_the_app() -> list[str]:
    rows = frappe.get_all(
        "DocType", {"module": ["in", MODULES], "istable": 0, "custom": 0}, pluck="name", order_by="name asc"
    )
    return [*rows]


def test_every_doctype_has_an_expectation():
    assert set(doctypes_of_the_app()) == set(EXPECTED) | set(SINGLES)


def letters(doctype: str, name: str) -> str:
    doc = frappe.get_doc(doctype, name)
    return "".join(letter for letter, act in ACTS.items() if frappe.has_permission(doctype, act, doc=doc))


def test_each_person_may_do_what_is_expected_and_no_more(world):
    wrong = []
    for doctype, name in world.documents.items():
        for person in PEOPLE:
            frappe.set_user(world.people[person])
            found = letters(doctype, name)
            expected = EXPECTED[doctype].get(person, "")
            if found != expected:
                wrong.append(f"{doctype}: {person} may {found or 'nothing'}, expected {expected or 'nothing'}")
    assert not wrong


def test_a_list_shows_exactly_what_may_be_opened(world):
    wrong = []
    for doctype, name in world.documents.items():
        for person in PEOPLE:
            frappe.set_user(world.people[person])
            may_open = frappe.has_permission(doctype, "read", doc=frappe.get_doc(doctype, name))
            try:
                listed = name in frappe.get_list(doctype, {"name": name}, pluck="name", order_by="name asc")
            except frappe.PermissionError:
                listed = False
            if listed != may_open:
                wrong.append(
                    f"{doctype}: {person} {'lists but may not open' if listed else 'may open but does not list'} it"
                )
    assert not wrong


def called(method, **form):
    """What the desk is answered, as one text; ours where it stands in for the platform's own."""
    instead = frappe.get_hooks("override_whitelisted_methods", {}).get(method, [method])[0]
    frappe.local.response = frappe._dict(docs=[], message=None)
    try:
        return frappe.as_json([frappe.get_attr(instead)(**form), frappe.local.response])
    except frappe.PermissionError:
        return ""


def test_the_calls_of_link_fields_and_reports_show_no_more_than_the_list(world):
    """Tried by those who read other documents of the DocType; the platform turns all others away."""
    wrong = []
    for doctype, name in world.documents.items():
        meta = frappe.get_meta(doctype)
        title = frappe.db.get_value(doctype, name, meta.title_field) if meta.show_title_field_in_link else None
        everything = {
            "doctype": doctype,
            "txt": "",
            "filters": json.dumps({"name": name}),
            "ignore_user_permissions": 1,
        }
        for person in PEOPLE:
            frappe.set_user(world.people[person])
            if not frappe.has_permission(doctype, "read"):
                continue
            if frappe.has_permission(doctype, "read", doc=frappe.get_doc(doctype, name)):
                continue
            figures.count("attacks tried", 4)
            found = {
                call: called(f"frappe.desk.search.{call}", **everything) for call in ("search_link", "search_widget")
            }
            found["column"] = called(
                "frappe.desk.query_report.get_data_for_custom_field", doctype=doctype, field="owner"
            )
            told = title and called("frappe.desk.search.get_link_title", doctype=doctype, docname=name)
            wrong += [f"{doctype}: {person} finds it by {call}" for call, text in found.items() if f'"{name}"' in text]
            if told and title != name and json.loads(told)[0] == title:
                wrong.append(f"{doctype}: {person} is told its title")
    assert not wrong


def test_charts_count_no_more_than_the_list(world):
    """The platform's heatmaps count by any filter, and it keeps what one reader was shown for all others."""
    heat = {"type": "Heatmap", "chart_type": "Count", "document_type": "Fee Ledger Entry", "based_on": "creation"}
    frappe.set_user(world.people["far_manager"])
    get = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
    assert not called(get, chart=json.dumps({**heat, "filters_json": "[]"}), no_cache=1)
    count = {
        "name": "Requests",
        "type": "Line",
        "chart_type": "Count",
        "document_type": "Repair Request",
        "based_on": "creation",
    }
    asked = {"chart": json.dumps({**count, "filters_json": "[]", "timespan": "Last Month", "time_interval": "Yearly"})}
    frappe.set_user("Administrator")
    all_of_them = called(get, **asked)
    frappe.set_user(world.people["far_manager"])
    assert called(get, **asked) not in ("", all_of_them)


def test_settings_are_read_by_who_needs_them(world):
    for doctype, expected in SINGLES.items():
        for person in PEOPLE:
            frappe.set_user(world.people[person])
            found = "".join(letter for letter in "rw" if frappe.has_permission(doctype, ACTS[letter]))
            assert found == expected.get(person, ""), (doctype, person)


def test_nobody_of_ours_may_share_and_no_role_of_the_whole_world_is_named():
    for doctype in doctypes_of_the_app():
        for row in frappe.get_meta(doctype).permissions:
            assert row.role not in ("All", "Guest", "Desk User"), doctype
            assert not row.share, f"{doctype}: {row.role} may share"
            if row.role == "Resident":
                extra = [
                    act
                    for act in (
                        "write",
                        "create",
                        "delete",
                        "submit",
                        "cancel",
                        "report",
                        "export",
                        "import",
                        "print",
                        "email",
                    )
                    if row.get(act)
                ]
                assert not extra, f"{doctype}: a resident may {extra}"


def test_query_conditions_are_one_parenthesised_string(world):
    hooks = frappe.get_hooks("permission_query_conditions")
    for doctype in doctypes_of_the_app():
        for path in hooks.get(doctype, []):
            for person in (*PEOPLE, "nobody' or '1'='1"):
                user = world.people.get(person, person)
                if user not in world.people.values():
                    continue
                condition = frappe.get_attr(path)(user)
                assert isinstance(condition, str), path
                assert condition == "" or closed_by_first_bracket(condition), (path, person, condition)


def closed_by_first_bracket(text: str) -> bool:
    """True where the first bracket closes with the last character, so that no `or` can escape."""
    depth, quoted = 0, False
    for position, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(character, 0)
            if depth == 0 and position < len(text) - 1:
                return False
    return depth == 0 and text.startswith("(")
