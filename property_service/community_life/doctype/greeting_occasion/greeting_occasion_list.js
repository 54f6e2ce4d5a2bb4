frappe.listview_settings["Greeting Occasion"] = {
	hide_name_column: true,
	// Names that the app brings, in the reader's language; a formatter would take the link from the row.
	before_render() {
		if (cur_list.doctype === "Greeting Occasion") for (const doc of cur_list.data) doc.occasion_name = __(doc.occasion_name);
	},
	get_indicator(doc) {
		return doc.enabled ? [__("Enabled"), "green", "enabled,=,1"] : [__("Switched Off"), "gray", "enabled,=,0"];
	},
};
