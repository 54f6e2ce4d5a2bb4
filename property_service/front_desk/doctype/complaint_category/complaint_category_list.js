frappe.listview_settings["Complaint Category"] = {
	hide_name_column: true,
	formatters: {
		category_name: (value) => __(value),
		kind: (value) => frappe.utils.escape_html(value ? __(value, null, "Resident Complaint") : __("All")),
		default_level: (value) => frappe.utils.escape_html(__(value || "", null, "Resident Complaint")),
	},
};
