frappe.listview_settings["Community Event"] = {
	add_fields: ["status", "taken_count", "capacity", "waiting_count"],
	has_indicator_for_draft: 1,
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Draft: "gray", Open: "green", Held: "blue", Cancelled: "red" };
		return [__(doc.status, null, "Community Event"), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(list) {
		list.page.add_inner_button(__("Check-in Page"), () => window.open("/event-check-in", "_blank"));
	},
	formatters: {
		kind: property_service.in_context("Community Event"),
	},
};
