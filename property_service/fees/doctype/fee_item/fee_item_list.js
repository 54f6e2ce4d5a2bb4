frappe.listview_settings["Fee Item"] = {
	formatters: { kind: property_service.in_context("Fee Item") },
};
