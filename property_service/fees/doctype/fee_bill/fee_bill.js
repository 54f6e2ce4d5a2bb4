frappe.ui.form.on("Fee Bill", {
	refresh(frm) {
		frm.disable_save();
		const fees = property_service.fees;
		frm.get_field("status").df.formatter = property_service.in_context("Fee Bill");
		frm.refresh_field("status");
		fees.headline(frm);
		fees.add_void_button(frm, { bill: frm.doc.name });
		if (flt(frm.doc.outstanding) > 0 && frm.doc.status !== "Void" && may_take_money()) {
			frm.add_custom_button(__("Take Payment"), () => {
				frappe.route_options = { unit: frm.doc.unit };
				frappe.set_route("fee-counter");
			}).addClass("btn-primary");
		}
		frm.add_custom_button(__("Unit Statement"), () =>
			frappe.set_route("query-report", "Unit Statement", { unit: frm.doc.unit })
		);
		frm.add_custom_button(__("Print Bill"), () =>
			property_service.print_paper("Fee Bill", frm.doc.name, "Fee Bill Notice", { trigger_print: 1 })
		);
		const { name } = frm.doc;
		fees.call("report_api.bill_details", { name }).then((found) => {
			if (frm.doc.name !== name) return;
			frm.get_field("charges_view").$wrapper.html(fees.charges_table(found.charges));
		});
	},
});

function may_take_money() {
	return ["Property Cashier", "Property Manager", "System Manager"].some((role) => frappe.user.has_role(role));
}
