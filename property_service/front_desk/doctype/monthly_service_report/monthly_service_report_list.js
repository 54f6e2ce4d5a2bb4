frappe.listview_settings["Monthly Service Report"] = {
	hide_name_column: true,
	add_fields: ["status"],
	get_indicator: (doc) => [__(doc.status, null, "Monthly Service Report"), doc.status === "Final" ? "green" : "orange", `status,=,${doc.status}`],
	formatters: {
		month: (value) => frappe.utils.escape_html(String(value || "").slice(0, 7)),
	},
};
