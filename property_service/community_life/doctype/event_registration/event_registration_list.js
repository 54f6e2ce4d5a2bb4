frappe.listview_settings["Event Registration"] = {
	add_fields: ["status", "resident"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Registered: "blue", Waiting: "orange", Attended: "green", "No Show": "red", Cancelled: "gray" };
		return [__(doc.status, null, "Event Registration"), colours[doc.status], `status,=,${doc.status}`];
	},
	// Its own number means nothing to anybody: it is known by who signed up.
	formatters: { name: (value, df, doc) => frappe.utils.get_link_title("Resident", doc.resident) || doc.resident || value },
};
