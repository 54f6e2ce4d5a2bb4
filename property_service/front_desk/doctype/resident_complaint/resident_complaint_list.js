frappe.provide("property_service.complaints");

frappe.listview_settings["Resident Complaint"] = {
	add_fields: [
		...["status", "stage", "kind", "level", "first_answer_due", "first_answered_at", "interim_due", "solve_due", "assigned_to"],
		...["is_anonymous", "contact_name", "unit"],
	],
	has_indicator_for_draft: 1,
	hide_name_column: true,

	get_indicator: (doc) => property_service.complaints.indicator(doc),

	formatters: {
		assigned_to: (value) => frappe.utils.escape_html(value ? frappe.user.full_name(value) : ""),
		solve_due: (value) => (value ? moment(value).format("MM-DD HH:mm") : ""),
		level(value) {
			const colour = { Major: "orange", Hot: "red" }[value];
			const label = frappe.utils.escape_html(__(value || "", null, "Resident Complaint"));
			return colour ? `<span class="indicator-pill no-indicator-dot ${colour}">${label}</span>` : label;
		},
	},

	refresh: (list) => property_service.boards.show(list, "solve_due"),

	onload(list) {
		const only = (filters) => list.filter_area.clear(false).then(() => list.filter_area.add(filters.map((row) => ["Resident Complaint", ...row])));
		const in_hand = ["stage", "in", ["Open", "Working"]];
		for (const [label, filters] of [
			[__("To Assign"), [["status", "=", "Received"]]],
			[__("Mine"), [in_hand, ["assigned_to", "=", frappe.session.user]]],
			[__("Overdue"), [in_hand, ["solve_due", "<", frappe.datetime.now_datetime()]]],
			[__("Major and Hot"), [in_hand, ["level", "!=", "General"]]],
			[__("Waiting for a Visit"), [["status", "=", "Awaiting Visit"]]],
			[__("All Open"), [["stage", "in", ["Open", "Working", "Waiting"]]]],
		]) {
			list.page.add_inner_button(label, () => only(filters), __("Show"));
		}
	},
};
