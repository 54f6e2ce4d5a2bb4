frappe.listview_settings["Access Code"] = {
	formatters: { kind: (value) => frappe.utils.escape_html(__(value || "", null, "Access Code")) },
};
