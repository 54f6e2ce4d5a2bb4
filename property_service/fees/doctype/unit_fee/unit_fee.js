frappe.ui.form.on("Unit Fee", {
	setup(frm) {
		frm.set_query("fee_item", () => ({
			filters: { one_off: 0, enabled: 1, ...(frm.doc.community ? { community: frm.doc.community } : {}) },
		}));
	},

	async unit(frm) {
		if (!frm.doc.unit) return;
		const { message } = await frappe.db.get_value("Property Unit", frm.doc.unit, "community");
		if (message) frm.set_value("community", message.community);
	},
});
