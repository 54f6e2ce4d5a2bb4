// The service counter: who is calling, what is open there, and one form for whatever the call is about.

frappe.pages["service-counter"].on_page_load = (wrapper) => {
	wrapper.service_counter = new ServiceCounter(wrapper);
};

frappe.pages["service-counter"].on_page_show = (wrapper) => {
	wrapper.service_counter.show();
};

{% include "property_service/public/js/counter/base.js" %}
{% include "property_service/public/js/counter/pick.js" %}
{% include "property_service/public/js/counter/parked.js" %}
{% include "property_service/public/js/counter/picture_html.js" %}
{% include "property_service/public/js/counter/picture_view.js" %}
{% include "property_service/public/js/counter/form_html.js" %}
{% include "property_service/public/js/counter/order.js" %}
{% include "property_service/public/js/counter/form.js" %}
{% include "property_service/public/js/counter/today.js" %}
{% include "property_service/public/js/counter/answers.js" %}
{% include "property_service/public/js/counter/acts.js" %}
{% include "property_service/public/js/counter/keys.js" %}

class ServiceCounter {
	constructor(wrapper) {
		this.wrapper = wrapper;
		this.desk = property_service.counter;
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Service Counter"), single_column: true });
		this.masters = { communities: [], repairs: [], felt: [] };
		this.view = null;
		this.kept = [];
		this.half_kept = {};
		this.may_record = frappe.model.can_create("Service Contact");
		this.$body = $(this.desk.html.frame()).appendTo(this.page.main);
		for (const part of ["text", "found", "parked", "picture", "form", "answers", "today"]) {
			this[`$${part}`] = this.$body.find(`.sc-${part}`).first();
		}
		this.page.add_menu_item(__("Keys of This Page"), () => this.desk.show_keys());
		this.page.add_menu_item(__("All Contacts"), () => frappe.set_route("List", "Service Contact"));
		this.page.add_menu_item(__("All Promises"), () => frappe.set_route("List", "Callback Promise"));
		this.page.add_menu_item(__("Return Visits"), () => frappe.set_route("return-visits"));
		this.form = new this.desk.ContactForm(this.$form, this.form_page());
		this.answers = new this.desk.Answers(this.$answers, (article) => this.take_answer(article));
		this.today = new this.desk.Today(this.$today);
		this.search = new this.desk.Pick(this.$text, this.$found, {
			find: (words) => this.find(words),
			draw: (hit) => this.desk.html.hit(hit),
			choose: (hit) => this.choose(hit),
			shortest: 2,
			opens_empty: false,
		});
		this.$picture.html(this.desk.html.empty());
		this.listen();
		this.load_masters();
		this.take_up_draft();
	}

	form_page() {
		return {
			may_record: () => this.may_record,
			units: () => (this.is_of_the_form() ? this.view.units : []),
			communities: () => this.masters.communities,
			repair_categories: () => this.masters.repairs,
			felt_categories: () => this.masters.felt,
			on_subject: (form) => this.answers && this.answers.ask(form),
			on_category: () => {},
			on_saved: (answer, form) => this.saved(answer, form),
		};
	}

	// Whether the picture shows whom the form is about
	is_of_the_form() {
		const form = this.form && this.form.form;
		return Boolean(this.view && form && form.asked && this.desk.key_of(form.asked) === this.view.asked_key);
	}

	listen() {
		this.$body.on("click", "[data-act]", (event) => {
			const button = event.currentTarget;
			event.preventDefault();
			this[button.dataset.act]($(button), button.dataset);
		});
		this.$body.on("submit", ".sc-keep", (event) => {
			event.preventDefault();
			this.keep($(event.currentTarget));
		});
		this.$body.on("input", ".sc-keep-answer", (event) => {
			this.half_kept[$(event.target).closest(".sc-keep").attr("data-name")] = event.target.value;
		});
		$(this.wrapper).on("hide", () => this.hide());
		$(window).on("storage.service_counter", (event) => {
			if (this.desk.parked.is_ours(event.originalEvent)) this.draw_parked();
		});
		this.desk.listen_to_keys(this);
		this.draw_parked();
	}

	show() {
		this.shown = true;
		this.today.start();
		const options = frappe.route_options || {};
		frappe.route_options = null;
		const phone = options.phone || frappe.utils.get_url_arg("phone");
		if (phone && (options.phone || phone !== this.shown_phone)) {
			this.shown_phone = phone;
			this.call_comes_in(phone);
		} else if (options.resident || options.unit) {
			this.open({ resident: options.resident, unit: options.unit }, null);
		} else if (!this.form.form) {
			this.$text.trigger("focus");
		}
	}

	hide() {
		this.shown = false;
		this.today.stop();
	}

	async load_masters() {
		const list = (doctype, fields, filters, order_by) =>
			frappe.model.can_read(doctype) ? frappe.db.get_list(doctype, { fields, filters, order_by, limit: 500 }).catch(() => []) : [];
		const [communities, repairs, felt] = await Promise.all([
			list("Community", ["name", "community_name"], {}, "community_name asc"),
			list(
				"Repair Category",
				["name", "category_name", "parent_category", "default_priority", "is_emergency", "advice", "refer_to"],
				{ is_group: 0, is_active: 1 },
				"sort_order asc, name asc"
			),
			list("Complaint Category", ["name", "category_name", "kind", "default_level"], { enabled: 1 }, "category_name asc"),
		]);
		const listed = (row, detail) => {
			const label = __(row.category_name);
			return { ...row, label, detail, search: `${label} ${detail} ${row.category_name}`.toLowerCase() };
		};
		this.masters = {
			communities,
			repairs: repairs.map((row) => listed(row, row.parent_category ? __(row.parent_category) : "")),
			felt: felt.map((row) => listed(row, "")),
		};
		// A form that was begun before they came asks for the community only where there are several.
		const { form } = this.form;
		if (!form) return;
		if (this.desk.key_of(form.asked) === this.desk.key_of(this.asked)) this.form.complete(this.caller());
		else this.form.complete(this.only_community());
	}

	// Finding

	async find(words) {
		const found = await this.desk.read("find", { text: words });
		return found && [...found.hits, { kind: "New", words, alone: !found.hits.length, hint: found.hint }];
	}

	choose(hit) {
		if (hit.kind === "New") return this.note_caller(hit.words);
		const { unit, resident, phone, community } = hit;
		if (hit.kind === "Property Unit") return this.open({ unit: unit || hit.name, community }, hit);
		if (resident) return this.open({ resident, community }, hit);
		return this.open({ phone, unit, community }, hit);
	}

	// A softphone opens the page with the number of whoever calls.
	call_comes_in(phone) {
		this.open({ phone: this.desk.digits(phone) }, null);
	}

	note_caller(words) {
		const phone = this.desk.looks_like_phone(words);
		if (phone) return this.open({ phone: this.desk.digits(words) }, null);
		this.set_aside();
		this.clear_search();
		this.close_picture();
		const caller_name = /[0-9]/.test(words) ? "" : words;
		this.form.begin(this.desk.new_form("Consultation", { caller_name, ...this.only_community() }));
	}

	only_community() {
		const { communities } = this.masters;
		return communities.length === 1 ? { community: communities[0].name } : {};
	}

	clear_search() {
		this.search.close();
		this.$text.val("");
	}

	// The picture

	// hit: what was chosen from the search, known before the picture comes
	async open(asked, hit, keep_form = false) {
		if (!keep_form) this.set_aside();
		this.clear_search();
		this.form.done = null;
		if (!this.form.form) this.form.draw();
		const turn = (this.turn = (this.turn || 0) + 1);
		if (this.desk.key_of(asked) !== this.desk.key_of(this.asked)) this.kept = [];
		Object.assign(this, { asked, hit, view: null });
		this.$picture.html(this.desk.html.waiting());
		if (!keep_form) this.$picture.trigger("focus");
		await this.load(turn);
	}

	async load(turn) {
		const answer = await this.desk.read("picture", this.desk.asked_of(this.asked));
		if (turn !== this.turn) return;
		if (!answer) {
			this.view = null;
			this.$picture.html(this.desk.html.failed());
			return;
		}
		this.view = this.desk.view_of(answer, this.asked);
		const { people, resident } = this.view;
		// Somebody who lives alone is the one who calls, unless another name was entered.
		const named = this.form.form && this.form.form.caller_name;
		if (!resident && this.asked.unit && people.length === 1 && !named) return this.choose_person(null, people[0]);
		this.desk.add_kept(this.view, this.kept);
		this.draw_picture();
		if (this.is_of_the_form()) this.form.complete(this.caller());
		else if (people.length && !resident && this.$picture.is(":focus")) this.$picture.find(".sc-people button").first().trigger("focus");
	}

	draw_picture() {
		const keeping = this.$picture.find(".sc-keep").attr("data-name");
		this.$picture.html(this.desk.html.picture(this.view));
		if (!keeping) return;
		const $row = this.$picture.find("[data-row]").filter((i, row) => row.dataset.name === keeping);
		if ($row.length) this.begin_keep($row.find("[data-act=begin_keep]").first());
	}

	async reload() {
		const turn = (this.turn = (this.turn || 0) + 1);
		await this.load(turn);
	}

	close_picture() {
		this.turn = (this.turn || 0) + 1;
		this.view = this.asked = null;
		this.$picture.html(this.desk.html.empty());
	}

	choose_person($button, data) {
		const asked = { resident: data.resident, unit: this.view.unit, phone: this.view.asked.phone };
		const { form } = this.form;
		if (form && !form.resident) {
			Object.assign(form, { asked, resident: data.resident, caller_name: "" });
			return this.open(asked, null, true);
		}
		return this.open(asked, null);
	}

	pay() {
		const { unit } = this.view || {};
		if (!this.view || !this.view.may_pay) return;
		frappe.route_options = unit ? { unit } : {};
		frappe.set_route("fee-counter");
	}

	// The form

	// Who is calling, as far as it is known by now
	caller() {
		const { view, asked, hit } = this;
		const community = this.only_community().community || "";
		if (!asked) return { community };
		if (!view) {
			const known = hit || {};
			return {
				asked,
				resident: asked.resident || "",
				who: known.kind === "Resident" ? known.title : "",
				caller_phone: asked.phone || (asked.resident ? known.phone : ""),
				unit: asked.unit || "",
				unit_label: known.kind === "Property Unit" ? known.title : asked.unit || "",
				community: asked.community || community,
			};
		}
		return {
			asked,
			resident: view.resident,
			who: view.name,
			caller_name: view.resident ? "" : view.caller_name,
			caller_phone: view.phone,
			unit: view.unit,
			unit_label: view.unit_label,
			community: view.community || community,
		};
	}

	set_kind($button, data) {
		if (this.form.form) return this.form.set_kind(data.kind);
		this.form.begin(this.desk.new_form(data.kind, this.caller()));
	}

	set_anonymous($button, data) {
		this.form.set_anonymous(cint(data.on) === 1);
	}

	back_to_units() {
		const [first] = this.view ? this.view.units : [];
		if (first) this.form.set_unit(first.unit);
	}

	promise_time($button, data) {
		this.form.set_time(data.chip);
	}

	save() {
		this.form.save();
	}

	discard() {
		const form = this.form.form;
		if (!this.desk.is_begun(form)) return this.leave_form();
		frappe.confirm(__("Throw away what was typed?"), () => this.leave_form());
	}

	leave_form() {
		this.form.end();
		if (this.view) this.$picture.trigger("focus");
		else this.$text.trigger("focus");
	}

	async saved(answer, form) {
		const rows = this.desk.saved_rows(answer, form);
		frappe.show_alert({ message: this.desk.text(__("{0} saved.", [rows[0].name])), indicator: "green" });
		this.form.show_done({ rows, who: form.who || form.caller_name, told: answer.told || {} });
		this.draw_parked();
		this.today.refresh();
		if (!this.form.form) this.$picture.trigger("focus");
		if (this.view && this.asked) await this.reload();
	}

	// Answers

	take_answer(article) {
		if (!this.form.form) this.form.begin(this.desk.new_form("Consultation", this.caller()), false);
		this.form.take_answer(article);
	}

	report_gap() {
		this.answers.report_gap();
	}

	refresh_today() {
		this.today.refresh();
	}
}

Object.assign(ServiceCounter.prototype, property_service.counter.acts);
