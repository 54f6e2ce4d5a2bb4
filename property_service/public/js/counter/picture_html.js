// How the search, the picture of a caller and the list of today look. Every text from the database is escaped here.

(() => {
	const counter = property_service.counter;
	const text = counter.text;
	const TONES = ["red", "orange", "blue", "green", "grey"];
	const SHOWN = 4;

	const tone_of = (one) => (TONES.includes(one.tone) ? one.tone : "grey");
	const pill = (words, tone) => `<span class="indicator-pill no-indicator-dot ${tone === "grey" ? "gray" : tone}">${text(words)}</span>`;
	const copy_button = (data) =>
		`<button type="button" class="btn btn-default btn-xs sc-copy" ${data} title="${__("Copy for WeChat")}"
			aria-label="${__("Copy for WeChat")}">${__("Copy", null, "Service Counter")}</button>`;

	counter.html = {
		frame: () => `
			<div class="sc">
				<div class="sc-find">
					<label class="sr-only" for="sc-text">${__("Find a caller")}</label>
					<input id="sc-text" class="form-control sc-text" type="search" maxlength="80"
						placeholder="${__("Who is calling? Last 4 digits, name or initials, 3-2-1203, or plate")}">
					<div class="sc-found" aria-label="${__("Found")}"></div>
				</div>
				<div class="sc-parked" role="group" aria-label="${__("Parked Forms")}" aria-live="polite"></div>
				<div class="sc-columns">
					<section class="sc-picture" tabindex="-1" aria-label="${__("The Caller")}"></section>
					<section class="sc-form" aria-label="${__("Contact")}"></section>
					<aside class="sc-side">
						<section class="sc-answers hidden" aria-label="${__("Answers", null, "Service Counter")}" aria-live="polite"></section>
						<section class="sc-today" aria-label="${__("Today", null, "Service Counter")}"></section>
					</aside>
				</div>
			</div>`,

		hit(hit) {
			if (hit.kind === "New") {
				const nobody = hit.alone ? `${__("Nobody found.")} ` : "";
				return `<span class="sc-kind">${__("New Caller")}</span> <span class="sc-ellipsis">${nobody}${__("Note a caller who is not known: {0}", [`<b>${text(hit.words)}</b>`])}</span>`;
			}
			const kinds = { Resident: __("Person"), "Property Unit": __("Property Unit"), "Resident Vehicle": __("Vehicle", null, "Service Counter") };
			return `<span class="sc-kind">${text(kinds[hit.kind] || __("Caller"))}</span>
				<b>${text(hit.title)}</b> <span class="sc-ellipsis">${text(hit.detail)}</span>
				<span class="sc-right">${text(hit.phone)}</span>`;
		},

		empty: () => `
			<div class="sc-empty">
				<h4>${__("Who is calling?")}</h4>
				<p class="text-muted">${__("Type the last four digits of the phone, a name or its initials, 3-2-1203, or a plate; Enter opens the first.")}</p>
				<p class="text-muted">${__("Nobody to look up? {0} to {1} begin a contact without a person.", ["<kbd>1</kbd>", "<kbd>6</kbd>"])}
					${__("All keys: {0}", ["<kbd>?</kbd>"])}</p>
			</div>`,

		waiting: () => `<div class="sc-empty text-muted" role="status">${__("Loading …")}</div>`,

		failed: () => `
			<div class="sc-empty" role="alert">
				<p>${__("The picture could not be loaded. The form can be filled in all the same.")}</p>
				<button type="button" class="btn btn-default btn-sm" data-act="reload">${__("Try Again")}</button>
			</div>`,

		picture(view) {
			const parts = view.parts.map((part) => this.part(part));
			return `
				${view.incidents.map((one) => this.incident(one)).join("")}
				${this.who(view)}
				<div class="sc-banners">${view.banners.map((one) => `<p class="sc-banner sc-${tone_of(one)}">${text(one.text)}</p>`).join("")}</div>
				<div class="sc-parts">${parts.join("") || this.quiet(view)}</div>`;
		},

		quiet: (view) =>
			`<p class="sc-nothing">${
				view.known
					? __("Nothing is open here. Choose what the call is about: {0} to {1}.", ["<kbd>1</kbd>", "<kbd>6</kbd>"])
					: __("This number is not known. Choose what the call is about; it can be linked to a person later.")
			}</p>`,

		incident: (one) => `
			<article class="sc-incident sc-${tone_of(one)}" role="alert" data-row data-doctype="Service Incident" data-name="${text(one.name)}">
				<header><a class="sc-link" href="${frappe.utils.get_form_link("Service Incident", one.name)}">${text(one.title)}</a>
					${one.expected_until ? `<span>${__("Expected until {0}", [text(counter.when(one.expected_until))])}</span>` : ""}
					${copy_button('data-act="copy_row"')}</header>
				<p class="sc-read">${text(one.text_to_read || __("No text to read out yet. Say that it is known and being worked on."))}</p>
			</article>`,

		who(view) {
			const name = view.name || __("Caller not known");
			const link = view.resident
				? `<a class="sc-link" href="${frappe.utils.get_form_link("Resident", view.resident)}">${text(name)}</a>`
				: text(view.unit_label || name);
			const phones = view.phones.map((one) => `<a class="sc-phone" href="tel:${encodeURIComponent(one)}">${text(one)}</a>`);
			const tags = [
				view.tier && pill(view.tier, "orange"),
				view.language && pill(view.language, "grey"),
				...view.tags.map((one) => pill(one, "grey")),
			].filter(Boolean);
			return `
				<header class="sc-who" data-row data-doctype="Resident" data-name="${text(view.resident)}">
					<h3>${link}</h3> ${phones.join(" ")} ${tags.join(" ")}
				</header>
				${view.notes ? `<p class="sc-small sc-ellipsis" title="${text(view.notes)}">${text(view.notes)}</p>` : ""}
				${this.units(view)}
				${this.people(view)}`;
		},

		units(view) {
			if (!view.units.length) return "";
			const chips = view.units.map((one) => {
				const here = one.unit === view.unit;
				return `<span class="sc-unit ${here ? "active" : ""}">
					<a class="sc-link" href="${frappe.utils.get_form_link("Property Unit", one.unit)}">${text(one.where)}</a>
					<span class="text-muted">${text(one.relation)}</span></span>`;
			});
			const pay = view.may_pay
				? `<button type="button" class="btn btn-default btn-xs" data-act="pay">${__("Payment Counter")} <kbd>P</kbd></button>`
				: "";
			return `<div class="sc-units">${chips.join("")}${pay}</div>`;
		},

		people(view) {
			if (!view.people.length) return "";
			const buttons = view.people.map(
				(one) => `<button type="button" class="btn btn-default btn-xs" data-act="choose_person" data-resident="${text(one.resident || one.name)}">
					<b>${text(one.title)}</b> ${text(one.relation || one.detail)} ${text(one.phone)}</button>`
			);
			return `<div class="sc-people"><span class="text-muted">${__("Who is calling?")}</span> ${buttons.join(" ")}</div>`;
		},

		part(part) {
			const rows = part.rows.slice(0, SHOWN).map((row) => this.row(row));
			const rest = part.rows.slice(SHOWN).map((row) => this.row(row));
			const { arrears } = part.figures;
			const figure = arrears ? `<b class="sc-right sc-red">${__("{0} yuan overdue", [format_number(arrears, null, 2)])}</b>` : "";
			const more = part.more ? `<p class="sc-more text-muted">${__("{0} more are left out.", [cint(part.more)])}</p>` : "";
			const folded = rest.length
				? `<details><summary>${__("{0} more", [rest.length + cint(part.more)])}</summary>${rest.join("")}${more}</details>`
				: more;
			return `
				<section class="sc-part" data-part="${text(part.key)}" aria-label="${text(part.title)}">
					<h5>${text(part.title)} ${figure}</h5>
					${rows.join("") || `<p class="sc-nothing">${__("Nothing here.")}</p>`}${folded}
				</section>`;
		},

		// with_time: where the status does not say until when
		row(row, with_time = false) {
			const time = with_time && row.due_at ? `<time>${text(counter.when(row.due_at))}</time>` : "";
			const words = `<b>${text(row.text)}</b> <span>${text(row.detail)}</span>`;
			const link = row.doctype && row.name ? frappe.utils.get_form_link(row.doctype, row.name) : "";
			const title = [row.text, row.detail, row.status].filter(Boolean).join(" · ");
			const keep = row.doctype === counter.PROMISE && row.may_keep
				? `<button type="button" class="btn btn-primary btn-xs" data-act="begin_keep">${__("Keep", null, "Callback Promise")}</button>`
				: "";
			return `
				<div class="sc-row sc-${tone_of(row)}" data-row data-doctype="${text(row.doctype)}" data-name="${text(row.name)}">
					${link ? `<a class="sc-link sc-words" href="${text(link)}" title="${text(title)}">${words}</a>` : `<span class="sc-words" title="${text(title)}">${words}</span>`}
					${time}
					${row.status ? pill(row.status, tone_of(row)) : ""}
					${keep}${link ? copy_button('data-act="copy_row"') : ""}
				</div>`;
		},

		keep_form: (name) => `
			<form class="sc-keep" data-name="${text(name)}">
				<input class="form-control input-sm sc-keep-answer" maxlength="1000" required aria-label="${__("What was answered")}"
					placeholder="${__("What was answered? Enter keeps the promise, Esc leaves it.")}">
			</form>`,

		today(parts, failed) {
			const head = `<h5 class="sc-side-head">${__("Today", null, "Service Counter")} <kbd>T</kbd>
				<button type="button" class="btn btn-default btn-xs sc-right" data-act="refresh_today">${__("Refresh")}</button></h5>`;
			if (!parts) {
				return `${head}<p class="sc-nothing">${failed ? __("The list could not be refreshed. It is tried again each minute.") : __("Loading …")}</p>`;
			}
			const lists = parts
				.filter((part) => part.rows.length || cint(part.count))
				.map((part) => {
					const left = cint(part.count) - part.rows.length;
					return `<section class="sc-part" data-part="${text(part.key)}" aria-label="${text(part.title)}">
						<h5>${text(part.title)} <span><b>${cint(part.count) || part.rows.length}</b></span></h5>
						${part.rows.map((row) => this.row(row, row.doctype === "Repair Request")).join("")}
						${left > 0 ? `<p class="sc-more text-muted">${__("{0} more are left out.", [left])}</p>` : ""}
					</section>`;
				});
			const stale = failed ? `<p class="sc-nothing">${__("The list could not be refreshed. It is tried again each minute.")}</p>` : "";
			return head + stale + (lists.join("") || `<p class="sc-nothing">${__("Nothing is due today. Promises, visits and overdue jobs appear here.")}</p>`);
		},

		answers(found, at, words) {
			const head = `<h5 class="sc-side-head">${__("Answers", null, "Service Counter")} <kbd>Alt+A</kbd></h5>`;
			const gap = `<button type="button" class="btn btn-default btn-xs" data-act="report_gap">${__("No Answer Fits")} <kbd>Alt+G</kbd></button>`;
			if (!found.length) {
				return `${head}<p class="sc-nothing">${__("No answer is on file for {0}.", [`<b>${text(words)}</b>`])}</p>${gap}`;
			}
			const articles = found.map(
				(one, i) => `
				<article class="sc-answer ${i === at ? "active" : ""}">
					<button type="button" class="sc-answer-take" data-act="take_answer" data-at="${i}" aria-pressed="${i === at}">${text(one.title)}</button>
					${one.name ? `<a class="sc-small" href="${frappe.utils.get_form_link("Knowledge Article", one.name)}">${__("Open")}</a>` : ""}
					<p>${text(one.words)}</p>
					${one.party ? `<p class="sc-small">${__("Responsible: {0}", [text(one.party)])}</p>` : ""}
					${one.whom ? `<p class="sc-small">${__("Call: {0}", [text(one.whom)])}</p>` : ""}
				</article>`
			);
			return head + articles.join("") + gap;
		},
	};

	counter.show_keys = () => {
		const keys = [
			["/ , F2", __("Find a caller")],
			["1 … 6", counter.KINDS.map((kind) => counter.kind_label(kind)).join(", ")],
			["Ctrl+Enter", __("Save contact, job and promise")],
			["F4", __("Promise a call back, or not")],
			["F8", __("Park the form for the next call")],
			["F9", __("Take the latest parked form back")],
			["Alt+A", __("Take the marked answer into the form")],
			["Alt+N", __("Mark the next answer")],
			["Alt+G", __("Report that no answer fits")],
			["R / T", __("Rows of the picture / of today; arrows move, Enter opens")],
			["K", __("Keep the marked promise, or the first one")],
			["C", __("Copy the marked row for WeChat, or the incident")],
			["P", __("Payment Counter")],
			["Esc", __("Leave the field; then back to the search")],
			["?", __("Keys of This Page")],
		];
		const lines = keys.map(([key, act]) => `<tr><td><kbd>${text(key)}</kbd></td><td>${text(act)}</td></tr>`).join("");
		frappe.msgprint({ title: __("Keys of This Page"), message: `<table class="sc-keys">${lines}</table>` });
	};
})();
