frappe.listview_settings["Fee Receipt"] = {
	add_fields: ["status", "kind"],
	get_indicator(doc) {
		const color = { Posted: "green", Voided: "gray", Reversed: "red", Refunded: "orange" }[doc.status];
		return [__(doc.status, null, "Fee Receipt"), color, `status,=,${doc.status}`];
	},
};
