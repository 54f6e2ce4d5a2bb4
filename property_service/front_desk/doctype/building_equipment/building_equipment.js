frappe.ui.form.on("Building Equipment", {
	setup(frm) {
		frm.set_query("building", () => (frm.doc.community ? { filters: { community: frm.doc.community } } : {}));
		frm.set_query("entrance", () => (frm.doc.building ? { filters: { building: frm.doc.building } } : {}));
	},
	community(frm) {
		frm.set_value({ building: null, entrance: null });
	},
	building(frm) {
		frm.set_value("entrance", null);
	},
});
