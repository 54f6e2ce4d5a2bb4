// The parts of this form lie in public/js/repairs; here stands only when they are called.
frappe.provide("property_service.repairs");

frappe.ui.form.on("Repair Request", {
	setup(frm) {
		const label = (value) => (value ? property_service.repairs.state_label(value) : "");
		for (const field of ["status"]) frm.get_docfield(field).formatter = label;
		frm.set_query("assigned_to", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		const repairs = property_service.repairs;
		repairs.begin_intake(frm);
		frm.dashboard.parent.find(".repair-facts, .repair-intake").remove();
		if (frm.is_new()) {
			repairs.add_intake_button(frm);
			if (frm.doc.unit) repairs.room_chosen(frm);
			return;
		}
		repairs.headline(frm);
		repairs.load_facts(frm).then((facts) => {
			if (!facts) return;
			repairs.show_facts(frm, facts);
			repairs.add_buttons(frm, facts);
		});
	},

	unit: (frm) => property_service.repairs.room_chosen(frm),
	resident: (frm) => property_service.repairs.resident_chosen(frm),
	category: (frm) => property_service.repairs.category_chosen(frm),

	before_workflow_action(frm) {
		const act = property_service.repairs.actions[frm.selected_workflow_action];
		if (!act) return undefined;
		frm.selected_workflow_action = null;
		// The platform has frozen the page to apply the action itself; ours asks first, so it never goes on.
		frappe.dom.unfreeze();
		act(frm);
		return new Promise(() => {});
	},
});
