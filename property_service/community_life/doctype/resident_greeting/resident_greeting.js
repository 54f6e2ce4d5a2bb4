frappe.ui.form.on("Resident Greeting", {
	refresh(frm) {
		const { resident } = frm.doc;
		if (resident) frm.page.set_title(frappe.utils.get_link_title("Resident", resident) || resident);
	},
});
