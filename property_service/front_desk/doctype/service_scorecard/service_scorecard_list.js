frappe.listview_settings["Service Scorecard"] = {
	hide_name_column: true,
	formatters: { scorecard_name: (value) => __(value) },
};
