frappe.listview_settings["Service Contact"] = {
	add_fields: ["status", "kind", "resident", "caller_name", "is_anonymous"],
	has_indicator_for_draft: 1,
	hide_name_column: true,

	get_indicator(doc) {
		const colours = { Open: "orange", Promised: "blue", Answered: "green", "Passed On": "gray" };
		return [__(doc.status, null, "Service Contact"), colours[doc.status], `status,=,${doc.status}`];
	},

	formatters: {
		contacted_at: (value) => frappe.datetime.str_to_user(value).replace(/:\d\d$/, ""),
	},

	onload(list) {
		const only = (filters) => list.filter_area.clear(false).then(() => list.filter_area.add(filters.map((row) => ["Service Contact", ...row])));
		for (const [label, filters] of [
			[__("Not Answered"), [["status", "in", ["Open", "Promised"]]]],
			[__("Caller Unknown"), [["resident", "is", "not set"], ["is_anonymous", "=", 0]]],
			[__("Today"), [["contacted_at", "Timespan", "today"]]],
			[__("Mine"), [["handled_by", "=", frappe.session.user]]],
		]) {
			list.page.add_inner_button(label, () => only(filters), __("Show"));
		}
	},
};
