"""Where a house rule does not hold, and why it need not: rule, file, words of what is found there → reason.

An exception that is no longer needed fails `test_house.py`. Whoever adds one has followed the value to where it comes from.
"""

from __future__ import annotations

COUNTED = "a number the server has counted"
OF_THE_CODE = "one of a few words that stand in this file or in the call"
OWN_HTML = "HTML of the caller in the same file, who has escaped it"
OWN_WORDS = "a sentence of the page itself"
OWN_SVG = "drawn by our own code on the server; nothing a person wrote is in it"
HOOKS = "a name that hooks give, of installed apps"
META = "the DocType and fields of a hook or of this file, no value of a request"
CONDITION = "a condition that a function of ours or the platform has made, values escaped there"

HTML = "html_is_put_together_of_what_was_escaped"
TEMPLATE = "templates_escape"
SQL = "conditions_escape_what_they_take_in"
RUNS = "nothing_runs_text"
FILTERS = "filters_are_not_built_from_strings"

EXCEPTIONS: dict[tuple[str, str, str], str] = {
    ("sql_is_not_built_from_strings", "blocks.py", "query.get_sql()"): "built by the query builder",
    (FILTERS, "handovers.py", "not constant: order_by"): META,
    (FILTERS, "link_search.py", "not constant: order_by"): META,
    (FILTERS, "link_search.py", "{fields[1]} asc"): META,
    (SQL, "complaint_access.py", "doctype"): META,
    (SQL, "portal/access.py", "_list({row.unit for row in spans})"): CONDITION,
    (SQL, "portal/fee_access.py", "doctype"): META,
    (SQL, "portal/fee_access.py", "WHOSE[doctype]"): META,
    (SQL, "portal/files.py", "doctype"): META,
    (SQL, "portal/files.py", "where"): CONDITION,
    (SQL, "portal/files.py", "part"): CONDITION,
    (SQL, "portal/files.py", "names"): CONDITION,
    (SQL, "exports.py", "form.doctype"): "the platform's own form of an export, which it checks again",
    (SQL, "exports.py", "name"): "columns the platform says the user may read",
    (SQL, "repairs/access.py", "mine"): CONDITION,
    (RUNS, "contacts.py", "frappe.get_attr(paths[-1])"): HOOKS,
    (
        RUNS,
        "exports.py",
        "frappe.call(platform_export",
    ): "the platform's own function, with the arguments of its own call",
    (RUNS, "desk_calls.py", "frappe.call(platforms_own"): "functions of the platform, named in the code",
    (RUNS, "extension_points.py", "frappe.get_attr(path)"): HOOKS,
    (RUNS, "property_imports.py", "importlib.import_module(paths[-1])"): HOOKS,
    (RUNS, "queueing.py", "frappe.get_attr(method)"): "the function our own code puts in the queue",
    (RUNS, "scope.py", "frappe.get_attr(rule)"): HOOKS,
    (
        RUNS,
        "work_batches.py",
        "frappe.get_attr(doc.job)",
    ): "written by our own code; nobody may write a Work Batch, not even by hand",
    (TEMPLATE, "community_notice.html", "paper.body"): "cleaned on the server",
    (TEMPLATE, "event_poster.html", "paper.qr"): OWN_SVG,
    (TEMPLATE, "decoration_door_permit.html", "paper.qr"): OWN_SVG,
    (TEMPLATE, "decoration_worker_pass.html", "paper.qr"): OWN_SVG,
    (TEMPLATE, "repair_work_order.html", "paper.qr"): OWN_SVG,
    (TEMPLATE, "labels.html", "label.svg"): OWN_SVG,
    (TEMPLATE, "monthly_report_sheet.html", "paper.figures"): "rendered by monthly_figures.html, which escapes",
    (TEMPLATE, "repair_work_order.html", '"%g" | format'): COUNTED,
    (TEMPLATE, "repair_work_order.html", '"%.2f" | format'): COUNTED,
    (TEMPLATE, "monthly_figures.html", '"▲" if row.change'): OF_THE_CODE,
    (TEMPLATE, "icons.html", "{{ name }}"): "the name of an icon, in the call",
    (TEMPLATE, "icons.html", "PATHS[name]"): OF_THE_CODE,
    (TEMPLATE, "jobs.html", "{{ boot }}"): "JSON in which no tag can be closed (`page_json`)",
    (TEMPLATE, "patrol.html", "{{ shell }}"): "JSON in which no tag can be closed (`page_json`)",
    (TEMPLATE, "promises.html", ".format("): COUNTED,
    (HTML, "community_event.js", "value"): COUNTED,
    (HTML, "community_event.js", "label"): OWN_WORDS,
    (HTML, "community_event.js", "party.status ==="): COUNTED,
    (HTML, "community_event.js", "head"): OWN_WORDS,
    (HTML, "community_event.js", "figures.signed_up"): COUNTED,
    (HTML, "community_notice_list.js", "doc.recipient_count"): COUNTED,
    (HTML, "work_team.js", "label"): OWN_WORDS,
    (HTML, "work_team.js", "member.late_jobs"): COUNTED,
    (HTML, "work_team.js", "member.open_jobs"): COUNTED,
    (HTML, "work_team.js", "member.taken_today"): COUNTED,
    (HTML, "work_team.js", "button"): "a button of this file; the user in it is escaped",
    (HTML, "fee_run.js", "cell"): OWN_HTML,
    (HTML, "counter_closing.js", "label"): OWN_WORDS,
    (HTML, "counter_html.js", "line"): OWN_HTML,
    (HTML, "counter_html.js", "bill.days_late"): COUNTED,
    (HTML, "counter_html.js", "entry"): "an input of this file; what is in it is escaped",
    (HTML, "counter_html.js", "word"): OF_THE_CODE,
    (HTML, "counter_html.js", "mode"): OF_THE_CODE,
    (HTML, "fee_counter.js", "act"): OWN_WORDS,
    (HTML, "collection_against_target.js", "behind[name]"): OF_THE_CODE,
    (HTML, "collection_rate.js", "this.behind[name]"): OF_THE_CODE,
    (HTML, "callback_promise_list.js", "late.text"): OWN_WORDS,
    (HTML, "inspection_finding_list.js", "late.text"): OWN_WORDS,
    (HTML, "repair_request_list.js", "late.text"): OWN_WORDS,
    (HTML, "call_sheet_html.js", "who"): "escaped two lines above",
    (HTML, "call_sheet_html.js", "data"): OF_THE_CODE,
    (HTML, "call_sheet_html.js", "reason"): OF_THE_CODE,
    (HTML, "call_sheet_html.js", "one"): OF_THE_CODE,
    (HTML, "inspection_finding.js", "line"): OWN_HTML,
    (HTML, "inspection_finding_list.js", "doc.repeat_count"): COUNTED,
    (HTML, "patrol_task.js", "row.no"): COUNTED,
    (HTML, "checkpoint_findings.js", "value"): COUNTED,
    (HTML, "estate_tree.js", "node.units"): COUNTED,
    (HTML, "estate_tree.js", "status"): OF_THE_CODE,
    (HTML, "estate_tree.js", "this.colors["): OF_THE_CODE,
    (HTML, "estate_tree.js", "mark"): OWN_WORDS,
    (HTML, "complaint_view.js", 'body || ""'): OWN_HTML,
    (HTML, "permit_view.js", 'body || ""'): OWN_HTML,
    (HTML, "form_view.js", 'body || ""'): OWN_HTML,
    (HTML, "intake.js", "body"): OWN_HTML,
    (HTML, "form_html.js", "value"): OF_THE_CODE,
    (HTML, "form_html.js", "kind"): OF_THE_CODE,
    (HTML, "form_html.js", "name"): OF_THE_CODE,
    (HTML, "form_html.js", "most"): OF_THE_CODE,
    (HTML, "form_html.js", "one.id"): OF_THE_CODE,
    (HTML, "picture_html.js", "data"): "attributes of this file; what is in them is escaped",
    (HTML, "enter_readings.js", "name"): OF_THE_CODE,
    (HTML, "form_buttons.js", "svg"): OWN_SVG,
    (HTML, "resident_access.js", "given.qr"): OWN_SVG,
    (HTML, "resident_live.js", "then.innerHTML"): "a part of the same page of our own server, read again",
}
