frappe.listview_settings["Knowledge Article"] = {
	hide_name_column: true,
	add_fields: ["enabled", "is_public", "shown_count", "helpful_count", "not_helpful_count"],
	get_indicator(doc) {
		if (!doc.enabled) return [__("Switched Off"), "gray", "enabled,=,0"];
		if (doc.not_helpful_count > doc.helpful_count) return [__("Did Not Help"), "red", "not_helpful_count,>,0"];
		return doc.is_public ? [__("Public"), "green", "is_public,=,1|enabled,=,1"] : [__("Staff Only"), "blue", "is_public,=,0|enabled,=,1"];
	},
	onload(list) {
		const only = (filters, sort) => {
			list.sort_by = sort;
			list.sort_order = "desc";
			return list.filter_area.clear(false).then(() => list.filter_area.add(filters.map((row) => ["Knowledge Article", ...row])));
		};
		const show = __("Show");
		list.page.add_inner_button(__("Most Used"), () => only([["shown_count", ">", 0]], "shown_count"), show);
		list.page.add_inner_button(__("Did Not Help"), () => only([["not_helpful_count", ">", 0]], "not_helpful_count"), show);
		list.page.add_inner_button(__("Never Used"), () => only([["shown_count", "=", 0]], "creation"), show);
		list.page.add_inner_button(__("Not Checked for a Year"), () => only([["reviewed_on", "<", frappe.datetime.add_days(frappe.datetime.get_today(), -365)]], "reviewed_on"), show);
	},
};
