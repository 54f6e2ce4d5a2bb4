// The workflow's actions on the desk: each asks what it needs and calls the endpoint that does it whole.
frappe.provide("property_service.repairs");

(() => {
	const repairs = property_service.repairs;
	const { ask } = property_service.dialogs;
	const HOLD = ["Not at Home", "Rescheduled by Customer", "Waiting for Parts", "Waiting for Contractor", "Approved by Leader", "Other"];
	const REASSIGN = ["Wrongly Dispatched", "No Skill for It", "Too Many Jobs", "Off Duty", "Other"];
	const select = (words) => words.map((word) => ({ value: word, label: __(word) }));

	repairs.send = property_service.dialogs.acts_of("property_service.repairs.api");

	const reason_act = (title, method, said, hint) => (frm) =>
		ask(
			title,
			[{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1, description: hint }],
			title,
			(values) => repairs.send(frm, method, values, said)
		);
	const at_once = (method, said) => (frm) => repairs.send(frm, method, {}, said).catch(() => {});

	// Another category has another priority, as at intake. The platform reports a change more than once; a choice made meanwhile stays.
	function propose_priority(dialog, begun_with) {
		const category = dialog.get_value("category");
		if (!category || category === (dialog.priority_of || begun_with)) return;
		dialog.priority_of = category;
		frappe.db.get_value("Repair Category", category, repairs.PRIORITY_FIELDS).then(({ message }) => {
			if (message && dialog.get_value("category") === category) dialog.set_value("priority", repairs.priority_of(message));
		});
	}

	function accept(frm) {
		ask(
			__("Accept"),
			[
				{
					fieldname: "category",
					fieldtype: "Link",
					options: "Repair Category",
					label: __("Repair Category"),
					default: frm.doc.category,
					reqd: 1,
					get_query: () => ({ filters: { is_group: 0, is_active: 1 } }),
					onchange() {
						if (this.layout) propose_priority(this.layout, frm.doc.category);
					},
				},
				{ fieldname: "priority", fieldtype: "Select", label: __("Priority"), options: select(["Emergency", "High", "Normal", "Low"]), default: frm.doc.priority },
				{
					fieldname: "team",
					fieldtype: "Link",
					options: "Work Team",
					label: __("Work Team"),
					default: frm.doc.team,
					description: __("If empty, category, place and hour decide the team."),
				},
			],
			__("Accept"),
			(values) => {
				const sent = { priority: values.priority, team: values.team || null };
				if (values.category !== frm.doc.category) sent.category = values.category;
				return repairs.send(frm, "accept", sent, __("Accepted"));
			}
		);
	}

	function refer(frm) {
		const facts = repairs.facts_of(frm);
		ask(
			__("Refer"),
			[
				{ fieldname: "to", fieldtype: "Data", label: __("Refer To (Utility, Developer …)"), reqd: 1, default: facts.refer_to },
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason") },
			],
			__("Refer"),
			(values) => repairs.send(frm, "refer", values, __("Referred. We will follow it up."))
		);
	}

	// Members of a team with what they have in hand, to choose one of. Without a choice the rules of the team decide.
	function team_fields(frm, by_rules) {
		const likely = by_rules && repairs.facts_of(frm).likely_team;
		return [
			{
				fieldname: "team",
				fieldtype: "Link",
				options: "Work Team",
				label: __("Work Team"),
				default: frm.doc.team || likely,
				get_query: () => ({ filters: { is_active: 1 } }),
				description: by_rules ? __("If empty, category, place and hour decide the team.") : "",
				onchange() {
					if (this.layout) show_load(this.layout, by_rules);
				},
			},
			{ fieldname: "load", fieldtype: "HTML", label: __("Members") },
		];
	}

	function show_load(dialog, by_rules) {
		const box = dialog.get_field("load").$wrapper;
		const team = dialog.get_value("team") || "";
		if (dialog.load_of === team) return; // the platform reports a change more than once; a choice made meanwhile stays
		dialog.load_of = team;
		dialog.picked_user = null;
		box.empty();
		if (!team) return;
		repairs.call("api.team_load", { team }, "GET").then((rows) => {
			if (dialog.load_of !== team) return;
			const text = frappe.utils.escape_html;
			const option = (user, name, told, muted) => `<label class="radio" style="display:block;margin:0;padding:6px 0;">
				<input type="radio" name="repair-member" value="${text(user)}" ${user ? "" : "checked"}>
				<b style="margin-left:6px">${text(name)}</b> <span class="${muted ? "text-muted" : ""}">${text(told)}</span></label>`;
			const members = rows
				.sort((a, b) => b.on_duty - a.on_duty || a.open_jobs - b.open_jobs)
				.map((row) => {
					const load = __("{0} of {1} open jobs", [row.open_jobs, row.cap || "∞"]);
					const late = row.late_jobs ? __(", {0} late", [row.late_jobs]) : "";
					const duty = row.on_duty ? __("On Duty") : __("Off Duty");
					return option(row.user, row.full_name, [duty, load + late, row.skills].filter(Boolean).join(" · "), !row.on_duty);
				});
			if (by_rules) members.unshift(option("", __("By the Team's Rules"), "", false));
			if (!rows.length) members.push(`<p class="text-muted">${__("No member of this team has a login.")}</p>`);
			box.html(`<div class="form-group"><div class="control-label" style="margin-bottom:4px">${__("Members")}</div>${members.join("")}</div>`);
			box.find("input").on("change", (event) => (dialog.picked_user = event.target.value || null));
		});
	}

	function dispatch(frm) {
		const likely = repairs.facts_of(frm).likely_team;
		const dialog = ask(__("Dispatch"), team_fields(frm, true), __("Dispatch"), (values) => {
			const user = dialog.picked_user || null;
			// The team the rules propose is theirs to choose again: it may have gone home meanwhile.
			const by_rules = !user && values.team === likely && !frm.doc.team;
			return repairs.send(frm, "dispatch", { team: by_rules ? null : values.team || null, user }, __("Dispatched"));
		});
		show_load(dialog, true);
	}

	function reassign(frm) {
		const fields = [
			...team_fields(frm, false),
			{ fieldname: "why", fieldtype: "Select", label: __("Reason"), options: select(REASSIGN), reqd: 1 },
			{ fieldname: "remark", fieldtype: "Data", label: __("In Your Own Words"), depends_on: "eval:doc.why=='Other'", mandatory_depends_on: "eval:doc.why=='Other'" },
		];
		const dialog = ask(__("Transfer", null, "Repair Request"), fields, __("Transfer", null, "Repair Request"), (values) => {
			if (!dialog.picked_user) {
				frappe.msgprint(__("Please choose who gets the job."));
				return false;
			}
			const reason = values.why === "Other" ? values.remark : values.why;
			return repairs.send(frm, "transfer", { user: dialog.picked_user, reason }, __("Transferred"));
		});
		show_load(dialog, false);
	}

	function hand_back(frm) {
		ask(
			__("Hand Back"),
			[
				{ fieldname: "why", fieldtype: "Select", label: __("Reason"), options: select(REASSIGN), reqd: 1 },
				{ fieldname: "remark", fieldtype: "Data", label: __("In Your Own Words"), depends_on: "eval:doc.why=='Other'", mandatory_depends_on: "eval:doc.why=='Other'" },
			],
			__("Hand Back"),
			(values) => repairs.send(frm, "hand_back", { reason: values.why === "Other" ? values.remark : values.why }, __("Handed Back"))
		);
	}

	function hold(frm) {
		const words = HOLD.filter((word) => word !== "Approved by Leader" || frappe.user.has_role(["Property Team Leader", "Property Manager"]));
		ask(
			__("Hold"),
			[
				{ fieldname: "reason", fieldtype: "Select", label: __("Why is the job on hold?"), options: select(words), reqd: 1 },
				{ fieldname: "customer", fieldtype: "Check", label: __("At the resident's request: stop the clock"), depends_on: "eval:doc.reason=='Other'" },
				{ fieldname: "remark", fieldtype: "Data", label: __("Remark"), mandatory_depends_on: "eval:['Other','Approved by Leader'].includes(doc.reason)" },
			],
			__("Hold"),
			(values) =>
				repairs.send(frm, "hold", { reason: values.reason, remark: values.remark || "", customer: Boolean(values.customer) }, __("The job is on hold."))
		);
	}

	function quote(frm) {
		const { price_from, price_to } = repairs.facts_of(frm);
		ask(
			__("Quote"),
			[
				{
					fieldname: "amount",
					fieldtype: "Currency",
					label: __("Price in Yuan"),
					reqd: 1,
					default: frm.doc.quote_amount || null,
					description: price_to ? __("Usual price: {0} to {1}", [price_from, price_to]) : "",
				},
				{ fieldname: "text", fieldtype: "Small Text", label: __("What is it for?"), reqd: 1, default: frm.doc.quote_text, description: __("The resident will see this.") },
			],
			__("Ask the Resident"),
			(values) => repairs.send(frm, "quote", values, __("The quote is with the resident."))
		);
	}

	repairs.note_consent = (frm) => {
		const amount = frm.doc.quote_amount;
		ask(
			__("Resident's Answer"),
			[
				{ fieldtype: "HTML", options: `<p>${__("Quoted: {0}", [format_currency(amount, "CNY")])}<br>${frappe.utils.escape_html(frm.doc.quote_text || "")}</p>` },
				{ fieldname: "answer", fieldtype: "Select", label: __("Answer"), reqd: 1, options: [{ value: "1", label: __("Agrees") }, { value: "0", label: __("Declines") }] },
				{ fieldname: "by", fieldtype: "Select", label: __("How"), reqd: 1, default: "Phone", options: select(["Phone", "Signature", "Code"]) },
				{ fieldname: "note", fieldtype: "Small Text", label: __("Who said it, and when?") },
			],
			__("Save the Answer"),
			(values, dialog) =>
				repairs.send(frm, "consent", { by: values.by, note: values.note || "", agreed: values.answer === "1", amount }, __("Noted")).catch(async (refused) => {
					await frm.reload_doc();
					// Another price by now: the dialog opens anew with it.
					if (frm.doc.quote_amount !== amount) dialog.hide();
					throw refused;
				})
		);
	};

	const solved = (frm) =>
		ask(
			__("Solved on the Phone"),
			[{ fieldname: "work_done", fieldtype: "Small Text", label: __("How was the caller helped?"), reqd: 1 }],
			__("Solved"),
			(values) => repairs.send(frm, "solve_on_phone", values, __("Solved on the Phone"))
		);

	const close = (frm) =>
		frappe.confirm(__("Close {0}? This is final.", [frm.doc.name]), () => repairs.send(frm, "close", {}, __("Closed")).catch(() => {}));

	// Action of the workflow → what we ask before it happens. Actions a customer adds take the platform's own way.
	repairs.actions = {
		Accept: accept,
		Reject: reason_act(__("Reject", null, "Repair Request"), "reject", __("Rejected"), __("The resident will see this.")),
		Refer: refer,
		Cancel: reason_act(__("Cancel the Request"), "cancel", __("Cancelled"), __("The resident will see this.")),
		Quote: quote,
		Dispatch: dispatch,
		Take: at_once("take", __("The job is yours.")),
		"Hand Back": hand_back,
		"Start Work": at_once("arrive", __("Arrival recorded.")),
		Hold: hold,
		Resume: at_once("resume", __("Work has resumed.")),
		Reassign: reassign,
		Finish: (frm) => repairs.finish(frm),
		"Solved on the Phone": solved,
		Reopen: reason_act(__("Reopen"), "reopen", __("Reopened", null, "Repair Request"), __("What is still not right?")),
		Close: close,
	};
	repairs.dispatch = dispatch;
	repairs.reassign = reassign;
})();
