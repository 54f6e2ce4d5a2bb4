frappe.listview_settings["Decoration Worker Pass"] = {
	add_fields: ["status"],
	has_indicator_for_draft: 1,
	get_indicator(doc) {
		const colours = { Valid: "green", Revoked: "red", Expired: "gray", Returned: "gray" };
		return [__(doc.status, null, "Decoration Worker Pass"), colours[doc.status], `status,=,${doc.status}`];
	},
};
