frappe.listview_settings["Service Scorecard"] = {
	hide_name_column: true,
	// Names that the app brings, in the reader's language; a formatter would take the link from the row.
	before_render() {
		if (cur_list.doctype === "Service Scorecard") for (const doc of cur_list.data) doc.scorecard_name = __(doc.scorecard_name);
	},
};
