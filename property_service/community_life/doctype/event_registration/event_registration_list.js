frappe.listview_settings["Event Registration"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Registered: "blue", Waiting: "orange", Attended: "green", "No Show": "red", Cancelled: "gray" };
		return [__(doc.status, null, "Event Registration"), colours[doc.status], `status,=,${doc.status}`];
	},
};
