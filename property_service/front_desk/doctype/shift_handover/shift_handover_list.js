frappe.listview_settings["Shift Handover"] = {
	hide_name_column: true,
	add_fields: ["status"],
	get_indicator: (doc) => [__(doc.status, null, "Shift Handover"), { Draft: "grey", "Handed Over": "orange", Received: "green", Disputed: "red" }[doc.status], `status,=,${doc.status}`],
	formatters: {
		handed_by: (value) => frappe.utils.escape_html(value ? frappe.user.full_name(value) : ""),
		received_by: (value) => frappe.utils.escape_html(value ? frappe.user.full_name(value) : ""),
		shift: property_service.in_context("Shift Handover"),
	},
};
