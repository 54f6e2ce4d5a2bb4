from property_service.doctype_names import CHILD_TABLES as _CHILD_TABLES
from property_service.doctype_names import SCOPED as _SCOPED

app_name = "property_service"
app_title = "Property Service"
app_publisher = "Property Service contributors"
app_description = "The service desk of a residential property manager"
app_email = "maintainers@property-service.invalid"
app_license = "MIT"
required_apps = []
app_logo_url = "/assets/property_service/images/logo.svg"

add_to_apps_screen = [
    {"name": "property_service", "logo": "/assets/property_service/images/logo.svg", "title": "Property Service"}
]

# Desk
_repairs_js = "public/js/repairs"
_pay_js = "public/js/fees/pay_button.js"
_readings_js = "public/js/fees/enter_readings.js"
_charges_js = "public/js/fees/charges_view.js"
_dialogs_js = "public/js/act_dialogs.js"
_boards_js = "public/js/boards.js"
_findings_js = [_dialogs_js, "public/js/patrol/finding_acts.js"]
_permits_js = [_dialogs_js, *(f"public/js/decoration/{part}.js" for part in ("permit_acts", "permit_view"))]
_complaints_js = [_dialogs_js, *(f"public/js/complaints/{part}.js" for part in ("complaint_acts", "complaint_view"))]
_promise_js = [_dialogs_js, "public/js/front_desk/promise_acts.js"]
app_include_js = [f"/assets/property_service/js/{part}.js" for part in ("staff_names", "papers", "option_words")]
doctype_js = {
    "Callback Promise": _promise_js,
    "Community Event": [_dialogs_js, "public/js/events/event_acts.js"],
    "Community Notice": _dialogs_js,
    "Contractor Assessment": _dialogs_js,
    "Decoration Permit": _permits_js,
    "Decoration Worker Pass": _permits_js[:2],
    "Fee Bill": [_charges_js, _pay_js],
    "Fee Charge": _charges_js,
    "Fee Item": _readings_js,
    "Fee Run": _dialogs_js,
    "Resident Complaint": _complaints_js,
    "Repair Request": [
        _dialogs_js,
        *(
            f"{_repairs_js}/{part}.js"
            for part in ("act_dialogs", "finish_dialog", "form_view", "form_buttons", "intake", "equipment")
        ),
    ],
    "Emergency Log": _dialogs_js,
    "Fee Receipt": "public/js/fees/receipt_print.js",
    "Inspection Finding": _findings_js,
    "Knowledge Article": _dialogs_js,
    "Knowledge Gap": _dialogs_js,
    "Patrol Checkpoint": "public/js/patrol/labels.js",
    "Property Unit": _pay_js,
    "Monthly Service Report": _dialogs_js,
    "Resident": "public/js/resident_access.js",
    "Service Incident": [
        _dialogs_js,
        "public/js/front_desk/incident_emergency.js",
        "public/js/community_life/incident_notice.js",
    ],
    "Service Contact": _promise_js,
    "Service Quality Check": _dialogs_js,
    "Shift Handover": _dialogs_js,
}
doctype_list_js = {
    "Callback Promise": [*_promise_js, _boards_js],
    "Decoration Permit": _permits_js[2:],
    "Fee Bill": _charges_js,
    "Fee Charge": _charges_js,
    "Fee Reminder": "public/js/fees/reminder_calls.js",
    "Inspection Finding": _findings_js,
    "Patrol Checkpoint": "public/js/patrol/labels.js",
    "Property Meter": _readings_js,
    "Property Meter Reading": _readings_js,
    "Repair Request": [f"{_repairs_js}/lateness.js", _boards_js],
    "Resident Complaint": [*_complaints_js, _boards_js],
    "Service Quality Check": _dialogs_js,
}
calendars = ["Community Event", "Repair Request"]
extend_bootinfo = ["property_service.repairs.desk_figures.add_staff_names"]

# Install and migrate
before_install = "property_service.setup.install.before_install"
after_sync = "property_service.setup.install.after_sync"
after_migrate = "property_service.setup.install.after_migrate"
before_uninstall = "property_service.setup.install.before_uninstall"

# Documents with a workflow: their states are mapped to stages
property_service_guarded_doctypes = ["Decoration Permit", "Fee Adjustment", "Repair Request", "Resident Complaint"]

# Kept as they were written, also when duplicates are merged
property_service_kept_records = ["Fee Ledger Entry"]

# What a lower room asks of upper ones (property_service/extension_points.py)
_figures = "property_service.repairs.team_figures"
property_service_open_jobs = [f"{_figures}.open_jobs"]
property_service_team_load = [f"{_figures}.team_load"]
property_service_incident_requests = [f"{_figures}.incident_requests"]
property_service_code_target = [
    "property_service.community_life.code_targets.code_target",
    "property_service.decoration.code_targets.code_target",
    "property_service.patrol.code_targets.code_target",
    "property_service.portal.guest_pages.code_target",
]
property_service_residents_merged = ["property_service.community_life.resident_merges.on_residents_merged"]
property_service_incident_join = ["property_service.repairs.incident_links.on_join"]
property_service_incident_closed = ["property_service.repairs.incident_closing.on_incident_closed"]
property_service_incident_withdrawn = ["property_service.repairs.incident_release.on_incident_withdrawn"]
_complaints = "property_service.front_desk.complaints"
property_service_visit_result = [
    "property_service.repairs.closing.on_visit_result",
    f"{_complaints}.on_visit_result",
]
property_service_charge_settled = [
    "property_service.fees.promises.on_charge_settled",
    "property_service.repairs.fee_charges.on_charge_settled",
]
property_service_charge_reopened = ["property_service.repairs.fee_charges.on_charge_reopened"]
_decoration = "property_service.decoration"
property_service_deposit_move = [
    f"{_decoration}.fees.check_deposit_move",
    f"{_decoration}.worker_passes.check_deposit_move",
]
property_service_deposit_changed = [f"{_decoration}.fees.on_deposit_changed"]
property_service_finding_raised = [
    "property_service.patrol.finding_alerts.on_raised",
    f"{_decoration}.stops.on_finding_raised",
]
property_service_finding_changed = [
    "property_service.patrol.finding_alerts.on_changed",
    f"{_decoration}.stops.on_finding_changed",
]
property_service_reminder_holds = ["property_service.repairs.fee_charges.reminder_holds"]
property_service_month_figures = [
    f"property_service.{room}.month_figures.month_figures"
    for room in ("front_desk", "repairs", "fees", "patrol", "decoration", "community_life")
]
property_service_visit_context = [
    "property_service.community_life.visits.visit_context",
    "property_service.front_desk.complaint_view.visit_context",
    "property_service.repairs.reading.visit_context",
]
property_service_contact_follow_up = {
    **dict.fromkeys(("Complaint", "Praise", "Suggestion"), f"{_complaints}.follow_up"),
    "Repair": "property_service.repairs.contact_jobs.make",
}
_desk_picture = "property_service.front_desk.picture"
property_service_picture = [
    "property_service.dispatch.picture.incidents",
    f"{_desk_picture}.promises",
    "property_service.front_desk.complaint_picture.open_complaints",
    "property_service.fees.picture.arrears",
    "property_service.repairs.picture.jobs",
    "property_service.decoration.picture.permits",
    f"{_desk_picture}.visits",
    f"{_desk_picture}.contacts",
    "property_service.community_life.picture.picture",
    "property_service.front_desk.equipment_picture.part",
]
property_service_today = [
    "property_service.community_life.picture.today",
    f"{_desk_picture}.promises_today",
    "property_service.front_desk.complaint_picture.complaints_today",
    f"{_desk_picture}.visits_today",
    "property_service.repairs.picture.overdue_today",
    "property_service.repairs.picture.quotes_today",
    "property_service.decoration.picture.expiring_today",
    "property_service.fees.picture.promises_today",
]

# Kinds of Property Import and the modules that take them
property_service_importers = {
    "Estate": "property_service.setup.importers.estate",
    "Meter Readings": "property_service.setup.importers.readings",
    "Repair Requests": "property_service.setup.importers.requests",
}

# Permissions: staff by community, residents by their rooms
_scope = "property_service.property_service.scope.has_permission"
_access = "property_service.portal.access"
_technicians = "property_service.repairs.access"
_residents = "property_service.property_service.resident_access"

_files = "property_service.portal.files"
_own_decorations = "property_service.portal.decoration_access"
_own_fees = "property_service.portal.fee_access"

_rows = "property_service.property_service.table_rows"
_exports = "property_service.property_service.exports"

has_permission = {
    **{name: [_scope] for name in _SCOPED},
    "File": [f"{_files}.has_permission"],
    "Resident": [f"{_residents}.resident_has_permission"],
}
_kept_out = "property_service.front_desk.complaint_access"
# Rules joined by `_scope`; a second entry above would be overheard on Frappe 15.
property_service_document_rules = {
    "Callback Promise": [
        "property_service.front_desk.promise_access.has_permission",
        f"{_kept_out}.reference_has_permission",
    ],
    "Decoration Permit": [f"{_own_decorations}.has_permission"],
    "Fee Bill": [f"{_own_fees}.has_permission"],
    "Fee Charge": [f"{_own_fees}.has_permission"],
    "Fee Receipt": [f"{_own_fees}.has_permission"],
    "Online Payment": [f"{_own_fees}.has_permission"],
    "Property Unit": [f"{_access}.property_unit_has_permission"],
    "Repair Request": [f"{_access}.repair_request_has_permission", f"{_technicians}.repair_request_has_permission"],
    "Repair Step": [f"{_technicians}.repair_step_has_permission"],
    "Resident Complaint": [f"{_kept_out}.has_permission"],
    "Return Visit": [f"{_kept_out}.visit_has_permission"],
    "Service Contact": [f"{_kept_out}.reference_has_permission"],
    "Service Message": [
        f"{_access}.service_message_has_permission",
        f"{_kept_out}.reference_has_permission",
    ],
    "Service Quality Check": ["property_service.front_desk.quality_checks.may_see"],
    "Unit Occupancy": [f"{_access}.unit_occupancy_has_permission"],
    "Work Team": ["property_service.dispatch.teams.has_permission"],
}
permission_query_conditions = {
    **{name: [f"{_rows}.query"] for name in _CHILD_TABLES},
    "Callback Promise": ["property_service.front_desk.promise_access.query", f"{_kept_out}.promise_query"],
    "Decoration Permit": [f"{_own_decorations}.query"],
    "Fee Bill": [f"{_own_fees}.fee_bill_query"],
    "Fee Charge": [f"{_own_fees}.fee_charge_query"],
    "Fee Receipt": [f"{_own_fees}.fee_receipt_query"],
    "Online Payment": [f"{_own_fees}.online_payment_query"],
    "File": [f"{_files}.query"],
    "Property Unit": [f"{_access}.property_unit_query"],
    "Repair Request": [f"{_access}.repair_request_query", f"{_technicians}.repair_request_query"],
    "Repair Step": [f"{_technicians}.repair_step_query"],
    "Resident": [f"{_residents}.resident_query"],
    "Resident Complaint": [f"{_kept_out}.query"],
    "Return Visit": [f"{_kept_out}.visit_query"],
    "Service Contact": [f"{_kept_out}.contact_query"],
    "Service Message": [f"{_access}.service_message_query", f"{_kept_out}.message_query"],
    "Service Quality Check": ["property_service.front_desk.quality_checks.query"],
    "Unit Occupancy": [f"{_access}.unit_occupancy_query"],
    "Work Team": ["property_service.dispatch.teams.work_team_query"],
}

website_route_rules = [{"from_route": "/q/<token>", "to_route": "q"}]
auth_hooks = ["property_service.portal.gate.check_request"]
after_request = ["property_service.portal.gate.set_headers"]
_prints = "property_service.fees.receipt_prints"
jinja = {
    "methods": [
        "property_service.community_life.notice_papers.community_notice_paper",
        "property_service.community_life.papers.event_attendance_paper",
        "property_service.community_life.papers.event_poster_paper",
        "property_service.decoration.papers.decoration_door_permit",
        "property_service.decoration.papers.decoration_worker_pass",
        "property_service.fees.bill_details.bill_paper",
        f"{_prints}.closing_paper",
        f"{_prints}.deposit_receipt_paper",
        f"{_prints}.fee_receipt_paper",
        "property_service.fees.reminder_prints.fee_reminder_paper",
        "property_service.front_desk.desk_papers.emergency_paper",
        "property_service.front_desk.desk_papers.shift_handover_paper",
        "property_service.front_desk.monthly_paper.monthly_report_paper",
        "property_service.front_desk.complaint_paper.complaint_record",
        "property_service.front_desk.visit_paper.visit_record",
        "property_service.patrol.assessment_papers.contractor_assessment_paper",
        "property_service.patrol.notice_papers.finding_notice_paper",
        "property_service.repairs.work_order.work_order",
    ]
}

doc_events = {
    **{name: dict.fromkeys(("validate", "on_trash"), f"{_rows}.refuse_alone") for name in _CHILD_TABLES},
    "Email Queue": {"before_insert": "property_service.portal.accounts.keep_mail_inside"},
    "DocShare": {"validate": [f"{_files}.check_share", f"{_kept_out}.check_share"]},
    "File": {
        "before_insert": f"{_files}.before_insert",
        "before_validate": f"{_files}.before_change",
        "on_trash": f"{_files}.on_trash",
    },
    "Prepared Report": {"before_insert": f"{_exports}.check_prepared_report"},
    "Property Service Settings": {
        "validate": [
            "property_service.fees.reminders.check_settings",
            "property_service.patrol.finding_settings.check_settings",
        ]
    },
    "Repair Request": {
        "on_change": f"{_figures}.recount_incidents",
        "on_update": "property_service.patrol.repair_links.on_repair_changed",
    },
    "Resident": {"on_change": f"{_access}.forget_cached_access"},
    "Unit Occupancy": {
        "on_change": f"{_access}.forget_cached_access",
        "after_delete": f"{_access}.forget_cached_access",
    },
    "Work Team": {"on_change": "property_service.repairs.roles.forget_teams"},
    "Workflow": {"validate": "property_service.property_service.stages.check_workflow_is_mapped"},
}

override_doctype_dashboards = {"Repair Request": "property_service.patrol.repair_links.dashboard"}

# Link fields
standard_queries = {
    "Property Unit": "property_service.property_service.link_search.units",
    "Resident": "property_service.property_service.link_search.residents",
    "Resident Complaint": "property_service.front_desk.complaint_search.complaints",
    "Return Visit": "property_service.property_service.link_search.listed",
    "Service Quality Check": "property_service.property_service.link_search.listed",
}

# Exports: nothing about care, and always on record
_calls = "property_service.property_service.desk_calls"
override_whitelisted_methods = {
    "frappe.core.doctype.data_export.exporter.export_data": f"{_exports}.export_data",
    "frappe.core.doctype.data_import.data_import.download_template": f"{_exports}.download_template",
    "frappe.client.get_count": "property_service.property_service.linked_documents.count",
    "frappe.desk.doctype.dashboard_chart.dashboard_chart.get": f"{_calls}.chart",
    "frappe.desk.search.get_link_title": f"{_calls}.get_link_title",
    "frappe.desk.search.search_link": f"{_calls}.search_link",
    "frappe.desk.search.search_widget": f"{_calls}.search_widget",
    "frappe.desk.form.linked_with.get": "property_service.property_service.linked_documents.get",
    "frappe.desk.query_report.export_query": f"{_exports}.export_report",
    "frappe.desk.query_report.get_data_for_custom_field": f"{_calls}.column",
    "frappe.desk.reportview.export_query": f"{_exports}.export_query",
}

scheduler_events = {
    "hourly": [
        "property_service.repairs.closing.auto_close",
        "property_service.front_desk.return_visits.close_overdue",
    ],
    "daily": [
        "property_service.decoration.alerts.daily",
        "property_service.fees.promises.judge_all",
        "property_service.fees.reminders.remind_all",
        "property_service.front_desk.courtesy.plan_all",
        "property_service.front_desk.monthly_report.make_drafts",
        "property_service.front_desk.quality_checks.draw_all",
        "property_service.patrol.assessments.make_drafts",
        "property_service.property_service.unit_occupancies.settle_changed_today",
        "property_service.portal.sign_in.forget_old_codes",
        "property_service.patrol.tasks.generate_all",
    ],
    "cron": {
        "*/15 * * * *": ["property_service.decoration.inspections.sweep"],
        "* * * * *": [
            "property_service.property_service.messages.sweep",
            "property_service.property_service.work_batches.requeue_expired",
            "property_service.fees.fee_run_work.settle_stuck",
            "property_service.repairs.alerts.sweep",
        ],
        "10 * * * *": ["property_service.front_desk.visit_reminders.remind_overdue"],
        "*/5 * * * *": [
            "property_service.front_desk.promise_sweep.sweep",
            "property_service.community_life.greetings.sweep",
            "property_service.community_life.notices.sweep",
            "property_service.community_life.events.sweep",
            "property_service.dispatch.incidents.end_planned_work",
            "property_service.fees.online_payments.expire_waiting",
            "property_service.front_desk.complaint_alerts.sweep",
            "property_service.patrol.closing.sweep",
            "property_service.patrol.finding_alerts.sweep",
        ],
    },
}
