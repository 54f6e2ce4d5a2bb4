// The dialogs of the buttons lie in public/js/front_desk; here stands what the form shows and when.
(() => {
	frappe.ui.form.on("Callback Promise", {
		setup(frm) {
			frm.get_docfield("status").formatter = property_service.in_context("Callback Promise");
			// A DocType's name is shown in the reader's language.
			frm.get_docfield("reference_doctype").formatter = property_service.in_context();
			frm.set_query("responsible", () => ({ filters: { enabled: 1, user_type: "System User" } }));
			frm.set_query("unit", () => ({ filters: frm.doc.community ? { community: frm.doc.community } : {} }));
		},

		refresh(frm) {
			frm.toggle_display("status", !frm.is_new());
			if (frm.is_new()) return;
			for (const field of ["due_at", "responsible"]) frm.set_df_property(field, "read_only", 1);
			const late = property_service.front_desk.promise_lateness(frm.doc);
			if (late) frm.dashboard.set_headline_alert(late.text, late.colour);
			const waits = frm.doc.status === "Open" || (frm.doc.status === "Broken" && !frm.doc.answered_at);
			if (!waits) frm.disable_save();
			add_buttons(frm);
		},

		community: set_due,
		unit: set_due,
	});

	// The usual time, so that nobody has to reckon working minutes.
	async function set_due(frm) {
		if (!frm.is_new() || !frm.doc.community || frm.doc.due_at) return;
		const { message } = await frappe.call({
			method: "property_service.front_desk.counter_api.promise_defaults",
			type: "GET",
			args: { community: frm.doc.community },
		});
		if (message && !frm.doc.due_at) frm.set_value("due_at", message.due_at);
	}

	async function add_buttons(frm) {
		const name = frm.doc.name;
		const { message: facts } = await frappe.call({
			method: "property_service.front_desk.counter_api.promise_facts",
			type: "GET",
			args: { name },
		});
		if (!facts || frm.doc.name !== name) return;
		const desk = property_service.front_desk;
		const target = { name, due_at: frm.doc.due_at, done: () => frm.reload_doc() };
		const further = __("Further");
		const button = (act, label, call, group) => facts.acts.includes(act) && frm.add_custom_button(label, () => call(target, facts.people), group);
		const first = button("keep", __("Called Back"), desk.keep_promise);
		if (first) first.addClass("btn-primary");
		button("attempt", __("Not Reached"), desk.try_promise);
		button("put_off", __("Put Off"), desk.put_off_promise, further);
		if (facts.people.length) button("hand_over", __("Hand Over"), desk.hand_over_promise, further);
		button("cancel", __("Cancel the Promise"), desk.cancel_promise, further);
	}
})();
