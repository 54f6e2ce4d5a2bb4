frappe.listview_settings["Building Equipment"] = {
	hide_name_column: true,
	add_fields: ["enabled", "kind"],
	get_indicator(doc) {
		if (!doc.enabled) return [__("Switched Off"), "gray", "enabled,=,0"];
		const colours = { "Water Shut-off Valve": "blue", "Gas Shut-off Valve": "orange", "Power Switch": "yellow", "Fire Pump": "red" };
		return [__(doc.kind, null, "Building Equipment"), colours[doc.kind] || "gray", `kind,=,${doc.kind}`];
	},
};
