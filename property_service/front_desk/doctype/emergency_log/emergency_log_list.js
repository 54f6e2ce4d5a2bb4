frappe.listview_settings["Emergency Log"] = {
	hide_name_column: true,
	add_fields: ["status", "kind"],
	get_indicator: (doc) => [__(doc.status, null, "Emergency Log"), doc.status === "Open" ? "red" : "green", `status,=,${doc.status}`],
	formatters: {
		kind: property_service.in_context("Emergency Log"),
	},
};
