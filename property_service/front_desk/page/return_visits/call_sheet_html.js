// How the call sheet looks. Every text from the database is escaped here.

const CallSheetHtml = {
	text: (value) => frappe.utils.escape_html(String(value ?? "")),

	// Site time as people say it: the hour alone for today
	when(value) {
		if (!value) return "";
		const at = frappe.datetime.convert_to_user_tz(value, false);
		const now = frappe.datetime.convert_to_user_tz(frappe.datetime.now_datetime(), false);
		const day = at.format(frappe.datetime.get_user_date_fmt().toUpperCase());
		return at.isSame(now, "day") ? at.format("HH:mm") : `${day} ${at.format("HH:mm")}`;
	},

	frame: () => `
		<div class="rv">
			<div class="rv-counts" aria-live="polite"></div>
			<div class="rv-columns">
				<nav class="rv-list" aria-label="${__("Households to Call")}"></nav>
				<section class="rv-sheet" aria-label="${__("Call Sheet")}"></section>
			</div>
		</div>`,

	counts(due) {
		const { households, overdue, waiting, on_site, done_today } = due.counts;
		const parts = [
			[households, __("Households"), ""],
			[overdue, __("Overdue"), overdue ? "red" : ""],
			[on_site, __("On-site Rechecks"), ""],
			[waiting, __("Waiting for the Next Attempt"), ""],
			[done_today, __("Done by You Today"), "green"],
		];
		const shown = parts.map(
			([count, label, color]) =>
				`<span class="rv-count ${color && `rv-${color}`}"><b>${cint(count)}</b> ${this.text(label)}</span>`
		);
		if (due.left_off) shown.push(`<span class="rv-count rv-red">${__("Only the most urgent are shown.")}</span>`);
		return shown.join("");
	},

	list(households, at, due) {
		let heading = null;
		return households
			.map((one, i) => {
				const group = this.group_of(one, due);
				const title = group === heading ? "" : `<h6 class="rv-heading">${this.text(group)}</h6>`;
				heading = group;
				return title + this.item(one, i, i === at);
			})
			.join("");
	},

	group_of(household, due) {
		if (household.waiting_until) return __("Tried, Waiting");
		if (household.overdue) return __("Overdue");
		const today = frappe.datetime.get_today();
		return String(household.due_at).slice(0, 10) <= today ? __("Today") : __("Coming Days");
	},

	item(household, at, active) {
		const count = household.visits.length;
		const topics = [...new Set(household.visits.map((one) => one.topic || one.visit_kind))];
		const about = topics.map((topic) => __(topic)).join(", ");
		const place = household.unit_label || (household.on_site_recheck ? __("On-site Recheck") : household.community_name);
		const when = household.waiting_until
			? this.when(household.waiting_until)
			: household.overdue
			? frappe.datetime.prettyDate(household.due_at)
			: this.when(household.due_at);
		return `
			<button type="button" class="rv-item ${active ? "active" : ""}" data-act="pick" data-at="${at}">
				<span class="rv-line">
					<b>${this.text(place)}</b>
					<span>${this.text(household.contact_name)}</span>
					${count > 1 ? `<span class="rv-badge">${__("{0} visits", [count])}</span>` : ""}
				</span>
				<span class="rv-line rv-small">
					<span class="rv-ellipsis">${this.text(about)}</span>
					<span class="${household.overdue && !household.waiting_until ? "rv-red" : ""}">${this.text(when)}</span>
				</span>
			</button>`;
	},

	sheet(sheet, household, calls, channel) {
		const first = sheet.visits.find((one) => one.contact_phone) || sheet.visits[0];
		const on_site = sheet.visits.every((one) => one.on_site_recheck);
		return `
			<header class="rv-head">
				<button type="button" class="btn btn-default btn-sm rv-back" data-act="back">${__("Back to the List")}</button>
				<div class="rv-who">
					<h3>${this.text(first.contact_name || (on_site ? __("On-site Recheck") : __("Nobody named")))}</h3>
					<span>${this.text([household.community_name, household.unit_label].filter(Boolean).join(" · "))}</span>
				</div>
				${on_site ? "" : this.phones(sheet.visits)}
				<button type="button" class="btn btn-default btn-sm" data-act="to_counter">${__("Service Counter")}</button>
			</header>
			${on_site ? "" : this.reach(channel)}
			${on_site ? "" : this.quiet(calls)}
			${on_site ? "" : `<p class="rv-say">${this.text(sheet.opening)}</p>`}
			${sheet.visits.map((visit) => this.visit(visit)).join("")}
			${on_site ? "" : `<p class="rv-say">${this.text(sheet.closing)}</p>`}
			${this.history(sheet.history)}`;
	},

	phones(visits) {
		const seen = new Map();
		for (const one of visits) if (one.contact_phone) seen.set(one.contact_phone, one.contact_name);
		if (!seen.size) return `<span class="rv-red">${__("No phone number is known. Look it up, or visit in person.")}</span>`;
		return [...seen]
			.map(([phone, name]) => {
				const number = this.text(phone);
				const who = seen.size > 1 ? `<small>${this.text(name)}</small> ` : "";
				return `<a class="btn btn-primary rv-phone" href="tel:${encodeURIComponent(phone)}">${who}${number}</a>`;
			})
			.join(" ");
	},

	quiet(calls) {
		if (!calls || calls.allowed) return "";
		return `<p class="rv-notice">${__("Residents are not called at this hour. The next call may be made at {0}.", [
			`<b>${this.text(calls.next_at)}</b>`,
		])}</p>`;
	},

	visit(visit) {
		const context = visit.context || {};
		const name = this.text(visit.name);
		const title = context.title || [__(visit.visit_kind, null, "Return Visit"), visit.topic && __(visit.topic)].filter(Boolean).join(" · ");
		const url = visit.reference_name && frappe.utils.get_form_link(visit.reference_doctype, visit.reference_name);
		const tags = [
			visit.overdue && `<span class="indicator-pill red">${__("Overdue")}</span>`,
			visit.on_site_recheck && `<span class="indicator-pill blue">${__("On-site Recheck")}</span>`,
			visit.reason !== "Rule" && `<span class="indicator-pill orange">${this.text(__(visit.reason))}</span>`,
			visit.supervisor_only && `<span class="indicator-pill purple">${__("Supervisor Only")}</span>`,
			visit.assigned_to && `<span class="indicator-pill blue">${this.text(frappe.user.full_name(visit.assigned_to))}</span>`,
		].filter(Boolean);
		return `
			<article class="rv-visit" data-visit="${name}">
				<h4>
					${url ? `<a href="${this.text(url)}">${this.text(title)}</a>` : this.text(title)}
					${tags.join(" ")}
					<a class="rv-small rv-right" href="${frappe.utils.get_form_link("Return Visit", visit.name)}">${name}</a>
				</h4>
				${this.lines("rv-done", [!visit.unit && visit.place, ...(context.lines || [])].filter(Boolean))}
				${this.attempts(visit.attempts)}
				<ol class="rv-script">${visit.script.map((line) => `<li>${this.text(line)}</li>`).join("")}</ol>
				${visit.why_not ? this.why_not(visit) : this.answers(visit)}
			</article>`;
	},

	lines(css, lines) {
		return lines && lines.length
			? `<ul class="${css}">${lines.map((line) => `<li>${this.text(line)}</li>`).join("")}</ul>`
			: "";
	},

	attempts(attempts) {
		const lines = attempts.map((one) => {
			const reached = one.reached ? __("Reached") : __("Not Reached");
			const who = one.visitor_name || one.visitor;
			return [this.when(one.attempted_at), __(one.channel), reached, who, one.note].filter(Boolean).join(" · ");
		});
		return this.lines("rv-small rv-done", lines);
	},

	why_not(visit) {
		return `<p class="rv-notice">${this.text(visit.why_not)}</p>${this.give(visit)}`;
	},

	give(visit) {
		if (!frappe.user.has_role(["Property Team Leader", "Property Manager"])) return "";
		return `<button type="button" class="btn btn-default btn-xs rv-give" data-act="give"
			data-visit="${this.text(visit.name)}">${__("Give to Somebody Else")}</button>`;
	},

	answers(visit) {
		const name = this.text(visit.name);
		const button = (key, label, css, data) =>
			`<button type="button" class="btn ${css}" data-act="result" data-visit="${name}" data-key="${key}" ${data}>
				<kbd>${key}</kbd> ${this.text(label)}</button>`;
		const result = (key, value, css) => button(key, __(value), css, `data-result="${value}"`);
		const buttons = visit.on_site_recheck
			? [
					button(1, __("In Order"), "btn-success", `data-result="Satisfied"`),
					button(2, __("Not in Order"), "btn-danger", `data-result="Dissatisfied" data-reason="Not Fixed"`),
			  ]
			: CALL_RESULTS.map((value, i) =>
					result(i + 1, value, ["btn-success", "btn-default", "btn-danger", "btn-default"][i])
			  );
		const reasons = CALL_REASONS.map(
			(reason) => `
			<button type="button" class="btn btn-default btn-sm" data-act="result" data-visit="${name}"
				data-result="Dissatisfied" data-reason="${reason}">${this.text(__(reason))}</button>`
		);
		return `
			<div class="rv-answer">
				<input class="form-control rv-remark" data-visit="${name}" maxlength="1000"
					placeholder="${__("Remark, in the resident's words (R)")}" aria-label="${__("Remark")}">
				${this.give(visit)}
			</div>
			<div class="rv-results">${buttons.join("")}</div>
			<div class="rv-reasons hidden"><b>${__("Why dissatisfied?")}</b> ${reasons.join("")}</div>`;
	},

	reach(channel) {
		const channels = CALL_CHANNELS.map(
			(one) => `
			<button type="button" class="btn btn-default btn-sm rv-channel" data-act="set_channel" data-channel="${one}"
				aria-pressed="${one === channel}">${this.text(__(one))}</button>`
		);
		return `
			<div class="rv-reach">
				<span class="btn-group" role="group" aria-label="${__("Channel")}">${channels.join("")}</span>
				<button type="button" class="btn btn-warning" data-act="not_reached"><kbd>N</kbd> ${__("Not Reached")}</button>
				<button type="button" class="btn btn-default" data-act="later">${__("Reached, Call Again Later")}</button>
			</div>`;
	},

	why_no_attempt(sheet) {
		return sheet.visits.some((one) => one.tried_now)
			? __("Already tried in this half of the day. Try again in the next one.")
			: __("There are no visits here for you to make.");
	},

	history(rows) {
		if (!rows.length) return "";
		const lines = rows.map((row) => {
			const parts = [
				this.when(row.visited_at || row.due_at),
				row.topic ? __(row.topic) : __(row.visit_kind, null, "Return Visit"),
				__(row.result || row.status),
				row.dissatisfied_reason && __(row.dissatisfied_reason),
				row.remark,
			];
			return parts.filter(Boolean).join(" · ");
		});
		return `<details class="rv-history"><summary>${__("Earlier Visits")} (${rows.length})</summary>${this.lines(
			"rv-small",
			lines
		)}</details>`;
	},

	empty(due, days) {
		const today = due.counts.done_today ? __("All of today's visits are done.") : __("No visits are due today.");
		return `
			<div class="rv-empty">
				<h3>${days ? __("No visits are due in the next few days.") : today}</h3>
				<p>${__("Visits appear here when a job is finished and its category requires one.")}</p>
				${days ? "" : `<button type="button" class="btn btn-primary" data-act="show_more">${__("Show the Next 7 Days")}</button>`}
				<a class="btn btn-default" href="${frappe.utils.generate_route({ type: "report", name: "Return Visit Results", is_query_report: true })}">
					${__("Results by Month")}</a>
			</div>`;
	},

	print_page(due) {
		const rows = due.households.map((one) => {
			const visits = one.visits.map((visit) =>
				[visit.name, __(visit.visit_kind, null, "Return Visit"), visit.topic && __(visit.topic), visit.reference_name].filter(Boolean).join(" · ")
			);
			const results = one.on_site_recheck ? ["In Order", "Not in Order"] : CALL_RESULTS;
			const boxes = results.map((result) => `☐ ${this.text(__(result))}`).join("&emsp;");
			return `<tr><td>${this.text(one.unit_label || one.community_name)}</td><td>${this.text(one.contact_name)}<br>${this.text(
				one.contact_phone
			)}</td><td>${visits.map((line) => this.text(line)).join("<br>")}</td><td>${this.text(
				this.when(one.due_at)
			)}</td><td>${boxes}<br><br>${__("Remark")}: ____________________</td></tr>`;
		});
		const heads = [__("Property Unit"), __("Contact"), __("Visits"), __("Due At"), __("Result")];
		return `<!doctype html><html lang="${this.text(frappe.boot.lang)}"><head><meta charset="utf-8">
			<title>${__("Call Sheet")} ${this.text(due.day)}</title><style>body{font:12px sans-serif}
			table{border-collapse:collapse;width:100%}td,th{border:1px solid #888;padding:4px;text-align:left;vertical-align:top}
			tr{break-inside:avoid}</style></head><body><h2>${__("Call Sheet")} ${this.text(due.day)}</h2>
			<table><thead><tr>${heads.map((head) => `<th>${this.text(head)}</th>`).join("")}</tr></thead>
			<tbody>${rows.join("")}</tbody></table></body></html>`;
	},
};
