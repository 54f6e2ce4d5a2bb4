// The dialogs and the view lie in public/js/decoration; here stands only when they are called.
frappe.provide("property_service.decoration");

frappe.ui.form.on("Decoration Permit", {
	setup(frm) {
		frm.get_docfield("status").formatter = (value) => (value ? property_service.decoration.state_label(value) : "");
		frm.set_query("contractor", () => ({ filters: { resident_type: "Organisation" } }));
	},

	refresh(frm) {
		frm.dashboard.parent.find(".permit-facts").remove();
		frm.set_df_property("answers", "cannot_add_rows", 1);
		frm.set_df_property("answers", "cannot_delete_rows", 1);
		if (frm.is_new()) {
			frm.set_intro(__("Questions and documents are added from the terms of the community when it is saved."), "blue");
			return;
		}
		frm.set_intro("");
		show(frm);
	},

	before_workflow_action(frm) {
		const act = property_service.decoration.actions[frm.selected_workflow_action];
		if (!act) return undefined;
		frm.selected_workflow_action = null;
		// The platform has frozen the page to apply the action itself; ours asks first, so it never goes on.
		frappe.dom.unfreeze();
		act(frm);
		return new Promise(() => {});
	},
});

async function show(frm) {
	const { decoration } = property_service;
	const { name, modified } = frm.doc;
	const { message: facts } = await frappe.call({ method: "property_service.decoration.api.permit_facts", type: "GET", args: { name } });
	if (!facts || frm.doc.name !== name || frm.doc.modified !== modified) return;
	decoration.show_facts(frm, facts);
	for (const [act, label, call, group] of decoration.buttons) {
		if (facts.acts.includes(act)) frm.add_custom_button(label, () => call(frm, facts), group);
	}
}
