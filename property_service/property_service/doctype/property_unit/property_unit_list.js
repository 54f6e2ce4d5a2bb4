frappe.listview_settings["Property Unit"] = {
	add_fields: ["occupancy_status"],
	get_indicator(doc) {
		const colors = { Vacant: "gray", Decorating: "orange", "Owner Occupied": "green", Rented: "blue" };
		const status = doc.occupancy_status;
		return [__(status), colors[status] || "gray", `occupancy_status,=,${status}`];
	},
};
