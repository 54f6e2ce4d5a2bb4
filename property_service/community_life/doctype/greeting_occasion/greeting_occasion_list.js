frappe.listview_settings["Greeting Occasion"] = {
	hide_name_column: true,
	formatters: { occasion_name: (value) => __(value) },
	get_indicator(doc) {
		return doc.enabled ? [__("Enabled"), "green", "enabled,=,1"] : [__("Switched Off"), "gray", "enabled,=,0"];
	},
};
