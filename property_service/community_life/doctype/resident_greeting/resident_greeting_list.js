frappe.listview_settings["Resident Greeting"] = {
	add_fields: ["resident"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Sent: "green", "Left Out": "gray" };
		return [__(doc.status, null, "Resident Greeting"), colours[doc.status], `status,=,${doc.status}`];
	},
	// Its own number means nothing to anybody: it is known by who was greeted.
	formatters: { name: (value, df, doc) => frappe.utils.get_link_title("Resident", doc.resident) || doc.resident || value },
};
