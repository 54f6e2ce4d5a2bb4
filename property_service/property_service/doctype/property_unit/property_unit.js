frappe.ui.form.on("Property Unit", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Show in Estate Tree"), () => frappe.set_route("estate-tree", frm.doc.building, frm.doc.name));
		if (frappe.model.can_create("Unit Occupancy")) {
			frm.add_custom_button(__("Add Person"), () => frappe.new_doc("Unit Occupancy", { unit: frm.doc.name }));
		}
	},

	setup(frm) {
		frm.set_query("entrance", () => ({ filters: { building: frm.doc.building || "" } }));
	},
});
