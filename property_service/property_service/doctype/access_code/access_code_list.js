frappe.listview_settings["Access Code"] = {
	formatters: { kind: property_service.in_context("Access Code") },
};
