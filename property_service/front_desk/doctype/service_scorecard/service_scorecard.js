frappe.ui.form.on("Service Scorecard", {
	setup(frm) {
		// Criteria the app brings are shown in the reader's language, as they are on the checks.
		frm.get_docfield("criteria", "criterion").formatter = property_service.in_context();
	},
});
