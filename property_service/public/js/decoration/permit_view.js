// What the form of a decoration permit shows above its fields: where it stands, what is next, the money, passes, findings.
frappe.provide("property_service.decoration");

(() => {
	const decoration = property_service.decoration;
	const text = (value) => frappe.utils.escape_html(String(value === null || value === undefined ? "" : value));
	const day = (value) => (value ? text(frappe.datetime.str_to_user(String(value).slice(0, 10))) : "");
	const when = (value) => (value ? text(frappe.datetime.str_to_user(value)) : "");
	const yuan = (value) => format_number(flt(value), null, 2);
	const today = () => frappe.datetime.get_today();
	const COLOURS = {
		Draft: "gray",
		"Under Review": "orange",
		Approved: "cyan",
		"In Progress": "blue",
		Suspended: "red",
		"Acceptance Requested": "orange",
		Accepted: "green",
		"Deposit Settled": "green",
		Rejected: "red",
		Expired: "gray",
	};
	const PASS_COLOURS = { Valid: "green", Revoked: "red", Expired: "gray", Returned: "gray" };
	const GRAVE = ["Serious", "Critical"];

	decoration.state_label = (state) => __(state || "", null, "Decoration Permit");

	// → [text, colour] of what is late or due, for list and form; null where nothing presses.
	decoration.pressing = (doc) => {
		const until = doc.extended_to || doc.to_date;
		if (doc.status === "Under Review" && !doc.asked_for && doc.review_by && doc.review_by < frappe.datetime.now_datetime()) return [__("Review overdue"), "red"];
		if (doc.status === "Under Review" && doc.asked_for) return [__("Waits for documents"), "yellow"];
		if (doc.status === "Approved") return [__("Waits for deposits"), "cyan"];
		if (["In Progress", "Suspended", "Acceptance Requested"].includes(doc.status) && until < today()) return [__("Days are over"), "red"];
		if (doc.status === "Accepted" && doc.settle_by && doc.settle_by < today()) return [__("Refund overdue"), "red"];
		if (doc.status === "Accepted" && doc.observation_until && doc.observation_until < today()) return [__("Observation over"), "orange"];
		return null;
	};
	decoration.indicator = (doc) => {
		const pressing = decoration.pressing(doc);
		const label = decoration.state_label(doc.status);
		return [pressing ? `${label} · ${pressing[0]}` : label, pressing ? pressing[1] : COLOURS[doc.status] || "gray", `status,=,${doc.status}`];
	};

	function steps(view) {
		const stopped = view.status === "Suspended";
		const chips = view.steps.map((step) => {
			const colour = step.current ? (stopped ? "red" : "blue") : step.done ? "green" : "gray";
			const label = step.current && stopped ? view.status_label : step.label;
			return `<span class="indicator-pill no-indicator-dot ${colour}" style="padding:3px 10px;${step.current ? "font-weight:600" : ""}">${step.done ? "✓ " : ""}${text(label)}</span>`;
		});
		return `<div class="permit-steps" style="display:flex;flex-wrap:wrap;gap:6px;margin-bottom:10px">${chips.join("")}</div>`;
	}

	function banner(colour, title, body) {
		return `<div style="border-inline-start:4px solid var(--${colour}-500);background:var(--bg-${colour});color:var(--text-on-${colour});padding:8px 12px;border-radius:6px;margin-bottom:8px">
			<b>${text(title)}</b> <span style="white-space:pre-line">${body || ""}</span></div>`;
	}

	const finding_link = (name) => `<a href="${frappe.utils.get_form_link("Inspection Finding", name)}">${text(name)}</a>`;

	function banners(frm, view) {
		const { doc } = frm;
		const found = [];
		if (view.status === "Suspended") {
			const told = [text(doc.suspended_because), doc.suspended_by ? finding_link(doc.suspended_by) : "", doc.stop_work_no ? text(doc.stop_work_no) : ""];
			const rule = doc.suspended_by ? text(__("Work goes on when it is put right and rechecked by somebody else.")) : "";
			found.push(banner("red", __("All work is stopped:"), [...told, rule].filter(Boolean).join(" · ")));
		}
		if (view.asked_for) found.push(banner("yellow", __("The applicant was asked for:"), text(view.asked_for.split("\n").map((name) => __(name)).join(", "))));
		else if (view.status === "Draft" && view.missing.length) found.push(banner("yellow", __("Still missing:"), text(view.missing.join(", "))));
		if (view.status === "Under Review" && !view.asked_for) found.push(banner("blue", __("To be answered by {0}.", [when(view.review_by)]), ""));
		if (view.status === "Approved") found.push(banner("blue", __("Work may begin once the deposits are paid."), ""));
		if (doc.extension_asked && !doc.extended_to) found.push(banner("orange", __("More days are asked for, until {0}:", [day(doc.extension_asked)]), text(doc.extension_asked_because)));
		if (["In Progress", "Acceptance Requested"].includes(view.status)) {
			const now = { "Any Work": ["green", __("Work may go on now.")], "Quiet Work": ["orange", __("Only quiet work may go on now.")], None: ["gray", __("No work may go on now.")] }[view.now];
			found.push(banner(now[0], now[1], text(hours(view))));
		}
		if (view.water_test_from && !view.water_test_result) found.push(banner("blue", __("The water stands until {0}.", [when(view.water_test_until)]), ""));
		if (view.status === "Accepted") {
			const refund = view.settle_by ? __("The deposits are given back by {0}.", [day(view.settle_by)]) : "";
			found.push(banner("green", __("Observed until {0}.", [day(view.observation_until)]), text(refund)));
		}
		return found.join("");
	}

	// "Mon-Fri" is left to the eye: equal hours of days in a row are written once.
	function hours(view) {
		const lines = (rows) => {
			const days = {};
			for (const row of rows) (days[row.label] = days[row.label] || []).push(`${row.from}-${row.to}`);
			const groups = [];
			for (const [label, spans] of Object.entries(days)) {
				const told = spans.join(", ");
				const last = groups[groups.length - 1];
				if (last && last.told === told) last.to = label;
				else groups.push({ from: label, to: label, told });
			}
			return groups.map(({ from, to, told }) => `${from === to ? from : `${from}–${to}`} ${told}`).join("; ");
		};
		const quiet = view.hours.quiet.length ? ` · ${__("Quiet work:")} ${lines(view.hours.quiet)}` : "";
		return lines(view.hours.work) + quiet;
	}

	function table(heads, rows, empty) {
		if (!rows.length) return empty ? `<p class="text-muted">${text(empty)}</p>` : "";
		return `<div style="overflow-x:auto"><table class="table table-bordered" style="margin-bottom:8px"><thead><tr>${heads
			.map(([head, right]) => `<th class="${right ? "text-right" : ""}">${text(head)}</th>`)
			.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
	}

	function passes(view) {
		const rows = view.passes.map(
			(row) => `<tr><td><a href="${frappe.utils.get_form_link("Decoration Worker Pass", row.name)}">${text(row.worker_name)}</a></td><td>${text(row.trade)}</td>
				<td><span class="indicator-pill ${PASS_COLOURS[row.status]}">${text(__(row.status, null, "Decoration Worker Pass"))}</span></td><td>${day(row.valid_to)}</td>
				<td>${row.status === "Valid" ? `<button class="btn btn-xs btn-default" data-print="${text(row.name)}">${text(__("Print"))}</button>` : ""}</td></tr>`
		);
		return table([[__("Worker")], [__("Trade")], [__("Status")], [__("Valid Until")], [""]], rows);
	}

	function findings(view) {
		const rows = view.findings.map(
			(row) => `<tr><td>${finding_link(row.name)}</td><td>${text(row.title)}</td>
				<td><span class="${GRAVE.includes(row.severity) ? "indicator-pill no-indicator-dot red" : ""}">${text(__(row.severity, null, "Inspection Finding"))}</span></td>
				<td>${text(__(row.status, null, "Inspection Finding"))}</td><td>${when(row.due_at)}</td></tr>`
		);
		return table([[__("Finding")], [__("What Was Found")], [__("Severity")], [__("Status")], [__("Due By")]], rows);
	}

	decoration.money_html = (view) => {
		const rows = view.money.deposits
			.filter((row) => flt(row.due) || row.name)
			.map((row) => {
				const receipt = row.name ? `<a href="${frappe.utils.get_form_link("Resident Deposit", row.name)}">${text(row.receipt_number)}</a>` : text(__("Not paid yet"));
				const reasons = row.reasons.length ? `<div class="small text-muted">${row.reasons.map(text).join("<br>")}</div>` : "";
				return `<tr><td>${text(row.label)}</td><td>${receipt}</td><td>${text(row.payer_name)}</td><td class="text-right">${yuan(row.due)}</td>
					<td class="text-right">${yuan(row.held)}</td><td class="text-right">${yuan(row.deducted)}${reasons}</td>
					<td class="text-right">${yuan(row.refunded)}</td><td class="text-right"><b>${yuan(row.left)}</b></td></tr>`;
			});
		const heads = [[__("Deposit")], [__("Deposit Receipt")], [__("Paid By")], [__("To Pay"), 1], [__("Received"), 1], [__("Deducted"), 1], [__("Refunded"), 1], [__("Still Held"), 1]];
		const { rubbish } = view.money;
		const charge = rubbish.charge ? `<a href="${frappe.utils.get_form_link("Fee Charge", rubbish.charge)}">${yuan(rubbish.due)}</a> (${text(__(rubbish.status, null, "Fee Charge"))})` : yuan(rubbish.due);
		const fee = __("Each pass: fee {0}, deposit {1}.", [yuan(view.money.pass_fee), yuan(view.money.pass_deposit)]);
		return `${table(heads, rows, __("The sums are fixed when the permit is approved."))}<p class="text-muted">${text(__("Rubbish removal:"))} ${charge}. ${text(fee)}</p>`;
	};

	decoration.show_facts = (frm, facts) => {
		const { view } = facts;
		frm.dashboard.parent.find(".permit-facts").remove();
		const box = $(`<div class="permit-facts" style="padding:12px 15px 4px">${steps(view)}${banners(frm, view)}${findings(view)}${passes(view)}</div>`);
		frm.dashboard.parent.append(box);
		frm.dashboard.show();
		box.on("click", "[data-print]", (event) => decoration.print_pass(event.currentTarget.dataset.print));
		frm.get_field("money_view").$wrapper.html(decoration.money_html(view));
	};
})();
