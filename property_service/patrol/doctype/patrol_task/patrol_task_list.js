frappe.listview_settings["Patrol Task"] = {
	hide_name_column: true,
	add_fields: ["status"],
	get_indicator(doc) {
		const colors = { Planned: "blue", "In Progress": "orange", Completed: "green", Incomplete: "yellow", Missed: "red", Cancelled: "gray" };
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
};
