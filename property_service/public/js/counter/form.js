// The form of a contact: what is typed is kept at once, one call saves all of it.

(() => {
	const counter = property_service.counter;
	const html = counter.form_html;
	const KEPT_AFTER = 150;

	// page: {units(), communities(), repair_categories(), felt_categories(), on_subject(form), on_saved(answer, form)}
	counter.ContactForm = class {
		constructor($box, page) {
			Object.assign(this, { $box, page, form: null, done: null });
			$box.on("input change", "[data-field]", (event) => this.typed(event.target));
			$box.on("input change", "[data-promise]", (event) => this.promise_typed(event.target));
			$box.on("change", "[data-act-change=promise]", () => this.toggle_promise());
			$box.on("submit", "form.sc-fields", (event) => event.preventDefault());
			this.draw();
		}

		begin(form, focus = true) {
			this.done = null;
			this.form = form;
			counter.draft.write(form);
			counter.load_defaults(form.community).then(() => this.draw_promise());
			this.draw();
			if (focus) this.focus_first();
			this.page.on_subject(form);
		}

		end() {
			clearTimeout(this.keeping);
			this.form = null;
			counter.draft.clear();
			this.draw();
			this.page.on_subject(null);
		}

		draw() {
			const kind = this.form ? this.form.kind : null;
			const body = this.form ? html.form(this.form, this.lists()) : this.done ? html.done(this.done, this.done.who) : html.start();
			if (!this.page.may_record()) return this.$box.html(html.readers());
			this.$box.html(html.kinds(kind) + body).toggleClass("sc-open", Boolean(this.form));
			if (this.form) this.add_picks();
		}

		// The picture came while somebody was typing already: what it knows is filled in, nothing typed is touched.
		complete(caller) {
			const { form } = this;
			if (form.place || (form.unit_label && !form.unit)) form.elsewhere = true;
			for (const name of ["who", "resident", "caller_phone", "caller_name"]) form[name] = form[name] || caller[name] || "";
			if (!form.unit && !form.elsewhere) Object.assign(form, { unit: caller.unit || "", unit_label: caller.unit_label || "" });
			form.community = form.community || caller.community || "";
			if (form.unit && form.unit === caller.unit) form.unit_label = caller.unit_label;
			counter.draft.write(form);
			counter.load_defaults(form.community).then(() => this.draw_promise());
			const parts = { ".sc-who-fields": html.who(form), ".sc-where-fields": html.where(form, this.lists()) };
			for (const [part, drawn] of Object.entries(parts)) {
				const $part = this.$box.find(part);
				if (!$part.find(":focus").length) $part.html(drawn);
			}
			this.add_picks(".sc-where-fields ");
		}

		lists() {
			return { units: this.page.units(), communities: this.page.communities() };
		}

		// The field that is still to be filled in, in the order of the form
		focus_first() {
			const { form } = this;
			const known = form.resident || form.is_anonymous || form.caller_name;
			const first = known || !this.field("caller_name").length ? "subject" : "caller_name";
			this.field(first).trigger("focus");
		}

		field(name) {
			return this.$box.find(`[data-field="${name}"], [data-pick="${name}"]`).first();
		}

		typed(input) {
			const { form } = this;
			const name = input.dataset.field;
			const value = input.value;
			if (!form || form[name] === value) return;
			if (name === "unit") return this.set_unit(value);
			form[name] = value;
			if (name === "community") this.community_changed();
			if (name === "subject") this.page.on_subject(form);
			this.right(input);
			this.keep_soon();
		}

		keep_soon() {
			clearTimeout(this.keeping);
			this.keeping = setTimeout(() => this.form && counter.draft.write(this.form), KEPT_AFTER);
		}

		changed() {
			counter.draft.write(this.form);
			this.draw();
		}

		// Where

		set_unit(unit) {
			const { form } = this;
			const found = this.page.units().find((one) => one.unit === unit);
			if (found) Object.assign(form, { unit, unit_label: found.where, community: found.community, elsewhere: false });
			else Object.assign(form, { unit: "", unit_label: "", elsewhere: true });
			this.community_changed();
			this.changed();
			this.field("unit").trigger("focus");
		}

		community_changed() {
			counter.load_defaults(this.form.community).then(() => this.draw_promise());
		}

		add_picks(inside = "") {
			const { form } = this;
			this.$box.find(`${inside}[data-pick]:not([role])`).each((i, input) => {
				const name = input.dataset.pick;
				const $list = $(input).siblings(".sc-list");
				const shared = {
					draw: (row) => `<b>${counter.text(row.label)}</b> <span class="sc-ellipsis text-muted">${counter.text(row.detail)}</span>`,
					none: () => `<div class="sc-none" role="status">${__("Nothing fits. Type less, or something else.")}</div>`,
				};
				new counter.Pick($(input), $list, { ...this.pick_of(name), ...shared });
				$(input).on("input", () => {
					Object.assign(form, { [name]: "", [`${name}_label`]: input.value });
					this.right(input);
					this.keep_soon();
				});
			});
			this.draw_told();
		}

		pick_of(name) {
			if (name === "category") return { find: (words) => this.find_category(words), choose: (row) => this.choose_category(row) };
			if (name === "unit") return { find: (words) => this.find_unit(words), choose: (row) => this.choose_unit(row), opens_empty: false, shortest: 2 };
			return { find: (words) => this.find_complained_of(name, words), choose: (row) => this.choose_complained_of(name, row) };
		}

		async find_unit(words) {
			const found = await counter.read("find", { text: words });
			return found && found.hits.filter((hit) => hit.kind === "Property Unit").map((hit) => ({ ...hit, label: hit.title }));
		}

		choose_unit(row) {
			Object.assign(this.form, { unit: row.unit || row.name, unit_label: row.title, community: row.community });
			this.community_changed();
			this.changed();
			this.field("subject").trigger("focus");
		}

		categories() {
			const { kind } = this.form;
			if (kind === "Repair") return this.page.repair_categories();
			return this.page.felt_categories().filter((one) => !one.kind || one.kind === kind);
		}

		find_category(words) {
			const wanted = words.toLowerCase().split(" ").filter(Boolean);
			return this.categories().filter((one) => wanted.every((word) => one.search.includes(word)));
		}

		choose_category(row) {
			const { form } = this;
			Object.assign(form, { category: row.name, category_label: row.label });
			if (form.kind === "Repair") form.priority = row.is_emergency ? "Emergency" : row.default_priority || "Normal";
			if (form.kind === "Complaint") form.level = row.default_level || "General";
			counter.draft.write(form);
			const $input = this.field("category").val(row.label);
			this.right($input[0]);
			for (const name of ["priority", "level"]) this.field(name).val(form[name]);
			this.draw_told();
		}

		async find_complained_of(name, words) {
			const { form } = this;
			await counter.load_complained_of(form.community);
			const listed = counter.complained_of(form)[name === "person" ? "people" : "teams"];
			const wanted = words.toLowerCase();
			return listed.filter((one) => one.label.toLowerCase().includes(wanted)).map((one) => ({ ...one, detail: "" }));
		}

		choose_complained_of(name, row) {
			Object.assign(this.form, { [name]: row.value, [`${name}_label`]: row.label });
			counter.draft.write(this.form);
			this.right(this.field(name).val(row.label)[0]);
		}

		// What the category wants the caller to be told
		draw_told() {
			const { form } = this;
			const found = form.kind === "Repair" && this.categories().find((one) => one.name === form.category);
			const lines = found
				? [found.advice && __("Tell the caller: {0}", [__(found.advice)]), found.refer_to && __("Usually referred to: {0}", [__(found.refer_to)])]
				: [];
			this.$box.find(".sc-told").html(
				lines
					.filter(Boolean)
					.map((line) => `<p class="sc-banner sc-orange">${counter.text(line)}</p>`)
					.join("")
			);
		}

		// Kind, person, answer

		set_kind(kind) {
			const { form } = this;
			if (form.kind === kind) return this.focus_first();
			const of_a_sort = (one) => (one === "Repair" ? 1 : counter.FELT.includes(one) ? 2 : 0);
			if (of_a_sort(form.kind) !== of_a_sort(kind) || form.kind === "Praise" || kind === "Praise") Object.assign(form, { category: "", category_label: "" });
			form.kind = kind;
			this.changed();
			this.focus_first();
			this.page.on_subject(form);
		}

		set_anonymous(on) {
			this.form.is_anonymous = on;
			this.changed();
			this.focus_first();
		}

		set_person(caller) {
			Object.assign(this.form, caller);
			this.changed();
		}

		take_answer(article) {
			const { form } = this;
			form.answer = [form.answer.trim(), article.words].filter(Boolean).join(String.fromCharCode(10)).slice(0, 1000);
			form.article = article.name || "";
			if (!form.subject.trim()) form.subject = article.title.slice(0, 140);
			this.changed();
			const area = this.field("answer").trigger("focus")[0];
			if (area) area.setSelectionRange(area.value.length, area.value.length);
		}

		// Promise

		toggle_promise() {
			const { form } = this;
			const [first] = counter.times_of(form);
			form.promise = form.promise ? null : { about: "", responsible: "", chip: first.id, field: first.field };
			counter.draft.write(form);
			this.draw_promise();
			if (form.promise) this.$box.find("#sc-due").trigger("focus");
			else this.field("subject").trigger("focus");
		}

		draw_promise() {
			if (!this.form) return;
			const { promise } = this.form;
			const chosen = promise && counter.times_of(this.form).find((one) => one.id === promise.chip);
			if (chosen) promise.field = chosen.field;
			const focused = this.$box.find(".sc-promise :focus").attr("id");
			this.$box.find(".sc-promise").replaceWith(html.promise(this.form));
			if (focused) this.$box.find(`#${focused}`).trigger("focus");
		}

		set_time(chip) {
			this.form.promise.chip = chip;
			this.draw_promise();
			counter.draft.write(this.form);
			this.$box.find("#sc-due").trigger("focus");
		}

		promise_typed(input) {
			const { promise } = this.form;
			if (!promise || promise[input.dataset.promise] === input.value) return;
			promise[input.dataset.promise] = input.value;
			if (input.dataset.promise === "field") promise.chip = "";
			this.right(input);
			this.keep_soon();
		}

		// Saving

		right(input) {
			$(input).removeAttr("aria-invalid aria-describedby");
			this.say("");
		}

		say(sentence) {
			this.$box.find(".sc-wrong").text(sentence).toggleClass("hidden", !sentence);
		}

		// [field, sentence] of what is missing, first things first
		missing() {
			const { form } = this;
			if (!form.resident && !form.is_anonymous && !form.caller_name.trim() && !form.caller_phone.trim()) {
				return ["caller_name", __("Enter who is calling: a name or a phone number.")];
			}
			if (form.unit_label && !form.unit) return ["unit", __("Choose the unit from the list, or clear the field and enter a place.")];
			if (!form.unit && !form.community) return ["community", __("Choose where it is: a unit, or the community.")];
			if (!form.unit && form.kind === "Repair" && !form.place.trim()) return ["place", __("Enter where it is: a unit, or a place such as the lobby.")];
			if (!form.subject.trim()) return ["subject", __("Enter what it is about.")];
			if (form.kind === "Repair" && !form.category) return ["category", __("Choose the category from the list.")];
			if (form.category_label && !form.category) return ["category", __("Choose the category from the list.")];
			if (form.kind !== "Complaint") return null;
			if (form.person_label && !form.person) return ["person", __("Choose the person from the list, or clear the field.")];
			if (form.team_label && !form.team) return ["team", __("Choose the team from the list, or clear the field.")];
			return null;
		}

		async save() {
			const { form } = this;
			if (!form || this.busy) return;
			const missing = this.missing();
			if (missing) {
				const $field = this.field(missing[0]);
				($field.length ? $field : this.field("unit")).attr("aria-invalid", "true").trigger("focus");
				return this.say(missing[1]);
			}
			this.busy = true;
			this.$box.find("[data-act=save]").prop("disabled", true);
			const answer = await counter.act("record", counter.order_of(form));
			this.busy = false;
			this.$box.find("[data-act=save]").prop("disabled", false);
			if (!answer) {
				return this.say(__("Not saved. Everything typed is still here: mend it and press Ctrl+Enter again."));
			}
			// The next call may have come while this one was being saved.
			if (this.form === form) this.end();
			else counter.parked.drop(form.key);
			this.page.on_saved(answer, form);
		}

		show_done(done) {
			if (this.form) return;
			this.done = done;
			this.draw();
		}
	};
})();
