frappe.listview_settings["Fee Bill"] = {
	add_fields: ["status", "outstanding", "due_date", "total"],
	get_indicator: (doc) => property_service.fees.indicator(doc),

	onload(listview) {
		const only = (filters) =>
			listview.filter_area.clear(false).then(() => listview.filter_area.add(filters.map((row) => ["Fee Bill", ...row])));
		const open = ["status", "in", ["Unpaid", "Partly Paid"]];
		for (const [label, filters] of [
			[__("Overdue"), [open, ["due_date", "<", frappe.datetime.get_today()]]],
			[__("All Unpaid"), [open]],
		]) {
			listview.page.add_inner_button(label, () => only(filters), __("Show"));
		}
	},
};
