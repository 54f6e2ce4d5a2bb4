frappe.listview_settings["Decoration Inspection"] = {
	add_fields: ["status", "due_on", "finding_count"],
	hide_name_column: true,
	has_indicator_for_draft: 1,

	get_indicator(doc) {
		const colours = { Due: "orange", Done: cint(doc.finding_count) ? "yellow" : "green", Missed: "red" };
		return [__(doc.status, null, "Decoration Inspection"), colours[doc.status], `status,=,${doc.status}`];
	},

	onload(list) {
		const only = (filters) => list.filter_area.clear(false).then(() => list.filter_area.add(filters.map((row) => ["Decoration Inspection", ...row])));
		list.page.add_inner_button(__("Due Today"), () => only([["status", "=", "Due"]]), __("Show"));
		list.page.add_inner_button(__("Missed", null, "Decoration Inspection"), () => only([["status", "=", "Missed"]]), __("Show"));
	},

	button: {
		show: (doc) => doc.status === "Due",
		get_label: () => __("Record"),
		get_description: (doc) => __("Open {0} to record it", [doc.permit]),
		action: (doc) => frappe.set_route("Form", "Decoration Permit", doc.permit),
	},
};
