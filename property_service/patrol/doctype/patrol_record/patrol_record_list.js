frappe.listview_settings["Patrol Record"] = {
	hide_name_column: true,
	add_fields: ["result"],
	get_indicator(doc) {
		const colors = { Early: "blue", "On Time": "green", Late: "orange", Missed: "red" };
		return [__(doc.result), colors[doc.result], `result,=,${doc.result}`];
	},
};
