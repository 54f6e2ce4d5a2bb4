frappe.ui.form.on("Event Registration", {
	setup(frm) {
		frm.get_docfield("status").formatter = property_service.in_context("Event Registration");
	},
	refresh(frm) {
		// It is made and changed by the event's buttons and the check-in page.
		frm.disable_save();
		const { resident } = frm.doc;
		if (resident) frm.page.set_title(frappe.utils.get_link_title("Resident", resident) || resident);
		if (frm.doc.event) frm.add_custom_button(__("Open the Event"), () => frappe.set_route("Form", "Community Event", frm.doc.event));
	},
});
