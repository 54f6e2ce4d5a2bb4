frappe.ui.form.on("Property Service Settings", {
	refresh(frm) {
		if (!frappe.user.has_role("System Manager")) return;
		show_hints(frm);
		const types = [...new Set((frm.doc.stage_map || []).map((row) => row.document_type))];
		for (const type of types) {
			frm.add_custom_button(__(type), () => restore(frm, type), __("Restore Standard Workflow"));
		}
	},
});

function restore(frm, document_type) {
	frappe.confirm(
		__("Your changes to the workflow of {0} will be lost. Restore the standard one?", [__(document_type).bold()]),
		() =>
			frappe
				.xcall("property_service.setup.api.restore_workflow", { document_type })
				.then(() => frappe.show_alert({ message: __("Restored."), indicator: "green" }))
				.then(() => frm.reload_doc())
	);
}

// What should be set before residents sign in; nothing is forced.
async function show_hints(frm) {
	const { message } = await frappe.call({
		method: "property_service.property_service.api.hardening_hints",
		type: "GET",
	});
	for (const hint of message || []) {
		const link = hint.route
			? ` <a href="${frappe.utils.get_form_link("System Settings", "System Settings")}">${__("System Settings")}</a>`
			: "";
		frm.dashboard.add_comment(frappe.utils.escape_html(hint.sentence) + link, "yellow", true);
	}
}
