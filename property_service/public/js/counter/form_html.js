// How the form of a contact looks. Every text from the database or a person is escaped here.

(() => {
	const counter = property_service.counter;
	const text = counter.text;
	const PRIORITIES = ["Emergency", "High", "Normal", "Low"];
	const LEVELS = ["General", "Major", "Hot"];

	const options = (values, chosen, context) =>
		values
			.map((value) => `<option value="${value}" ${value === chosen ? "selected" : ""}>${text(__(value, null, context))}</option>`)
			.join("");

	counter.form_html = {
		kinds: (chosen) => `
			<div class="sc-kinds" role="group" aria-label="${__("What is the call about?")}">
				${counter.KINDS.map(
					(kind, i) => `
					<button type="button" class="btn btn-sm ${kind === chosen ? "btn-primary" : "btn-default"}" data-act="set_kind"
						data-kind="${kind}" aria-pressed="${kind === chosen}"><kbd>${i + 1}</kbd> ${text(counter.kind_label(kind))}</button>`
				).join("")}
			</div>`,

		readers: () => `<p class="sc-nothing">${__("Contacts are noted by the front desk. Promises can be kept here, and every row opens its document.")}</p>`,

		start: () => `<p class="sc-nothing">${__("What is the call about? Press {0} to {1}.", ["<kbd>1</kbd>", "<kbd>6</kbd>"])}</p>`,

		form(form, lists) {
			return `
				<form class="sc-fields" novalidate autocomplete="off">
					<div class="sc-who-fields">${this.who(form)}</div>
					<div class="sc-where-fields">${this.where(form, lists)}</div>
					${this.what(form)}
					${this.detail(form)}
					${this.promise(form)}
					<p class="sc-wrong hidden" role="alert"></p>
					<div class="sc-buttons">
						<button type="button" class="btn btn-primary" data-act="save">${__("Save")} <kbd>Ctrl+Enter</kbd></button>
						<button type="button" class="btn btn-default" data-act="park">${__("Park the Form")} <kbd>F8</kbd></button>
						<button type="button" class="btn btn-default" data-act="discard">${__("Throw Away")}</button>
					</div>
				</form>`;
		},

		field: (name, label, control, css = "") =>
			`<div class="sc-field ${css}"><label for="sc-${name}">${text(label)}</label>${control}</div>`,

		input(form, name, label, { most = 140, css = "", type = "text", hint = "" } = {}) {
			const control = `<input id="sc-${name}" class="form-control input-sm" type="${type}" data-field="${name}" maxlength="${most}"
				value="${text(form[name])}" placeholder="${text(hint)}">`;
			return this.field(name, label, control, css);
		},

		area(form, name, label, most = 1000) {
			const control = `<textarea id="sc-${name}" class="form-control input-sm" rows="2" data-field="${name}" maxlength="${most}">${text(form[name])}</textarea>`;
			return this.field(name, label, control);
		},

		choice(form, name, label, values, context, css = "") {
			const control = `<select id="sc-${name}" class="form-control input-sm" data-field="${name}">${options(values, form[name], context)}</select>`;
			return this.field(name, label, control, css);
		},

		pick(form, name, label, hint, css = "") {
			const control = `<div class="sc-pick"><input id="sc-${name}" class="form-control input-sm" type="text" data-pick="${name}" maxlength="80"
				value="${text(form[`${name}_label`])}" placeholder="${text(hint)}"><div class="sc-list"></div></div>`;
			return this.field(name, label, control, css);
		},

		channel: (form) => counter.form_html.choice(form, "channel", __("Channel"), counter.CHANNELS, "Service Contact", "sc-third"),

		who(form) {
			if (form.resident) return `<p class="sc-caller"><b>${text(form.who)}</b> ${text(form.caller_phone)}</p>`;
			if (form.is_anonymous) {
				return `<p class="sc-caller">${__("Anonymous")}
					<button type="button" class="btn btn-default btn-xs" data-act="set_anonymous" data-on="0">${__("Note a Name")}</button></p>`;
			}
			const anonymous = form.kind === "Complaint" || form.kind === "Suggestion"
				? `<button type="button" class="btn btn-default btn-xs" data-act="set_anonymous" data-on="1">${__("Anonymous")}</button>`
				: "";
			return `<div class="sc-line">${this.input(form, "caller_name", __("Caller's Name"))}
				${this.input(form, "caller_phone", __("Phone"), { most: 20, type: "tel" })}${this.channel(form)}</div>${anonymous}`;
		},

		where(form, lists) {
			const own = lists.units.some((one) => one.unit === form.unit) && !form.elsewhere;
			const rooms = own
				? `<select id="sc-unit" class="form-control input-sm" data-field="unit">
					${lists.units.map((one) => `<option value="${text(one.unit)}" ${one.unit === form.unit ? "selected" : ""}>${text(one.where)}</option>`).join("")}
					<option value="-elsewhere">${__("Another place …")}</option></select>`
				: "";
			// Beside the place where no name is to be entered
			const channel = form.resident || form.is_anonymous ? this.channel(form) : "";
			if (own) return `<div class="sc-line">${this.field("unit", __("Where It Is"), rooms)}${channel}</div>`;
			const community = lists.communities.length > 1
				? this.field(
						"community",
						__("Community"),
						`<select id="sc-community" class="form-control input-sm" data-field="community">
							<option value=""></option>
							${lists.communities.map((one) => `<option value="${text(one.name)}" ${one.name === form.community ? "selected" : ""}>${text(one.community_name)}</option>`).join("")}
						</select>`
				  )
				: "";
			const mine = lists.units.length
				? `<button type="button" class="btn btn-default btn-xs" data-act="back_to_units">${__("The Caller's Own Units")}</button>`
				: "";
			return `<div class="sc-line">${this.pick(form, "unit", __("Property Unit"), __("3-2-1203"))}
				${this.input(form, "place", __("Or Which Place"), { hint: __("Lobby, garage, gate …") })}${channel}</div>${community}${mine}`;
		},

		what(form) {
			const labels = { Repair: __("What Is Wrong"), Praise: __("Who or What Is Praised") };
			const subject = this.input(form, "subject", labels[form.kind] || __("What It Is About"));
			if (form.kind === "Repair") {
				return `${subject}<div class="sc-line">${this.pick(form, "category", __("Category"), __("Type to narrow the list"))}
					${this.choice(form, "priority", __("Priority"), PRIORITIES, "Repair Request", "sc-third")}</div>
					<div class="sc-told"></div>`;
			}
			if (counter.FELT.includes(form.kind)) {
				const level = form.kind === "Complaint" ? this.choice(form, "level", __("Level"), LEVELS, "Resident Complaint", "sc-third") : "";
				return `${subject}<div class="sc-line">${this.pick(form, "category", __("Cause"), __("Type to narrow the list"))}${level}</div>${form.kind === "Complaint" ? this.about(form) : ""}`;
			}
			return subject;
		},

		// Whoever is complained of gets to know nothing of it.
		about: (form) => `<div class="sc-line">
			${counter.form_html.pick(form, "person", __("Employee Complained Of"), __("Type to narrow the list"))}
			${counter.form_html.pick(form, "team", __("Team Complained Of"), __("Type to narrow the list"))}</div>`,

		detail(form) {
			const asked = ["Consultation", "Help"].includes(form.kind);
			const answer = asked || form.answer ? this.area(form, "answer", __("Answer Given")) : "";
			const details = asked && !form.details
				? `<details class="sc-details"><summary>${__("Details")}</summary>${this.area(form, "details", __("Details"), 2000)}</details>`
				: this.area(form, "details", __("Details"), 2000);
			return answer + details;
		},

		promise(form) {
			const on = Boolean(form.promise);
			const box = `<label class="sc-promise-box"><input type="checkbox" data-act-change="promise" ${on ? "checked" : ""}>
				${__("Promise a call back")} <kbd>F4</kbd></label>`;
			if (!on) return `<div class="sc-promise">${box}</div>`;
			const chips = counter.times_of(form).map((one) => {
				const chosen = one.id === form.promise.chip;
				return `<button type="button" class="btn btn-xs ${chosen ? "btn-primary" : "btn-default"}" data-act="promise_time"
					aria-pressed="${chosen}" data-chip="${one.id}">${text(one.label)}</button>`;
			});
			const people = (counter.defaults_of(form).people || []).filter((one) => one.value !== frappe.session.user);
			const others = people.map(
				(one) => `<option value="${text(one.value)}" ${one.value === form.promise.responsible ? "selected" : ""}>${text(one.label)}</option>`
			);
			return `<div class="sc-promise sc-on">${box}
				<div class="sc-chips" role="group" aria-label="${__("By when")}">${chips.join("")}</div>
				<label class="sr-only" for="sc-due">${__("By when")}</label>
				<input id="sc-due" class="form-control input-sm" type="datetime-local" data-promise="field" value="${text(form.promise.field)}">
				<label class="sr-only" for="sc-responsible">${__("Who Calls Back")}</label>
				<select id="sc-responsible" class="form-control input-sm" data-promise="responsible">
					<option value="">${__("I call back")}</option>${others.join("")}</select>
				<label class="sr-only" for="sc-about">${__("What Is Promised")}</label>
				<input id="sc-about" class="form-control input-sm" data-promise="about" maxlength="140" value="${text(form.promise.about)}"
					placeholder="${__("What is promised? Empty: what the call is about")}">
			</div>`;
		},

		// What the caller is told before he hangs up
		told(told) {
			const lines = [
				told.shut_off_valve && ["red", __("Shut-off valve: {0}", [told.shut_off_valve])],
				told.advice && ["orange", __("Tell the caller: {0}", [told.advice])],
				told.rework_of && ["orange", __("Rework: the same fault was repaired before, {0}.", [told.rework_of])],
				cint(told.is_warranty) && ["green", __("In warranty until {0}: free for the resident.", [frappe.datetime.str_to_user(told.warranty_until)])],
				told.refer_to && ["blue", __("Usually referred to: {0}", [told.refer_to])],
				told.respond_by && ["blue", __("Somebody comes by {0}.", [counter.when(told.respond_by)])],
			].filter(Boolean);
			const read = told.text_to_read ? `<p class="sc-read">${text(told.text_to_read)}</p>` : "";
			return read + lines.map(([tone, words]) => `<p class="sc-banner sc-${tone}">${text(words)}</p>`).join("");
		},

		done(done, view_name) {
			const rows = done.rows.map((row) => counter.html.row(row));
			return `<div class="sc-done" role="status"><h4>${__("Saved")}${view_name ? ` · ${text(view_name)}` : ""}</h4>${rows.join("")}${this.told(done.told)}
				<p class="text-muted">${__("{0} finds the next caller, {1} to {2} begin another contact of this one.", ["<kbd>/</kbd>", "<kbd>1</kbd>", "<kbd>6</kbd>"])}</p></div>`;
		},
	};
})();
