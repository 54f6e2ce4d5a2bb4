frappe.ui.form.on("Greeting Occasion", {
	refresh(frm) {
		const told = {
			Birthday: __("Residents born on 29 February are greeted on 28 February in common years."),
			Festival: __("Add the day of each year: festivals of the lunar calendar move."),
			"Moving-in Day": __("Greeted on the first day in a unit, not on its anniversaries."),
		};
		frm.set_intro(told[frm.doc.kind] || "");
	},
	kind(frm) {
		frm.trigger("refresh");
	},
});
