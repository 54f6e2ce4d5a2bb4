(() => {
	frappe.ui.form.on("Property Meter", {
		setup(frm) {
			frm.set_query("fee_item", () => ({ filters: { community: frm.doc.community, kind: ["in", ["Metered", "Shared Meter"]] } }));
			frm.set_query("building", () => ({ filters: { community: frm.doc.community } }));
			frm.set_query("unit", () => ({ filters: { community: frm.doc.community } }));
			frm.set_query("replaces", () => ({ filters: { fee_item: frm.doc.fee_item, removed_on: ["is", "set"] } }));
		},
		refresh(frm) {
			frm.toggle_display("building", !frm.doc.unit);
			if (frm.is_new()) return;
			frm.add_custom_button(__("Readings"), () => frappe.set_route("List", "Property Meter Reading", { meter: frm.doc.name }));
			if (frm.doc.removed_on) frm.dashboard.set_headline(__("This meter was removed on {0}.", [frappe.datetime.str_to_user(frm.doc.removed_on)]));
			if (frm.doc.removed_on && frappe.model.can_create("Property Meter")) frm.add_custom_button(__("Enter the New Meter"), () => follow(frm));
		},
		unit(frm) {
			frm.toggle_display("building", !frm.doc.unit);
		},
	});

	// The meter put in the place of one that was removed.
	function follow(frm) {
		frappe.new_doc("Property Meter", {
			community: frm.doc.community,
			fee_item: frm.doc.fee_item,
			unit: frm.doc.unit,
			building: frm.doc.unit ? null : frm.doc.building,
			replaces: frm.doc.name,
			installed_on: frm.doc.removed_on,
			digits: frm.doc.digits,
			multiplier: frm.doc.multiplier,
			most_per_day: frm.doc.most_per_day,
		});
	}
})();
