// From a Service Incident to a notice in one act.
frappe.ui.form.on("Service Incident", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.status === "Closed" || !frappe.model.can_create("Community Notice")) return;
		frm.add_custom_button(__("Make a Community Notice"), () =>
			frappe
				.xcall("property_service.community_life.notice_api.notice_of_incident", { incident: frm.doc.name })
				.then((notice) => frappe.set_route("Form", "Community Notice", notice.name))
		);
	},
});
