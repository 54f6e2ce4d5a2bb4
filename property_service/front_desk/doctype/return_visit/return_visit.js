frappe.ui.form.on("Return Visit", {
	setup(frm) {
		// A DocType's name is shown in the reader's language.
		frm.get_docfield("reference_doctype").formatter = property_service.in_context();
	},

	refresh(frm) {
		frm.disable_save();
		frm.add_custom_button(__("Print Visit Record"), () => print_record(frm));
		if (frm.doc.status !== "Due") return;
		frm.set_intro(__("The result is recorded on the call sheet."), "blue");
		frm.add_custom_button(__("Call Sheet"), () => {
			frappe.route_options = { visit: frm.doc.name };
			frappe.set_route("return-visits");
		});
	},
});

function print_record(frm) {
	property_service.print_paper("Return Visit", frm.doc.name, "Return Visit Record", { trigger_print: 1 });
}
