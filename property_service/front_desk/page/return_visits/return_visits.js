// The call sheet: whom to call today on the left, one household's call on the right.

frappe.pages["return-visits"].on_page_load = (wrapper) => {
	wrapper.call_sheet = new ReturnVisitCalls(wrapper);
};

frappe.pages["return-visits"].on_page_show = (wrapper) => {
	wrapper.call_sheet.show();
};

const CALLS_API = "property_service.front_desk.api.";
const CALL_RESULTS = ["Satisfied", "Fairly Satisfied", "Dissatisfied", "Declined"];
const CALL_REASONS = ["Not Fixed", "Manner", "Lateness", "Charge", "Beyond Our Duty"];
const CALL_CHANNELS = ["Phone", "On Site", "WeChat"];

{% include "property_service/front_desk/page/return_visits/call_sheet_html.js" %}

class ReturnVisitCalls {
	constructor(wrapper) {
		this.wrapper = wrapper;
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Return Visits"), single_column: true });
		this.households = [];
		this.at = 0;
		this.draft = {};
		this.add_controls();
		this.$body = $(CallSheetHtml.frame()).appendTo(this.page.main);
		this.$list = this.$body.find(".rv-list");
		this.$sheet = this.$body.find(".rv-sheet");
		this.listen();
	}

	add_controls() {
		this.community = this.page.add_field({
			fieldname: "community",
			fieldtype: "Link",
			options: "Community",
			label: __("Community"),
			change: () => this.refresh(),
		});
		this.range = this.page.add_field({
			fieldname: "range",
			fieldtype: "Select",
			label: __("Due"),
			default: "0",
			options: [
				{ value: "0", label: __("Today and Overdue") },
				{ value: "7", label: __("Include the Next 7 Days") },
			],
			change: () => this.refresh(),
		});
		this.page.set_secondary_action(__("Refresh"), () => this.refresh());
		this.page.add_menu_item(__("Print the List"), () => this.print());
		this.page.add_menu_item(__("Results by Month"), () =>
			frappe.set_route("query-report", "Return Visit Results")
		);
		this.page.add_menu_item(__("All Return Visits"), () => frappe.set_route("List", "Return Visit"));
		this.page.add_menu_item(__("Service Counter"), () => this.to_counter());
	}

	listen() {
		this.$body.on("click", "[data-act]", (event) => {
			const button = event.currentTarget;
			this[button.dataset.act]($(button), button.dataset);
		});
		this.$body.on("input", ".rv-remark", (event) => {
			this.draft_of(event.target.dataset.visit).remark = event.target.value;
		});
		this.$body.on("focusin", ".rv-visit", (event) => this.activate(event.currentTarget.dataset.visit));
		$(document).on("keydown.return_visits", (event) => this.on_key(event));
	}

	show() {
		const options = frappe.route_options || {};
		frappe.route_options = null;
		this.wanted = options.visit || frappe.utils.get_url_arg("visit") || null;
		if (options.community) this.community.set_value(options.community);
		this.refresh();
	}

	// Loading

	async refresh() {
		const days = cint(this.range.get_value());
		const args = {};
		if (this.community.get_value()) args.community = this.community.get_value();
		if (days) args.day = frappe.datetime.add_days(frappe.datetime.get_today(), days);
		const turn = (this.turn = (this.turn || 0) + 1);
		const answer = await this.call("due_visits", args, "GET");
		if (turn !== this.turn || !answer) return;
		this.due = answer;
		this.households = answer.households;
		const here = this.wanted || this.visit;
		const found = this.households.findIndex((one) => one.visits.some((visit) => visit.name === here));
		this.at = found >= 0 ? found : Math.min(this.at, Math.max(this.households.length - 1, 0));
		if (this.wanted && found < 0) {
			// A visit that is not due yet, opened from elsewhere
			const outside = this.wanted;
			this.wanted = null;
			this.draw_list();
			return this.open([outside]);
		}
		if (this.wanted) this.open_on_phone(true);
		this.wanted = null;
		this.draw_list();
		this.choose(this.at, false);
	}

	draw_list() {
		this.$list.html(CallSheetHtml.list(this.households, this.at, this.due));
		this.$body.find(".rv-counts").html(CallSheetHtml.counts(this.due));
	}

	async choose(at, open = true) {
		this.at = at;
		this.$list.find(".rv-item").each((i, item) => {
			const here = cint(item.dataset.at) === at;
			$(item).toggleClass("active", here).attr("aria-current", here ? "true" : null);
			if (here) item.scrollIntoView({ block: "nearest" });
		});
		const household = this.households[at];
		if (!household) {
			this.sheet = null;
			this.open_on_phone(false);
			this.$sheet.html(CallSheetHtml.empty(this.due, cint(this.range.get_value())));
			return;
		}
		if (open) this.open_on_phone(true);
		await this.open(household.visits.map((visit) => visit.name));
	}

	async open(names) {
		const turn = (this.sheet_turn = (this.sheet_turn || 0) + 1);
		const sheet = await this.call("call_sheet", { visits: names.slice(0, 50) }, "GET");
		if (turn !== this.sheet_turn || !sheet) return;
		this.sheet = sheet;
		if (!sheet.visits.some((visit) => visit.name === this.visit)) {
			this.visit = (sheet.visits.find((visit) => !visit.why_not) || sheet.visits[0]).name;
		}
		this.draw_sheet();
	}

	draw_sheet() {
		const household = this.households[this.at] || {};
		const same = (household.visits || []).some((one) => one.name === this.sheet.visits[0].name);
		const calls = (this.due.calls || {})[this.sheet.visits[0].community];
		this.$sheet.html(CallSheetHtml.sheet(this.sheet, same ? household : {}, calls, this.channel || "Phone"));
		for (const visit of this.sheet.visits) {
			this.$sheet.find(`.rv-remark[data-visit="${visit.name}"]`).val(this.draft_of(visit.name).remark || "");
		}
		this.activate(this.visit);
		this.$sheet.scrollTop(0);
	}

	// Acts of the buttons: each takes the button and its data

	pick($button, data) {
		this.choose(cint(data.at));
	}

	back() {
		this.open_on_phone(false);
	}

	// The picture of whoever is being called: everything else that is open there
	to_counter() {
		const first = this.sheet ? this.sheet.visits.find((one) => one.resident || one.unit) : null;
		if (first) frappe.route_options = first.resident ? { resident: first.resident } : { unit: first.unit };
		frappe.set_route("service-counter");
	}

	// On a narrow screen list and sheet take turns
	open_on_phone(open) {
		const opened = open && !$(this.wrapper).hasClass("rv-open");
		$(this.wrapper).toggleClass("rv-open", open);
		if (opened && window.matchMedia("(max-width: 767px)").matches) window.scrollTo(0, 0);
	}

	set_channel($button, data) {
		this.channel = data.channel;
		this.$sheet.find(".rv-channel").each((i, one) => {
			$(one).attr("aria-pressed", String(one.dataset.channel === data.channel));
		});
	}

	result($button, data) {
		this.activate(data.visit);
		if (data.result === "Dissatisfied" && !data.reason) {
			const $reasons = this.card(data.visit).find(".rv-reasons").toggleClass("hidden");
			if (!$reasons.hasClass("hidden")) $reasons.find("button").first().trigger("focus");
			return;
		}
		if (data.reason === "Beyond Our Duty" && !(this.draft_of(data.visit).remark || "").trim()) {
			this.card(data.visit).find(".rv-remark").trigger("focus");
			frappe.show_alert({
				message: __("Note in the remark how it was explained that this is beyond our duty."),
				indicator: "orange",
			});
			return;
		}
		const args = { visit: data.visit, result: data.result, channel: this.channel_of(data.visit) };
		if (data.reason) args.dissatisfied_reason = data.reason;
		const remark = (this.draft_of(data.visit).remark || "").trim();
		if (remark) args.remark = remark;
		this.record("record_result", args, (answer) => {
			delete this.draft[data.visit];
			const sentence = __("{0}: {1}", [answer.name, __(answer.result)]);
			return answer.outcome ? `${sentence} · ${answer.outcome}` : sentence;
		});
	}

	not_reached() {
		const visits = this.sheet.visits.filter((one) => !one.why_not && !one.tried_now && !one.on_site_recheck);
		if (!visits.length) {
			frappe.show_alert({ message: CallSheetHtml.why_no_attempt(this.sheet), indicator: "orange" });
			return;
		}
		this.attempt(visits, false, (answer) =>
			answer[0].result
				? __("Last attempt used. The visit ends as Unreachable.")
				: __("Not reached. Next attempt: {0}", [CallSheetHtml.when(answer[0].next_attempt_at)])
		);
	}

	later() {
		const visits = this.sheet.visits.filter((one) => !one.why_not && !one.on_site_recheck);
		if (visits.length) {
			this.attempt(visits, true, () => __("Noted. The visit stays on the list."));
		}
	}

	attempt(visits, reached, sentence) {
		const args = { visits: visits.map((one) => one.name), reached: reached ? 1 : 0, channel: this.channel || "Phone" };
		const note = (this.draft_of(this.visit).remark || "").trim();
		if (note) args.note = note.slice(0, 140);
		this.record("record_attempt", args, (answer) => {
			delete this.draft[this.visit];
			return sentence(answer);
		});
	}

	show_more() {
		this.range.set_value("7");
	}

	async give($button, data) {
		const visit = this.sheet.visits.find((one) => one.name === data.visit);
		const people = await this.call("possible_visitors", { visit: visit.name }, "GET");
		if (!people) return;
		const options = [{ value: "", label: __("Whoever is free") }, ...people];
		frappe.prompt(
			{ fieldname: "user", fieldtype: "Select", label: __("Assigned Visitor"), options, default: visit.assigned_to },
			(values) => {
				const args = { visit: visit.name };
				if (values.user) args.user = values.user;
				this.record("reassign", args, () => __("Saved"));
			},
			__("Who will make this visit?"),
			__("Save")
		);
	}

	// Helpers

	async record(method, args, sentence) {
		if (this.busy) return;
		this.busy = true;
		this.$sheet.find("button").prop("disabled", true);
		const answer = await this.call(method, args, "POST");
		this.busy = false;
		this.$sheet.find("button").prop("disabled", false);
		if (!answer) return;
		frappe.show_alert({ message: frappe.utils.escape_html(sentence(answer)), indicator: "green" });
		await this.refresh();
	}

	call(method, args, type) {
		return new Promise((resolve) => {
			frappe.call({
				method: CALLS_API + method,
				args,
				type,
				callback: (response) => resolve(response.message),
				error: () => resolve(null),
			});
		});
	}

	draft_of(visit) {
		return (this.draft[visit] = this.draft[visit] || {});
	}

	card(visit) {
		return this.$sheet.find(`.rv-visit[data-visit="${visit}"]`);
	}

	channel_of(name) {
		const visit = this.sheet.visits.find((one) => one.name === name);
		return visit.on_site_recheck ? "On Site" : this.channel || "Phone";
	}

	activate(name) {
		this.visit = name;
		this.$sheet.find(".rv-visit").removeClass("active");
		this.card(name).addClass("active");
	}

	on_key(event) {
		if (frappe.get_route()[0] !== "return-visits" || event.ctrlKey || event.metaKey || event.altKey) return;
		if (event.key === "Escape" && $(event.target).is(".rv-remark")) {
			event.target.blur();
			return;
		}
		if ($(event.target).is("input, textarea, select, [contenteditable]") || $(".modal.show").length) return;
		const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
		if (step) {
			const next = this.at + step;
			if (next >= 0 && next < this.households.length) this.choose(next);
		} else if (this.sheet && /^[1-4]$/.test(event.key)) {
			this.card(this.visit).find(`.rv-results [data-key="${event.key}"]`).trigger("click");
		} else if (this.sheet && event.key === "n") {
			this.not_reached();
		} else if (this.sheet && event.key === "r") {
			this.card(this.visit).find(".rv-remark").trigger("focus");
		} else {
			return;
		}
		event.preventDefault();
	}

	print() {
		const printed = window.open("", "_blank");
		if (!printed) return frappe.msgprint(__("Please allow pop-ups for this site, then print again."));
		printed.document.write(CallSheetHtml.print_page(this.due));
		printed.document.close();
		printed.print();
	}
}
