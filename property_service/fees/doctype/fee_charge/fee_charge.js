frappe.ui.form.on("Fee Charge", {
	refresh(frm) {
		frm.get_field("item_kind").df.formatter = property_service.in_context("Fee Item");
		frm.get_field("status").df.formatter = property_service.in_context("Fee Bill");
		for (const fieldname of ["item_kind", "status"]) frm.refresh_field(fieldname);
		frm.disable_save();
		const fees = property_service.fees;
		fees.headline(frm);
		fees.add_void_button(frm, { charge: frm.doc.name });
		if (frm.doc.fee_bill) {
			frm.add_custom_button(__("Fee Bill"), () => frappe.set_route("Form", "Fee Bill", frm.doc.fee_bill));
		}
		const { name } = frm.doc;
		fees.call("report_api.charge_details", { name }).then(({ charge, entries }) => {
			if (frm.doc.name !== name) return;
			const happened = entries.length ? fees.entries_table(entries) : "";
			frm.get_field("lines_view").$wrapper.html(fees.lines_table(charge) + happened);
		});
	},
});
