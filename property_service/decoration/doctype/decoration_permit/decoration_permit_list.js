frappe.provide("property_service.decoration");

frappe.listview_settings["Decoration Permit"] = {
	add_fields: [
		...["status", "stage", "from_date", "to_date", "extended_to", "asked_for", "review_by", "observation_until", "settle_by"],
		...["open_findings", "contractor", "contractor_name", "unit", "applicant"],
	],
	has_indicator_for_draft: 1,

	get_indicator: (doc) => property_service.decoration.indicator(doc),

	formatters: {
		to_date(value, df, doc) {
			const until = frappe.datetime.str_to_user(doc.extended_to || value) || "";
			return doc.extended_to ? `${until} <span class="text-muted">(${__("extended")})</span>` : until;
		},
	},

	onload(list) {
		const only = (filters) => list.filter_area.clear(false).then(() => list.filter_area.add(filters.map((row) => ["Decoration Permit", ...row])));
		const today = frappe.datetime.get_today();
		for (const [label, filters] of [
			[__("To Review"), [["status", "=", "Under Review"]]],
			[__("Work Goes On"), [["status", "=", "In Progress"]]],
			[__("Suspended", null, "Decoration Permit"), [["status", "=", "Suspended"]]],
			[__("To Accept"), [["status", "=", "Acceptance Requested"]]],
			[__("Observation over"), [["status", "=", "Accepted"], ["observation_until", "<", today]]],
			[__("All Open"), [["stage", "in", ["Open", "Working", "Waiting"]]]],
		]) {
			list.page.add_inner_button(label, () => only(filters), __("Show"));
		}
	},
};
