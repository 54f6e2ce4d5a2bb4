frappe.ui.form.on("Payment Promise", {
	refresh(frm) {
		frm.get_field("status").df.formatter = property_service.in_context("Payment Promise");
		frm.refresh_field("status");
		if (frm.is_new() || frm.doc.status !== "Open") return;
		frm.add_custom_button(__("Take Back the Promise"), () =>
			frappe.confirm(__("Take this promise back? It then counts neither as kept nor as broken."), async () => {
				await frappe.call({ method: "property_service.fees.api.withdraw_promise", args: { name: frm.doc.name } });
				frm.reload_doc();
			})
		);
	},
});
