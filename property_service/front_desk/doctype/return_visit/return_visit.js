frappe.ui.form.on("Return Visit", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.status !== "Due") return;
		frm.set_intro(__("The result is recorded on the call sheet."), "blue");
		frm.add_custom_button(__("Call Sheet"), () => {
			frappe.route_options = { visit: frm.doc.name };
			frappe.set_route("return-visits");
		});
	},
});
