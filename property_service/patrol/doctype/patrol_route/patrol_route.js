frappe.ui.form.on("Patrol Route", {
	setup(frm) {
		frm.set_query("checkpoint", "points", () => ({ filters: { enabled: 1, community: frm.doc.community || "" } }));
		frm.set_query("checklist", "points", () => ({ filters: { enabled: 1 } }));
	},
});
