// The acts of a finding on the desk: each dialog sends one call, with its photos, and stays filled when the server refuses.
frappe.provide("property_service.patrol");

(() => {
	const patrol = property_service.patrol;
	const SEVERITIES = ["Minor", "Normal", "Serious", "Critical"];
	const LEVELS = { Advised: __("Advised by Word of Mouth"), Notice: __("Rectification Notice"), "Stop-Work": __("Stop-Work Notice"), Reported: __("Report to the Authority") };
	const options = (words, doctype) => words.map((word) => ({ value: word, label: __(word, null, doctype || "Inspection Finding") }));
	const API = "property_service.patrol.api";
	const { acts_of, ask, chosen, picture, send } = property_service.dialogs;
	const act = acts_of(API);

	patrol.fix = (frm) =>
		ask(
			__("Rectified"),
			[
				{ fieldname: "note", fieldtype: "Small Text", label: __("What Was Done"), reqd: 1 },
				picture("file", __("Photo After"), frm.doc.severity === "Minor" ? __("Without a photo it has to be rechecked on site.") : __("Needed: it shows how it looks now.")),
			],
			__("Rectified"),
			(values, dialog) => act(frm, "fix", { note: values.note }, __("Waits for the recheck by somebody else."), { file: chosen(dialog, "file") })
		);

	patrol.recheck = (frm) =>
		ask(
			__("Recheck"),
			[
				{ fieldname: "result", fieldtype: "Select", label: __("Result"), reqd: 1, options: ["", ...options(["Passed", "Failed"], "Finding Recheck")] },
				{ fieldname: "by_photo", fieldtype: "Check", label: __("Judged by the Photo"), depends_on: `eval:${frm.doc.severity === "Minor"}`, description: __("Without going there; minor findings only.") },
				{ fieldname: "note", fieldtype: "Small Text", label: __("Note"), mandatory_depends_on: "eval:doc.result=='Failed'" },
				picture("file", __("Photo")),
			],
			__("Record the Recheck"),
			(values, dialog) =>
				act(frm, "recheck", { passed: values.result === "Passed", note: values.note || "", by_photo: Boolean(values.by_photo) }, "", { file: chosen(dialog, "file") })
		);

	patrol.withdraw = (frm) =>
		ask(
			__("Withdraw the Finding"),
			[{ fieldname: "because", fieldtype: "Small Text", label: __("Why is this no finding?"), reqd: 1 }],
			__("Withdraw the Finding"),
			(values) => act(frm, "withdraw", values, __("The finding is withdrawn."))
		);

	patrol.make_repair_request = (frm, facts) =>
		ask(
			__("Make a Repair Request"),
			[
				{
					fieldname: "category",
					fieldtype: "Link",
					options: "Repair Category",
					label: __("Repair Category"),
					reqd: 1,
					default: facts.category,
					get_query: () => ({ filters: { is_group: 0, is_active: 1 } }),
				},
				{ fieldtype: "HTML", options: `<p class="text-muted">${__("Place, words and photo go along. When the repair is finished, the finding waits for its recheck.")}</p>` },
			],
			__("Make"),
			(values) => act(frm, "make_repair_request", values)
		);

	patrol.deduct = (frm, facts) =>
		ask(
			__("Deduct from the Deposit"),
			[
				{
					fieldname: "deposit",
					fieldtype: "Select",
					label: __("Deposit"),
					reqd: 1,
					default: facts.deposits[0].name,
					options: facts.deposits.map((row) => ({
						value: row.name,
						label: `${__(row.purpose, null, "Resident Deposit")} ${row.receipt_number} · ${__("Still held: {0} yuan", [format_number(row.left_amount, null, 2)])}`,
					})),
				},
				{ fieldname: "amount", fieldtype: "Currency", label: __("Amount"), reqd: 1 },
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1, description: __("The clause of the signed agreement and what happened.") },
			],
			__("Deduct"),
			(values) => act(frm, "deduct", values, __("Deducted"))
		);

	patrol.notice = (frm, facts) =>
		ask(
			__("Make a Notice"),
			[
				{ fieldname: "level", fieldtype: "Select", label: __("Step"), reqd: 1, default: facts.levels[0], options: facts.levels.map((level) => ({ value: level, label: LEVELS[level] })) },
				{ fieldname: "reported_to", fieldtype: "Data", label: __("Authority It Is Reported To"), depends_on: "eval:doc.level=='Reported'", mandatory_depends_on: "eval:doc.level=='Reported'" },
				{ fieldtype: "HTML", options: `<p class="text-muted">${__("The paper gets a number of its own and cannot be taken back.")}</p>` },
			],
			__("Make"),
			(values) =>
				act(frm, "make_notice", { level: values.level, reported_to: values.reported_to || "" }).then(() => {
					if (patrol.papers[values.level]) patrol.print_paper(frm, values.level);
				})
		);

	patrol.papers = { Notice: "Rectification Notice", "Stop-Work": "Stop-Work Notice", Reported: "Report Letter" };
	patrol.print_paper = (frm, level) => property_service.print_paper("Inspection Finding", frm.doc.name, patrol.papers[level]);

	// A finding with its photos, and put right at once where it was: one save.
	patrol.report = (start) => {
		const client_key = frappe.utils.get_random(20);
		const link = (fieldname, doctype, label, more) => ({ fieldname, fieldtype: "Link", options: doctype, label, ...more });
		const dialog = ask(
			__("Report a Finding"),
			[
				{ fieldname: "title", fieldtype: "Data", label: __("What Was Found"), reqd: 1 },
				{ fieldname: "severity", fieldtype: "Select", label: __("Severity"), options: options(SEVERITIES), default: "Normal", reqd: 1 },
				{ fieldname: "description", fieldtype: "Small Text", label: __("Description") },
				picture("file", __("Photo")),
				{ fieldtype: "Column Break" },
				link("community", "Community", __("Community"), { mandatory_depends_on: "eval:!doc.building && !doc.unit" }),
				link("building", "Building", __("Building"), { get_query: () => ({ filters: dialog.get_value("community") ? { community: dialog.get_value("community") } : {} }) }),
				link("unit", "Property Unit", __("Property Unit")),
				{ fieldname: "place", fieldtype: "Data", label: __("Place"), description: __("For example: corridor on the 12th floor.") },
				{ fieldtype: "Section Break", label: __("Who Puts It Right") },
				link("responsible_team", "Work Team", __("Team"), { get_query: () => ({ filters: { is_active: 1 } }) }),
				{ fieldtype: "Column Break" },
				link("responsible_resident", "Resident", __("Resident or Company")),
				{ fieldtype: "Section Break", label: __("Fixed on the Spot") },
				{ fieldname: "fixed_note", fieldtype: "Small Text", label: __("What Was Done"), description: __("Only if it was put right at once; somebody else rechecks it.") },
				{ fieldtype: "Column Break" },
				picture("fixed_file", __("Photo After")),
			],
			__("Save"),
			(values, dialog) =>
				send(`${API}.raise_finding`, { ...values, client_key }, { file: chosen(dialog, "file"), fixed_file: chosen(dialog, "fixed_file") })
					.then((answer) => frappe.set_route("Form", "Inspection Finding", answer.name))
		);
		dialog.set_values(start || {});
		return dialog;
	};
})();
