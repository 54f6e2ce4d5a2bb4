// Closing a month cannot be undone, so the form says what it does and asks.

frappe.ui.form.on("Fee Period Lock", {
	refresh(frm) {
		frm.set_intro(
			frm.is_new()
				? __("Closes this month and all before it: no charge, payment or adjustment can be dated there any more. It is never opened again.")
				: __("This month and all before it are closed. What is still missing is entered with a later date."),
			frm.is_new() ? "orange" : "blue"
		);
	},

	// A closed month cannot be opened again, so the manager is asked before it is saved.
	validate(frm) {
		if (!frm.is_new() || frm.confirmed) return;
		frappe.validated = false;
		const month = moment(frm.doc.month).format("YYYY-MM");
		frappe.confirm(__("Close {0} in {1} for good?", [month, frappe.utils.escape_html(frm.doc.community)]), () => {
			frm.confirmed = true;
			frm.save().finally(() => (frm.confirmed = false));
		});
	},
});
