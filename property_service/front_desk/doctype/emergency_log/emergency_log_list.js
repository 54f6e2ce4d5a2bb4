frappe.listview_settings["Emergency Log"] = {
	hide_name_column: true,
	add_fields: ["status", "kind"],
	get_indicator: (doc) => [__(doc.status, null, "Emergency Log"), doc.status === "Open" ? "red" : "green", `status,=,${doc.status}`],
	formatters: {
		kind: (value) => frappe.utils.escape_html(__(value || "", null, "Emergency Log")),
	},
};
