frappe.listview_settings["Knowledge Gap"] = {
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Open: "orange", Written: "green", "Left Out": "gray" };
		return [__(doc.status, null, "Knowledge Gap"), colours[doc.status], `status,=,${doc.status}`];
	},
};
