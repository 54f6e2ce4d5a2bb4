frappe.listview_settings["Complaint Category"] = {
	hide_name_column: true,
	// Names that the app brings, in the reader's language; a formatter would take the link from the row.
	before_render() {
		if (cur_list.doctype === "Complaint Category") for (const doc of cur_list.data) doc.category_name = __(doc.category_name);
	},
	formatters: {
		kind: (value) => frappe.utils.escape_html(value ? __(value, null, "Resident Complaint") : __("All")),
		default_level: property_service.in_context("Resident Complaint"),
	},
};
