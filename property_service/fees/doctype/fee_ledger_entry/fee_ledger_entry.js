frappe.ui.form.on("Fee Ledger Entry", {
	refresh(frm) {
		frm.disable_save();
		frm.set_intro(__("An entry is never changed or deleted: what was wrong is taken back by another one."), "blue");
		for (const [fieldname, doctype] of [
			["charge", "Fee Charge"],
			["receipt", "Fee Receipt"],
			["deposit", "Resident Deposit"],
		]) {
			const name = frm.doc[fieldname];
			if (name) frm.add_custom_button(__(doctype), () => frappe.set_route("Form", doctype, name));
		}
	},
});
