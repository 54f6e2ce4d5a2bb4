frappe.listview_settings["Fee Charge"] = {
	add_fields: ["status", "outstanding", "due_date", "amount"],
	get_indicator: (doc) => property_service.fees.indicator(doc),
};
