frappe.listview_settings["Payment Promise"] = {
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Open: "orange", Kept: "green", Broken: "red", Withdrawn: "gray" };
		return [__(doc.status, null, "Payment Promise"), colours[doc.status], `status,=,${doc.status}`];
	},
};
