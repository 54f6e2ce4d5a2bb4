frappe.listview_settings["Resident Greeting"] = {
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Sent: "green", "Left Out": "gray" };
		return [__(doc.status, null, "Resident Greeting"), colours[doc.status], `status,=,${doc.status}`];
	},
};
