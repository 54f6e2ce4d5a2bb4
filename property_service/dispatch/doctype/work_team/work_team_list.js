frappe.listview_settings["Work Team"] = {
	add_fields: ["is_active", "is_contractor", "dispatch_mode"],
	hide_name_column: true,

	get_indicator(doc) {
		if (!doc.is_active) return [__("Not Active"), "gray", "is_active,=,0"];
		if (doc.is_contractor) return [__("Contractor"), "purple", "is_contractor,=,1"];
		const color = { Assign: "blue", Grab: "orange", "Round Robin": "green", "Least Loaded": "green" };
		return [__(doc.dispatch_mode), color[doc.dispatch_mode], `dispatch_mode,=,${doc.dispatch_mode}`];
	},

	onload(listview) {
		if (!frappe.user.has_role(["Property Team Leader", "Property Manager", "System Manager"])) return;
		listview.page.add_inner_button(__("Team Load"), () => frappe.set_route("query-report", "Team Load"));
	},
};
