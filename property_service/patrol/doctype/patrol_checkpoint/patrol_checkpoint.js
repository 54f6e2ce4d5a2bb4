frappe.ui.form.on("Patrol Checkpoint", {
	setup(frm) {
		frm.set_query("building", () => ({ filters: frm.doc.community ? { community: frm.doc.community } : {} }));
		frm.set_query("entrance", () => ({ filters: frm.doc.building ? { building: frm.doc.building } : {} }));
		frm.set_query("checklist", () => ({ filters: { enabled: 1 } }));
	},
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0].write || !frm.doc.enabled) return;
		frm.add_custom_button(__("Make Label"), () => property_service.patrol.make_labels([frm.doc.name]));
	},
});
