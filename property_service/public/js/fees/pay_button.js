// The way from a unit or a bill to the payment counter.

for (const [doctype, unit_of] of [
	["Property Unit", (doc) => doc.name],
	["Fee Bill", (doc) => doc.unit],
]) {
	frappe.ui.form.on(doctype, {
		refresh(frm) {
			if (frm.is_new() || !frappe.user.has_role(["Property Cashier", "Property Manager"])) return;
			if (doctype === "Fee Bill" && !flt(frm.doc.outstanding)) return;
			frm.add_custom_button(__("Take Payment"), () => {
				frappe.route_options = { unit: unit_of(frm.doc) };
				frappe.set_route("fee-counter");
			});
		},
	});
}
