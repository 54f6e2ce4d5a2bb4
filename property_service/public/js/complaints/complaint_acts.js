// The acts of a complaint on the desk: each dialog sends one call and stays filled when the server refuses.
frappe.provide("property_service.complaints");

(() => {
	const complaints = property_service.complaints;
	const { ask } = property_service.dialogs;

	const act = property_service.dialogs.acts_of("property_service.front_desk.complaints_api");
	const text = (fieldname, label, hint, more) => ({ fieldname, fieldtype: "Small Text", label, description: hint, reqd: 1, ...more });
	const told_hint = (frm) =>
		frm.doc.is_anonymous ? __("Shown to whoever complained, in the portal.") : __("Sent to the complainant. Name neither colleagues nor neighbours.");

	const assign = (frm, facts) =>
		ask(
			__("Assign", null, "Resident Complaint"),
			[
				{
					fieldname: "user",
					fieldtype: "Select",
					label: __("Handled By"),
					reqd: 1,
					// The person complained of is not among them.
					options: [{ value: "", label: "" }, ...facts.handlers.filter((row) => row.value !== frm.doc.assigned_to)],
				},
				text("note", __("Note"), "", { reqd: 0 }),
			],
			__("Assign", null, "Resident Complaint"),
			(values) => act(frm, "assign", { user: values.user, note: values.note || "" }, __("The handler has been told."))
		);

	const start = (frm) => act(frm, "start", {}).catch(() => {});

	const say = (method, title, label) => (frm) =>
		ask(title, [text("text", label, told_hint(frm))], __("Record and Tell"), (values) => act(frm, method, values, __("Recorded")));

	const resolve = (frm, facts) =>
		ask(
			__("Resolve", null, "Resident Complaint"),
			[
				text("resolution", __("What Was Done", null, "Resident Complaint"), __("For the file; who did what.")),
				text("told", __("What the Complainant Is Told"), `${told_hint(frm)} ${__("If empty, the same as above.")}`, { reqd: 0 }),
				{ fieldtype: "Section Break" },
				{
					fieldname: "is_valid",
					fieldtype: "Select",
					label: __("Was the Complainant Right?"),
					reqd: 1,
					options: [
						{ value: "1", label: __("Valid", null, "Resident Complaint") },
						{ value: "0", label: __("Not Valid", null, "Resident Complaint") },
					],
					default: "1",
				},
				{ fieldtype: "Column Break" },
				{ fieldname: "is_typical", fieldtype: "Check", label: __("Typical Case"), description: __("Colleagues can learn from it.") },
				...(facts.members.length
					? [{ fieldtype: "Section Break" }, { fieldtype: "HTML", options: `<p class="text-muted">${__("{0} complaints have joined it and are resolved with it.", [facts.members.length])}</p>` }]
					: []),
			],
			__("Resolve", null, "Resident Complaint"),
			(values) =>
				act(
					frm,
					"resolve",
					{ resolution: values.resolution, told: values.told || "", is_valid: values.is_valid === "1", is_typical: Boolean(values.is_typical) },
					frm.doc.kind === "Complaint" ? __("Resolved. The return visit is planned.") : __("Resolved and closed.")
				)
		);

	const with_reason = (method, title, hint) => (frm) =>
		ask(title, [text("because", __("Reason"), hint)], title, (values) => act(frm, method, values));

	const note = (frm) =>
		ask(__("Add a Note"), [text("text", __("Note"), __("For colleagues alone; the complainant does not see it."))], __("Add"), (values) => act(frm, "note", values));

	const join = (frm) =>
		ask(
			__("Join a Group"),
			[
				{
					fieldname: "first",
					fieldtype: "Link",
					options: "Resident Complaint",
					label: __("First Complaint About the Same"),
					description: __("It is then resolved with that one. Leave empty to take it out of its group."),
					get_query: () => ({
						filters: { community: frm.doc.community, kind: frm.doc.kind, stage: ["in", ["Open", "Working"]], name: ["!=", frm.doc.name], group_of: ["is", "not set"] },
					}),
				},
			],
			__("Join"),
			(values) => act(frm, "join", { first: values.first || "" })
		);

	// [act of the server, label, function, group]
	complaints.buttons = [
		["assign", __("Assign", null, "Resident Complaint"), assign],
		["start", __("Start", null, "Resident Complaint"), start],
		["answer", __("First Answer"), say("answer", __("First Answer"), __("What the Complainant Is Told"))],
		["interim", __("Interim Reply"), say("interim", __("Interim Reply"), __("What the Complainant Is Told"))],
		["resolve", __("Resolve", null, "Resident Complaint"), resolve],
		["note", __("Add a Note"), note, __("More")],
		["join", __("Join a Group"), join, __("More")],
		["reopen", __("Reopen"), with_reason("reopen", __("Reopen"), __("It gets promises of its own.")), __("More")],
		["withdraw", __("Withdraw"), with_reason("withdraw", __("Withdraw"), __("As the complainant asked for it.")), __("More")],
	];
	// Actions of the workflow that ask first.
	complaints.actions = { Assign: "assign", Start: "start", Resolve: "resolve", Reopen: "reopen", Withdraw: "withdraw" };

	complaints.print_record = (frm) => property_service.print_paper("Resident Complaint", frm.doc.name, "Complaint Record", { trigger_print: 1 });
})();
