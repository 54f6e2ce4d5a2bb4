frappe.listview_settings["Fee Adjustment"] = {
	hide_name_column: true,
	add_fields: ["status"],
	has_indicator_for_draft: 1,
	get_indicator(doc) {
		const colours = { Draft: "orange", "Pending Approval": "blue", Approved: "green", Rejected: "red", Cancelled: "gray" };
		return [__(doc.status, null, "Fee Adjustment"), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
