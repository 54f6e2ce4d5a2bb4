(() => {
	const FIELDS = ["unit", "fee_item", "service_month", "amount", "adjusted", "paid", "late_fee_assessed", "late_fee_paid", "late_fee_waived", "outstanding", "status"];
	const yuan = (value) => format_number(flt(value), null, 2);

	frappe.ui.form.on("Fee Adjustment", {
		setup(frm) {
			frm.set_query("charge", () => ({ filters: { status: ["!=", "Void"] } }));
		},
		refresh(frm) {
			frm.get_field("status").df.formatter = property_service.in_context("Fee Adjustment");
			frm.refresh_field("status");
			for (const fieldname of ["reason", "explanation", "proof"]) {
				frm.set_df_property(fieldname, "read_only", ["", "Draft"].includes(frm.doc.status || "") ? 0 : 1);
			}
			show_charge(frm);
		},
		charge: show_charge,
		adjustment_kind: show_charge,
	});

	// What may be waived at most is said before anything is sent.
	async function show_charge(frm) {
		frm.set_intro("");
		if (!frm.doc.charge || frm.doc.docstatus) return;
		const { message } = await frappe.db.get_value("Fee Charge", frm.doc.charge, FIELDS);
		if (!message) return;
		const principal = flt(message.amount) + flt(message.adjusted) - flt(message.paid);
		const late = flt(message.late_fee_assessed) - flt(message.late_fee_paid) - flt(message.late_fee_waived);
		frm.set_intro(
			__("{0}, {1}, {2}: {3} yuan of the principal and {4} yuan of late fees are open.", [
				message.unit,
				message.fee_item,
				(message.service_month || "").slice(0, 7),
				yuan(principal),
				yuan(late),
			]),
			"blue"
		);
	}
})();
