frappe.listview_settings["Greeting Occasion"] = {
	get_indicator(doc) {
		return doc.enabled ? [__("Enabled"), "green", "enabled,=,1"] : [__("Switched Off"), "gray", "enabled,=,0"];
	},
};
