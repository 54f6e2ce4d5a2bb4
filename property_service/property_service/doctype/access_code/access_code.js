frappe.ui.form.on("Access Code", {
	refresh(frm) {
		// An event of the community; the platform's own "Event" is another one.
		frm.get_field("kind").df.formatter = property_service.in_context("Access Code");
		frm.refresh_field("kind");
	},
});
