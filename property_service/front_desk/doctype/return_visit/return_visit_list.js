frappe.listview_settings["Return Visit"] = {
	add_fields: ["status", "result", "due_at"],
	hide_name_column: false,

	get_indicator(doc) {
		const late = doc.status === "Due" && doc.due_at < frappe.datetime.now_datetime();
		const color = {
			Due: late ? "red" : "orange",
			Reached: doc.result === "Dissatisfied" ? "red" : "green",
			Unreachable: "gray",
			Declined: "gray",
			Cancelled: "gray",
			"Closed by System": "purple",
		}[doc.status];
		return [late ? __("Overdue") : __(doc.status), color, `status,=,${doc.status}`];
	},

	onload(listview) {
		listview.page.add_inner_button(__("Call Sheet"), () => frappe.set_route("return-visits"));
	},
};
