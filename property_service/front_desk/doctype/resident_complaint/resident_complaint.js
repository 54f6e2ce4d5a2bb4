// The dialogs and the view lie in public/js/complaints; here stands only when they are called.
frappe.provide("property_service.complaints");

frappe.ui.form.on("Resident Complaint", {
	setup(frm) {
		frm.get_docfield("status").formatter = (value) => (value ? property_service.complaints.state_label(value) : "");
		frm.get_docfield("visit_result").formatter = (value) => (value ? __(value) : "");
		// A DocType's name is shown in the reader's language.
		frm.get_docfield("reference_doctype").formatter = property_service.in_context();
		frm.set_query("category", () => ({ filters: { enabled: 1, kind: ["in", ["", frm.doc.kind]] } }));
		frm.set_query("person_complained_of", () => ({ filters: { user_type: "System User", enabled: 1 } }));
		frm.set_query("unit", () => ({ filters: frm.doc.community ? { community: frm.doc.community } : {} }));
		frm.set_query("building", () => ({ filters: frm.doc.community ? { community: frm.doc.community } : {} }));
	},

	refresh(frm) {
		frm.dashboard.parent.find(".complaint-facts").remove();
		// The log is shown above, in words.
		frm.toggle_display(["section_steps", "steps"], false);
		frm.toggle_display(["section_handling", "section_result", "section_origin"], !frm.is_new());
		for (const fieldname of ["is_valid", "assigned_to", "resolution", "resolution_told", "group_of"]) frm.set_df_property(fieldname, "read_only", 1);
		if (frm.is_new()) {
			frm.set_intro(__("Times are promised by the level when it is saved. The complainant is told at once."), "blue");
			return;
		}
		frm.set_intro("");
		// What is settled is changed by its buttons alone.
		if (!property_service.complaints.in_hand(frm.doc)) frm.set_read_only();
		show(frm);
	},

	is_anonymous(frm) {
		if (frm.doc.is_anonymous) for (const fieldname of ["resident", "contact_name", "contact_phone"]) frm.set_value(fieldname, null);
		frm.toggle_display(["resident", "contact_name", "contact_phone"], !frm.doc.is_anonymous);
	},

	async category(frm) {
		if (!frm.doc.category || !frm.is_new()) return;
		const { message } = await frappe.db.get_value("Complaint Category", frm.doc.category, "default_level");
		if (message && message.default_level) frm.set_value("level", message.default_level);
	},

	async before_workflow_action(frm) {
		const act = property_service.complaints.actions[frm.selected_workflow_action];
		const button = property_service.complaints.buttons.find(([name]) => name === act);
		frm.selected_workflow_action = null;
		// The platform has frozen the page to apply the action itself; ours asks first, so it never goes on.
		frappe.dom.unfreeze();
		const { message: facts } = await read(frm);
		if (button && facts && facts.acts.includes(act)) button[2](frm, facts);
		else frappe.show_alert({ message: __("This is for its handler and the manager."), indicator: "orange" });
		return new Promise(() => {});
	},
});

const read = (frm) => frappe.call({ method: "property_service.front_desk.complaints_api.complaint_facts", type: "GET", args: { name: frm.doc.name } });

async function show(frm) {
	const { complaints } = property_service;
	const { name, modified } = frm.doc;
	const { message: facts } = await read(frm);
	if (!facts || frm.doc.name !== name || frm.doc.modified !== modified) return;
	complaints.show_facts(frm, facts);
	for (const [act, label, call, group] of complaints.buttons) {
		if (facts.acts.includes(act)) frm.add_custom_button(label, () => call(frm, facts), group);
	}
	if (facts.chat_text) frm.add_custom_button(__("Copy for WeChat"), () => frappe.utils.copy_to_clipboard(facts.chat_text), __("More"));
	frm.add_custom_button(__("Print Complaint Record"), () => complaints.print_record(frm), __("More"));
}
