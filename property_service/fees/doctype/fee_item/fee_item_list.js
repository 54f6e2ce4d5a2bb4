frappe.listview_settings["Fee Item"] = {
	formatters: { kind: (value) => frappe.utils.escape_html(__(value || "", null, "Fee Item")) },
};
