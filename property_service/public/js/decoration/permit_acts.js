// The acts of a decoration permit on the desk: each dialog sends one call, with its photos, and stays filled when the server refuses.
frappe.provide("property_service.decoration");

(() => {
	const decoration = property_service.decoration;
	const { acts_of, ask, chosen, picture } = property_service.dialogs;
	const SEVERITIES = ["Minor", "Normal", "Serious", "Critical"];
	const MODES = ["Cash", "WeChat", "Alipay", "POS", "Transfer", "Bank Collection"];
	const select = (words, context) => words.map((word) => ({ value: word, label: __(word, null, context) }));
	const SIDES = { Owner: __("Deposit of the Owner"), Contractor: __("Deposit of the Contractor") };
	const yuan = (value) => format_number(flt(value), null, 2);

	const note = (label, needed, hint) => ({ fieldname: "note", fieldtype: "Small Text", label, description: hint, ...needed });

	const act = acts_of("property_service.decoration.api");
	const at_once = (method, said) => (frm) => act(frm, method, {}, said).catch(() => {});
	const confirmed = (question, method, said) => (frm) =>
		frappe.confirm(question(frm), () => act(frm, method, {}, said).catch(() => {}));
	const with_reason = (title, method, fieldname, hint) => (frm) =>
		ask(title, [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1, description: hint }], title, (values) =>
			act(frm, method, { [fieldname]: values.reason })
		);
	const documents = (frm, only) => (frm.doc.documents || []).filter(only || (() => true)).map((row) => row.document_name);

	function ask_for(frm) {
		const fields = documents(frm).map((name, number) => ({
			fieldname: `document_${number}`,
			fieldtype: "Check",
			label: __(name),
			default: frm.doc.documents[number].is_needed && ["Missing", "Refused"].includes(frm.doc.documents[number].status) ? 1 : 0,
		}));
		ask(
			__("Ask for Documents"),
			[...fields, { fieldname: "other", fieldtype: "Data", label: __("Another Document") }, note(__("What Is Wrong or Missing"), {}, __("The applicant will see this."))],
			__("Ask the Applicant"),
			(values) => {
				const names = documents(frm).filter((name, number) => values[`document_${number}`]);
				if (values.other) names.push(values.other);
				return act(frm, "ask_for", { document_names: names, note: values.note || "" }, __("The applicant is asked for them."));
			}
		);
	}

	const document_field = (frm) => ({
		fieldname: "document_name",
		fieldtype: "Select",
		label: __("Document"),
		reqd: 1,
		options: documents(frm).map((name) => ({ value: name, label: __(name) })),
		default: documents(frm, (row) => row.is_needed && ["Missing", "Refused"].includes(row.status))[0],
	});

	const supply = (frm) =>
		ask(__("Add a Document"), [document_field(frm), picture("file", __("Photo"), __("Without a photo it is noted that the paper is here.")), note(__("Note"))], __("Add"), (values, dialog) => {
			const file = chosen(dialog, "file");
			const sent = { document_name: values.document_name };
			return file ? act(frm, "supply", sent, "", { file }) : act(frm, "note_paper", { ...sent, note: values.note || "" });
		});

	function take_deposit(frm, facts) {
		const contractor_payer = "eval:doc.side=='Contractor'";
		ask(
			__("Take a Deposit"),
			[
				{
					fieldname: "side",
					fieldtype: "Select",
					label: __("Deposit"),
					reqd: 1,
					default: facts.unpaid[0],
					options: facts.unpaid.map((side) => ({ value: side, label: `${SIDES[side]}: ${yuan(frm.doc[side === "Owner" ? "owner_deposit_due" : "contractor_deposit_due"])}` })),
				},
				{ fieldname: "mode", fieldtype: "Select", label: __("Mode of Payment"), options: select(MODES), default: "Cash", reqd: 1 },
				{
					fieldname: "payer",
					fieldtype: "Link",
					options: "Resident",
					label: __("Paid By"),
					description: __("If empty, the applicant or the contractor. It is given back to whoever paid."),
					mandatory_depends_on: frm.doc.contractor ? "" : contractor_payer,
				},
			],
			__("Take"),
			(values) =>
				act(frm, "take_deposit", { ...values, payer: values.payer || "" }, (answer) => __("Deposit receipt {0}", [answer.receipt_number]))
		);
	}

	function refund(frm, facts) {
		const client_key = frappe.utils.get_random(20);
		const held = facts.view.money.deposits.filter((row) => flt(row.left));
		ask(
			__("Refund a Deposit"),
			[
				{
					fieldname: "side",
					fieldtype: "Select",
					label: __("Deposit"),
					reqd: 1,
					default: held[0].side,
					options: held.map((row) => ({ value: row.side, label: `${SIDES[row.side]}: ${yuan(row.left)} → ${row.payer_name}` })),
				},
				{ fieldname: "mode", fieldtype: "Select", label: __("Mode of Payment"), options: select(MODES), default: "Cash", reqd: 1 },
				{
					fieldname: "original",
					fieldtype: "Select",
					label: __("Original Receipt"),
					options: ["", ...select(["Given Back", "Declared Lost"])],
					reqd: 1,
					description: __("Take the original deposit receipt back, or have it declared lost."),
				},
			],
			__("Refund"),
			(values) => act(frm, "refund", { ...values, client_key }, __("Refunded"))
		);
	}

	function deduct(frm, facts) {
		const proven = facts.view.findings.filter((row) => row.status !== "Withdrawn");
		const held = facts.view.money.deposits.filter((row) => flt(row.left));
		ask(
			__("Deduct from a Deposit"),
			[
				{ fieldname: "finding", fieldtype: "Select", label: __("Finding"), reqd: 1, options: proven.map((row) => ({ value: row.name, label: `${row.name} ${row.title}` })) },
				{ fieldname: "side", fieldtype: "Select", label: __("Deposit"), reqd: 1, options: held.map((row) => ({ value: row.side, label: `${SIDES[row.side]}: ${yuan(row.left)}` })) },
				{ fieldname: "amount", fieldtype: "Currency", label: __("Amount"), reqd: 1 },
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1, description: __("The clause of the signed agreement and what happened.") },
			],
			__("Deduct"),
			(values) => act(frm, "deduct", values, __("Deducted"))
		);
	}

	const make_pass = (frm) => {
		const client_key = frappe.utils.get_random(20);
		return ask(
			__("Make a Worker Pass"),
			[
				{ fieldname: "worker_name", fieldtype: "Data", label: __("Name"), reqd: 1 },
				{ fieldname: "id_last_four", fieldtype: "Data", label: __("Last Four of the ID"), reqd: 1 },
				{ fieldtype: "Column Break" },
				{ fieldname: "trade", fieldtype: "Data", label: __("Trade") },
				{ fieldname: "worker_phone", fieldtype: "Data", label: __("Phone") },
				{ fieldtype: "Section Break", hidden: frappe.user.has_role(["Property Cashier", "Property Manager"]) ? 0 : 1 },
				{
					fieldname: "mode",
					fieldtype: "Select",
					label: __("Deposit of {0} yuan paid by", [yuan(frm.doc.pass_deposit_due)]),
					options: ["", ...select(MODES)],
					description: __("Leave empty where it is paid later."),
				},
			],
			__("Make"),
			(values) => act(frm, "make_pass", { ...values, client_key }).then((answer) => decoration.print_pass(answer.pass))
		);
	};

	const found_fields = (needed) => [
		{ fieldname: "title", fieldtype: "Data", label: __("What Was Found"), ...(needed ? { reqd: 1 } : {}) },
		{
			fieldname: "severity",
			fieldtype: "Select",
			label: __("Severity"),
			options: select(SEVERITIES, "Inspection Finding"),
			default: "Normal",
			description: __("Serious and critical findings stop the works at once."),
		},
		{ fieldname: "fixed_note", fieldtype: "Small Text", label: __("Put Right on the Spot"), description: __("What was done at once; leave empty where it is still open.") },
		{ fieldtype: "Column Break" },
		{ fieldname: "description", fieldtype: "Small Text", label: __("Description") },
		picture("found_0", __("Photo of the Finding")),
		picture("fixed_0", __("Photo After")),
	];
	const found_of = (values) =>
		values.title ? [{ title: values.title, severity: values.severity, description: values.description || "", fixed_note: values.fixed_note || "" }] : [];
	const found_photos = (dialog) => ({ found_0: chosen(dialog, "found_0"), fixed_0: chosen(dialog, "fixed_0") });

	const inspect = (frm) => {
		const client_key = frappe.utils.get_random(20);
		return ask(
			__("Record Today's Inspection"),
			[
				{ fieldname: "hours_kept", fieldtype: "Check", label: __("Hours Kept"), default: 1 },
				{ fieldname: "passes_worn", fieldtype: "Check", label: __("Passes Worn"), default: 1 },
				{ fieldtype: "Column Break" },
				note(__("Note")),
				picture("file", __("Photo of the Site")),
				{ fieldtype: "Section Break", label: __("Finding"), description: __("Leave empty where all is in order. Further findings are raised afterwards.") },
				...found_fields(false),
			],
			__("Record"),
			(values, dialog) => {
				const sent = { hours_kept: Boolean(values.hours_kept), passes_worn: Boolean(values.passes_worn), note: values.note || "", found: found_of(values), client_key };
				return act(frm, "record_inspection", sent, __("Recorded"), { file: chosen(dialog, "file"), ...found_photos(dialog) });
			}
		);
	};

	const raise_finding = (frm) => {
		const client_key = frappe.utils.get_random(20);
		ask(__("Raise a Finding"), found_fields(true), __("Save"), (values, dialog) =>
			act(frm, "raise_finding", { found: found_of(values), client_key }, "", found_photos(dialog))
		);
	};

	const report = (frm) =>
		ask(
			__("Report to the Authority"),
			[{ fieldname: "reported_to", fieldtype: "Data", label: __("Authority It Is Reported To"), description: __("If empty, that of the terms. The letter gets a number of its own.") }],
			__("Report"),
			(values) => act(frm, "report", { reported_to: values.reported_to || "" })
		);

	const extend = (frm) =>
		ask(
			__("Extend the Works"),
			[
				{ fieldname: "until", fieldtype: "Date", label: __("Until"), reqd: 1, default: frm.doc.extension_asked, description: __("Once only. Papers and passes stay as they are.") },
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1, default: frm.doc.extension_asked_because },
			],
			__("Extend"),
			(values) => act(frm, "extend", values)
		);

	const result = (title, method, passed, failed, hint) => (frm) =>
		ask(
			title,
			[
				{ fieldname: "result", fieldtype: "Select", label: __("Result"), reqd: 1, options: ["", { value: "1", label: passed }, { value: "0", label: failed }] },
				note(__("Note"), { mandatory_depends_on: "eval:doc.result==='0'" }, hint),
				picture("file", __("Photo")),
			],
			__("Record"),
			(values, dialog) => act(frm, method, { passed: values.result === "1", note: values.note || "" }, __("Recorded"), { file: chosen(dialog, "file") })
		);
	const record_acceptance = result(__("Record the Acceptance"), "record_acceptance", __("Accepted", null, "Decoration Permit"), __("Not Accepted"), __("The applicant reads what is not in order."));

	decoration.print_pass = (name) => property_service.print_paper("Decoration Worker Pass", name, "Decoration Worker Pass");

	// Action of the workflow → what is asked before it happens. Actions a customer adds take the platform's own way.
	decoration.actions = {
		"Send for Review": at_once("send", __("Sent for review")),
		Approve: (frm) => ask(__("Approve"), [note(__("Remark for the Applicant"))], __("Approve"), (values) => act(frm, "approve", { note: values.note || "" })),
		Reject: with_reason(__("Reject", null, "Decoration Permit"), "reject", "reason", __("The applicant will see this.")),
		Suspend: with_reason(__("Suspend the Works"), "suspend", "reason", __("The applicant will see this.")),
		Resume: confirmed((frm) => __("Let the works of {0} go on?", [frm.doc.name]), "resume"),
		"Request Acceptance": at_once("request_acceptance"),
		"Accept Works": record_acceptance,
		"Refuse Works": record_acceptance,
	};

	// Act → [label, dialog, group].
	decoration.buttons = [
		["ask_for", __("Ask for Documents"), ask_for],
		["supply", __("Add a Document"), supply],
		["take_deposit", __("Take a Deposit"), take_deposit],
		["inspect", __("Record the Inspection"), inspect],
		["record_observation", __("Recheck After the Observation"), result(__("Recheck After the Observation"), "record_observation", __("Passed"), __("Failed"))],
		["refund", __("Refund a Deposit"), refund],
		["inspect", __("Raise a Finding"), raise_finding, __("Site")],
		["start_water_test", __("Start the Water Test"), confirmed((frm) => __("The water stands for {0} hours from now on?", [frm.doc.water_test_hours]), "start_water_test"), __("Site")],
		["finish_water_test", __("Result of the Water Test"), result(__("Result of the Water Test"), "finish_water_test", __("Passed"), __("Failed")), __("Site")],
		["stop_work", __("Stop-Work Notice"), confirmed(() => __("Make the stop-work notice? It gets a number and cannot be taken back."), "stop_work"), __("Site")],
		["report", __("Report to the Authority"), report, __("Site")],
		["deduct", __("Deduct from a Deposit"), deduct, __("Site")],
		["extend", __("Extend the Works"), extend, __("Site")],
		["make_pass", __("Make a Worker Pass"), make_pass, __("Papers")],
		["print_door_permit", __("Print the Door Permit"), (frm) => property_service.print_paper("Decoration Permit", frm.doc.name, "Decoration Door Permit"), __("Papers")],
	];
})();
