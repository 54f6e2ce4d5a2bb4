frappe.listview_settings["Useful Contact"] = {
	hide_name_column: true,
	add_fields: ["enabled", "is_public"],
	get_indicator(doc) {
		if (!doc.enabled) return [__("Switched Off"), "gray", "enabled,=,0"];
		return doc.is_public ? [__("Public"), "green", "is_public,=,1|enabled,=,1"] : [__("Staff Only"), "blue", "is_public,=,0|enabled,=,1"];
	},
};
