// What the form of a complaint shows above its fields: where it stands, what is promised, its group, its log.
frappe.provide("property_service.complaints");

(() => {
	const complaints = property_service.complaints;
	const text = (value) => frappe.utils.escape_html(String(value === null || value === undefined ? "" : value));
	const when = (value) => (value ? text(frappe.datetime.str_to_user(value).replace(/:\d\d$/, "")) : "");
	const now = () => frappe.datetime.now_datetime();
	const word = (value) => __(value || "", null, "Resident Complaint");
	const COLOURS = {
		Received: "orange",
		Assigned: "blue",
		Investigating: "blue",
		Resolved: "cyan",
		"Awaiting Visit": "cyan",
		Closed: "green",
		Reopened: "red",
		Withdrawn: "gray",
	};
	const IN_HAND = ["Received", "Assigned", "Investigating", "Reopened"];
	const STEP_COLOURS = { Reopened: "red", Withdrawn: "gray", Resolved: "green", Closed: "green", Note: "gray" };

	complaints.state_label = word;
	complaints.in_hand = (doc) => IN_HAND.includes(doc.status);

	// → [text, colour] of what is late, for list and form; null where nothing presses.
	complaints.pressing = (doc) => {
		if (!IN_HAND.includes(doc.status)) return null;
		if (doc.solve_due && doc.solve_due < now()) return [__("Solution overdue"), "red"];
		if (!doc.first_answered_at && doc.first_answer_due && doc.first_answer_due < now()) return [__("Answer overdue"), "red"];
		if (doc.interim_due && doc.interim_due < now()) return [__("Reply overdue"), "orange"];
		return null;
	};
	complaints.indicator = (doc) => {
		const pressing = complaints.pressing(doc);
		const label = word(doc.status);
		return [pressing ? `${label} · ${pressing[0]}` : label, pressing ? pressing[1] : COLOURS[doc.status] || "gray", `status,=,${doc.status}`];
	};

	function banner(colour, title, body) {
		return `<div style="border-inline-start:4px solid var(--${colour}-500);background:var(--bg-${colour});color:var(--text-on-${colour});padding:8px 12px;border-radius:6px;margin-bottom:8px">
			<b>${text(title)}</b> <span style="white-space:pre-line">${body || ""}</span></div>`;
	}

	const link = (name) => `<a href="${frappe.utils.get_form_link("Resident Complaint", name)}">${text(name)}</a>`;

	function way(frm, facts) {
		if (["Withdrawn"].includes(frm.doc.status)) return "";
		const chips = facts.way.map((step) => {
			const open_again = step.current && frm.doc.status === "Reopened";
			const colour = open_again ? "red" : step.current ? "blue" : step.done ? "green" : "gray";
			const label = open_again ? word("Reopened") : step.label;
			return `<span class="indicator-pill no-indicator-dot ${colour}" style="padding:3px 10px;${step.current ? "font-weight:600" : ""}">${step.done ? "✓ " : ""}${text(label)}</span>`;
		});
		return `<div class="complaint-way" style="display:flex;flex-wrap:wrap;gap:6px;margin-bottom:10px">${chips.join("")}</div>`;
	}

	function banners(frm, facts) {
		const { doc } = frm;
		const found = [];
		const pressing = complaints.pressing(doc);
		const due = [];
		if (IN_HAND.includes(doc.status)) {
			if (!doc.first_answered_at && doc.first_answer_due) due.push(__("First answer by {0}", [when(doc.first_answer_due)]));
			if (doc.first_answered_at && doc.interim_due) due.push(__("Next reply by {0}", [when(doc.interim_due)]));
			if (doc.solve_due) due.push(__("Solved by {0}", [when(doc.solve_due)]));
		}
		if (due.length) found.push(banner(pressing ? pressing[1] : "blue", pressing ? `${pressing[0]}:` : __("Promised:"), due.join(" · ")));
		if (!doc.assigned_to && IN_HAND.includes(doc.status)) found.push(banner("orange", __("Nobody handles it yet."), ""));
		if (doc.is_anonymous) found.push(banner("yellow", __("Anonymous:"), text(__("nobody is stored; the place is looked at instead of a call."))));
		if (facts.first) found.push(banner("purple", __("Resolved together with"), `${link(facts.first.name)} ${text(facts.first.subject)}`));
		if (facts.members.length) found.push(banner("purple", __("{0} have joined it:", [facts.members.length]), facts.members.map((row) => `${link(row.name)} ${text(row.contact_name || "")}`).join(" · ")));
		if (doc.dispute_key) {
			const other = facts.other_side.map((row) => `${link(row.name)} (${text(row.status_label)})`).join(" · ");
			found.push(banner("yellow", __("Matter between neighbours: neither side is told what the other has said."), other ? `${text(__("The other side complained too:"))} ${other}` : ""));
		}
		if (doc.reopened_count && doc.status !== "Closed") found.push(banner("red", __("Opened again {0}×.", [doc.reopened_count]), ""));
		return found.join("");
	}

	function log(facts) {
		const rows = facts.steps.map(
			(row) => `<li style="border-inline-start:2px solid var(--border-color);padding:0 0 10px 14px;list-style:none">
				<span class="indicator-pill no-indicator-dot ${STEP_COLOURS[row.kind] || "blue"}">${text(row.label)}</span>
				<span class="text-muted small">${when(row.at)}${row.by ? ` · ${text(row.by)}` : ""}${row.told ? ` · ${text(__("told to the complainant"))}` : ""}</span>
				${row.text ? `<div style="white-space:pre-line;margin-top:2px">${text(row.text)}</div>` : ""}</li>`
		);
		return `<ul class="complaint-log" style="margin:10px 0 0;padding:0">${rows.join("")}</ul>`;
	}

	complaints.show_facts = (frm, facts) => {
		frm.dashboard.parent.find(".complaint-facts").remove();
		const box = $(`<div class="complaint-facts" style="padding:12px 15px 4px">${way(frm, facts)}${banners(frm, facts)}${log(facts)}</div>`);
		frm.dashboard.parent.append(box);
		frm.dashboard.show();
	};
})();
