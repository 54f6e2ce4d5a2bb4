frappe.listview_settings["Service Incident"] = {
	add_fields: ["status", "kind", "request_count", "expected_until"],
	hide_name_column: true,

	get_indicator(doc) {
		const over = doc.status === "Open" && doc.expected_until && doc.expected_until < frappe.datetime.now_datetime();
		if (over) return [__("Longer Than Expected"), "red", "status,=,Open"];
		const color = { Proposed: "orange", Open: doc.kind === "Planned Work" ? "blue" : "red", Closed: "green" };
		return [__(doc.status, null, "Service Incident"), color[doc.status], `status,=,${doc.status}`];
	},
};
