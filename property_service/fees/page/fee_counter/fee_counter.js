// The payment counter: find who pays, tick what is paid, take the money, print.

frappe.pages["fee-counter"].on_page_load = (wrapper) => {
	wrapper.counter = new FeeCounter(wrapper);
};

frappe.pages["fee-counter"].on_page_show = (wrapper) => {
	wrapper.counter.show();
};

const COUNTER_API = "property_service.fees.counter_api.";
const COUNTER_MODES = ["Cash", "WeChat", "Alipay", "POS", "Transfer", "Bank Collection"];
const SEARCH_AFTER = 250;

const CounterCalls = {
	call: (method, args, type) =>
		new Promise((resolve) => {
			frappe.call({
				method: COUNTER_API + method,
				args,
				type,
				callback: (response) => resolve(response.message),
				error: () => resolve(null),
			});
		}),
};

{% include "property_service/public/js/fees/receipt_print.js" %}
{% include "property_service/fees/page/fee_counter/counter_sums.js" %}
{% include "property_service/fees/page/fee_counter/counter_bills.js" %}
{% include "property_service/fees/page/fee_counter/counter_html.js" %}
{% include "property_service/fees/page/fee_counter/counter_closing.js" %}

class FeeCounter {
	constructor(wrapper) {
		this.wrapper = wrapper;
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Payment Counter"), single_column: true });
		this.hits = [];
		this.at = 0;
		this.$body = $(CounterHtml.frame()).appendTo(this.page.main);
		this.$text = this.$body.find(".fc-text");
		this.$matches = this.$body.find(".fc-matches");
		this.$open = this.$body.find(".fc-open");
		this.$pay = this.$body.find(".fc-pay");
		this.page.set_secondary_action(__("Close the Shift"), () => this.close_shift()).css("white-space", "nowrap");
		this.page.add_menu_item(__("Keys of This Page"), () => this.show_keys());
		this.page.add_menu_item(__("All Receipts"), () => frappe.set_route("List", "Fee Receipt"));
		this.page.add_menu_item(__("All Closings"), () => frappe.set_route("List", "Counter Closing"));
		this.listen();
		this.clear();
	}

	listen() {
		this.$body.on("click", "[data-act]", (event) => {
			const button = event.currentTarget;
			this[button.dataset.act]($(button), button.dataset);
		});
		this.$text.on("input", () => {
			clearTimeout(this.waiting);
			this.waiting = setTimeout(() => this.search(), SEARCH_AFTER);
		});
		this.$text.on("keydown", (event) => this.on_search_key(event));
		this.$body.on("change", "[data-tick]", (event) => this.tick(event.target));
		this.$body.on("change", ".fc-payer-select", (event) => this.set_payer(event.target.value));
		this.$body.on("input", ".fc-given", (event) => {
			this.order.tenders[event.target.dataset.at].amount = event.target.value;
			this.draw_change();
		});
		this.$body.on("change", ".fc-mode", (event) => {
			this.order.tenders[event.target.dataset.at].mode = event.target.value;
			this.draw_change();
		});
		this.$body.on("input", ".fc-to-pay-input", (event) => {
			this.order.to_pay = event.target.value;
			this.draw_change();
		});
		this.$body.on("input", ".fc-chosen", (event) => {
			this.order.chosen[event.target.dataset.charge] = event.target.value;
			this.draw_to_pay(null);
		});
		this.$body.on("change", ".fc-to-pay-input, .fc-chosen", (event) => this.settle(event.target));
		this.$body.on("change", ".fc-policy", (event) => {
			Object.assign(this.order, { policy: event.target.value, chosen: {}, to_pay: null, more: true });
			this.draw(".fc-policy");
		});
		this.$body.on("input", ".fc-remark", (event) => (this.order.remark = event.target.value));
		this.$body.on("keydown", ".fc-given, .fc-to-pay-input", (event) => {
			if (event.key !== "Enter") return;
			event.preventDefault();
			this.$pay.find(event.target.matches(".fc-given") ? ".fc-go" : ".fc-given").first().trigger("focus");
		});
		$(document).on("keydown.fee_counter", (event) => this.on_key(event));
	}

	show() {
		const options = frappe.route_options || {};
		frappe.route_options = null;
		const unit = options.unit || frappe.utils.get_url_arg("unit");
		// The address keeps its unit while others are served: it opens that once, whoever comes from elsewhere each time.
		if (unit && (options.unit || unit !== this.shown_unit)) {
			this.shown_unit = unit;
			this.open({ unit });
		} else if (!this.view) {
			this.$text.trigger("focus");
		}
	}

	// Finding

	async search() {
		const text = this.$text.val().trim();
		const turn = (this.turn = (this.turn || 0) + 1);
		if (text.length < 2) {
			this.hits = [];
			return this.$matches.addClass("hidden");
		}
		const answer = await this.call_find(text);
		if (turn !== this.turn || !answer) return;
		if (text !== this.found) this.at = 0;
		this.found = text;
		this.hits = answer;
		this.$matches.html(CounterHtml.matches(answer, this.at)).removeClass("hidden");
	}

	call_find(text) {
		return new Promise((resolve) => {
			frappe.call({
				method: "property_service.property_service.api.find",
				args: { text, limit: 8 },
				type: "GET",
				callback: (response) => resolve(response.message),
				error: () => resolve(null),
			});
		});
	}

	async on_search_key(event) {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (step && this.hits.length) {
			event.preventDefault();
			this.at = (this.at + step + this.hits.length) % this.hits.length;
			this.$matches.html(CounterHtml.matches(this.hits, this.at));
			this.$matches.find(".active")[0].scrollIntoView({ block: "nearest" });
		} else if (event.key === "Enter") {
			event.preventDefault();
			// What is shown may be of what was typed before.
			clearTimeout(this.waiting);
			await this.search();
			if (this.hits[this.at]) this.open_hit(null, { at: this.at });
		}
	}

	open_hit($button, data) {
		const hit = this.hits[cint(data.at)];
		if (hit.kind !== "Resident" && hit.unit) return this.open({ unit: hit.unit });
		this.open({ resident: hit.resident, community: hit.community || "" });
	}

	open_elsewhere($button, data) {
		this.open({ resident: this.asked.resident, community: data.community });
	}

	async open(which) {
		// A search still to come finds nothing typed any more.
		this.$text.val("");
		this.$matches.addClass("hidden");
		this.turn = (this.turn || 0) + 1;
		const answer = await CounterCalls.call("open_counter", which, "GET");
		if (!answer || !answer.view) return;
		this.asked = { ...which, community: answer.view.community };
		this.view = answer.view;
		this.start_order();
		this.draw();
		this.$pay.find(".fc-given").first().trigger("focus");
	}

	start_order() {
		this.receipt = null;
		this.order = {
			ticked: CounterBills.owed_by(this.view, this.view.payer),
			chosen: {},
			policy: "Principal First",
			to_pay: null,
			tenders: [{ mode: localStorage.getItem("fee_counter_mode") || "Cash", amount: "" }],
			prepaid_item: "",
			remark: "",
			key: frappe.utils.get_random(32),
		};
	}

	clear() {
		this.view = this.order = this.receipt = this.asked = null;
		this.$open.html(CounterHtml.empty());
		this.$pay.html("");
		this.$matches.addClass("hidden");
		this.$text.val("").trigger("focus");
	}

	next() {
		this.clear();
	}

	// Drawing

	draw(focused) {
		const scrolled = this.$open.find(".fc-bills").scrollTop();
		this.$open.html(
			CounterHtml.open(this.view, this.order.ticked, this.order.policy === "Chosen" ? this.order.chosen : null)
		);
		this.$open.find(".fc-bills").scrollTop(scrolled);
		this.draw_pay();
		if (focused) this.$body.find(focused).trigger("focus");
	}

	draw_pay() {
		this.$pay.html(CounterHtml.pay(CounterSums.of(this.view, this.order), this.order));
		this.$pay.find(".fc-remark").val(this.order.remark);
		this.prepaid_item = frappe.ui.form.make_control({
			parent: this.$pay.find(".fc-prepaid-item"),
			df: {
				fieldtype: "Link",
				fieldname: "prepaid_item",
				options: "Fee Item",
				label: __("Prepayment For"),
				get_query: () => ({ filters: { community: this.view.community } }),
				change: () => (this.order.prepaid_item = this.prepaid_item.get_value() || ""),
			},
			render_input: true,
		});
		if (this.order.prepaid_item) this.prepaid_item.set_input(this.order.prepaid_item);
		this.$pay.find(".fc-more").on("toggle", (event) => (this.order.more = event.target.open));
		this.draw_change();
	}

	draw_to_pay(typed) {
		this.order.to_pay = typed;
		this.$pay.find(".fc-to-pay-input").val(CounterHtml.amount(CounterSums.of(this.view, this.order).to_pay));
		this.draw_change();
	}

	// Leaving a field redraws nothing: the mouse is on the next button already, or Tab on its way to the next field.
	settle(field) {
		const cents = CounterSums.typed(field.value);
		const shown = field.matches(".fc-chosen") ? cents : CounterSums.of(this.view, this.order).to_pay;
		if (!Number.isNaN(cents)) field.value = CounterHtml.amount(shown);
	}

	draw_change() {
		const sums = CounterSums.of(this.view, this.order);
		this.$pay.find(".fc-rest").html(CounterHtml.rest(sums));
		this.$pay.find(".fc-change").html(CounterHtml.change(sums));
		this.$pay.find(".fc-given").attr("placeholder", CounterHtml.amount(Math.max(sums.to_pay - sums.entered, 0)));
		const fits = sums.readable && sums.to_pay > 0 && !sums.missing && sums.change <= sums.cash;
		this.$pay.find(".fc-go").prop("disabled", !fits || Boolean(this.busy));
	}

	// Acts

	tick(box) {
		for (const name of box.dataset.tick.split(" ")) {
			if (box.checked) this.order.ticked.add(name);
			else this.order.ticked.delete(name);
		}
		this.order.to_pay = null;
		const tick = box.dataset.tick;
		this.draw();
		this.$open.find("[data-tick]").filter((i, one) => one.dataset.tick === tick).trigger("focus");
	}

	set_payer(resident) {
		this.view.payer = resident;
		if (resident === this.view.owing || !this.view.bills.some((bill) => bill.debtor === resident)) return;
		Object.assign(this.order, { ticked: CounterBills.owed_by(this.view, resident), chosen: {}, to_pay: null });
		this.draw(".fc-payer-select");
	}

	keep_change() {
		this.draw_to_pay(CounterSums.plain(CounterSums.of(this.view, this.order).total));
		this.$pay.find(".fc-go").trigger("focus");
	}

	add_mode() {
		const used = this.order.tenders.map((tender) => tender.mode);
		this.order.tenders.push({ mode: COUNTER_MODES.find((mode) => !used.includes(mode)) || "Cash", amount: "" });
		this.draw_pay();
		this.$pay.find(".fc-given").last().trigger("focus");
	}

	drop_mode($button, data) {
		this.order.tenders.splice(cint(data.at), 1);
		this.draw_pay();
		this.$pay.find(".fc-given").last().trigger("focus");
	}

	async pay() {
		const sums = CounterSums.of(this.view, this.order);
		if (this.busy || !sums.readable) return;
		const { ticked, policy, tenders, prepaid_item, remark, key } = this.order;
		const rows = tenders.map((tender, i) => ({ mode: tender.mode, amount: CounterSums.plain(sums.given[i]) }));
		const sent = {
			community: this.view.community,
			payer: this.view.payer,
			charges: [...ticked],
			tenders: rows.filter((row) => flt(row.amount)),
			to_pay: CounterSums.plain(sums.to_pay),
			prepayment: CounterSums.plain(sums.prepayment),
			client_key: key,
		};
		if (this.view.unit) sent.unit = this.view.unit;
		if (policy === "Chosen") sent.chosen = CounterSums.parts(this.view, this.order);
		else sent.policy = policy;
		if (prepaid_item && sums.prepayment) sent.prepaid_item = prepaid_item;
		if (remark.trim()) sent.remark = remark.trim();
		this.busy = true;
		this.draw_change();
		const receipt = await CounterCalls.call("pay", sent, "POST");
		this.busy = false;
		if (!receipt) return this.draw_change();
		localStorage.setItem("fee_counter_mode", tenders[0].mode);
		await this.reload();
		this.receipt = receipt;
		this.$pay.html(CounterHtml.done(receipt));
		this.$pay.find(".fc-print").trigger("focus");
	}

	async reload() {
		const answer = await CounterCalls.call("open_counter", this.asked, "GET");
		if (!answer || !answer.view) return;
		this.view = answer.view;
		this.start_order();
		this.draw();
	}

	use_prepayment() {
		const charges = [...this.order.ticked];
		if (!charges.length) return frappe.show_alert({ message: __("Tick what it is to pay."), indicator: "orange" });
		frappe.confirm(__("Use the prepayment for the {0} ticked charges, the oldest first?", [charges.length]), async () => {
			const answer = await CounterCalls.call("use_prepayment", { community: this.view.community, charges }, "POST");
			if (!answer) return;
			frappe.show_alert({
				message: __("{0} laid on charges.", [CounterHtml.amount(CounterSums.cents(answer.laid))]),
				indicator: "green",
			});
			this.reload();
		});
	}

	print($button, data) {
		property_service.fees.print_receipt(this.receipt.name, data.format);
	}

	close_shift() {
		if (this.view) return CounterClosing.open(this.view.community);
		frappe.prompt(
			{ fieldname: "community", fieldtype: "Link", options: "Community", label: __("Community"), reqd: 1 },
			(values) => CounterClosing.open(values.community),
			__("Close the Shift"),
			__("Continue")
		);
	}

	show_keys() {
		const keys = [
			["/", __("Find a unit or a person")],
			["Enter", __("Open, go on, take the payment, print")],
			["A", __("Tick all, or none")],
			["M", __("Another Mode of Payment")],
			["Esc", __("Leave the field; then the next payer")],
			["?", __("Keys of This Page")],
		];
		const lines = keys.map(([key, act]) => `<p><kbd>${key}</kbd> ${act}</p>`).join("");
		frappe.msgprint({ title: __("Keys of This Page"), message: lines });
	}

	on_key(event) {
		if (frappe.get_route()[0] !== "fee-counter" || event.ctrlKey || event.metaKey || event.altKey) return;
		if ($(".modal.show").length) return;
		const typing = $(event.target).is("input:not([type=checkbox]), textarea, select, [contenteditable]");
		if (event.key === "Escape") {
			if (typing && event.target !== this.$text[0]) event.target.blur();
			else this.clear();
		} else if (typing) {
			return;
		} else if (event.key === "/") {
			this.$text.trigger("focus");
		} else if (event.key === "?") {
			this.show_keys();
		} else if (event.key === "m" && this.order && !this.receipt) {
			this.add_mode();
		} else if (event.key === "a" && this.order && !this.receipt) {
			const all = CounterBills.own(this.view, 1);
			this.order.ticked = new Set(all.every((name) => this.order.ticked.has(name)) ? [] : all);
			this.order.to_pay = null;
			this.draw();
		} else {
			return;
		}
		event.preventDefault();
	}
}
