frappe.ui.form.on("Access Code", {
	refresh(frm) {
		// An event of the community; the platform's own "Event" is another one.
		frm.get_field("kind").df.formatter = property_service.in_context("Access Code");
		for (const fieldname of ["reference_doctype", "revoked_because"]) frm.get_field(fieldname).df.formatter = property_service.in_context();
		for (const fieldname of ["kind", "reference_doctype", "revoked_because"]) frm.refresh_field(fieldname);
	},
});
