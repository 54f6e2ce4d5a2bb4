// How the payment counter looks. Every text from the database is escaped here.

const CounterHtml = {
	text: (value) => frappe.utils.escape_html(String(value ?? "")),
	amount: (cents) => format_number(cents / 100, null, 2),
	// What stands in a field: its amount, or what was typed where that is none
	shown: (typed, cents) => (Number.isNaN(CounterSums.typed(typed)) ? CounterHtml.text(typed) : CounterHtml.amount(cents)),
	day: (value) => (value ? frappe.datetime.str_to_user(value) : ""),

	frame: () => `
		<div class="fc">
			<div class="fc-find">
				<input class="form-control fc-text" type="search" autocomplete="off" maxlength="80"
					placeholder="${__("Address, phone, name or plate of whoever pays")}" aria-label="${__("Find a unit or a person")}">
				<div class="fc-matches hidden" role="listbox" aria-label="${__("Found")}"></div>
			</div>
			<div class="fc-columns">
				<section class="fc-open" aria-label="${__("Open Charges")}"></section>
				<section class="fc-pay" aria-label="${__("Payment")}"></section>
			</div>
		</div>`,

	empty: () => `
		<div class="fc-empty">
			<h4>${__("Who pays?")}</h4>
			<p class="text-muted">${__("Type 3-2-1203, the last four digits of a phone, a name or its initials, or a plate.")}</p>
		</div>`,

	matches(hits, at) {
		if (!hits.length) return `<div class="fc-none">${__("Nobody found. Try the address or another phone number.")}</div>`;
		return hits
			.map(
				(hit, i) => `
				<button type="button" role="option" class="fc-match ${i === at ? "active" : ""}" aria-selected="${i === at}" data-act="open_hit" data-at="${i}">
					<b>${this.text(hit.title)}</b> <span>${this.text(hit.detail)}</span>
					<span class="fc-right">${this.text(hit.phone)}</span>
				</button>`
			)
			.join("");
	},

	open(view, ticked, chosen) {
		const headings = [
			"",
			`<h6 class="fc-other">${__("Also owed for other units")}</h6>`,
			`<h6 class="fc-other">${__("Owed by Somebody Else")}</h6>`,
		];
		const bills = view.bills.map((bill, i) => {
			const place = CounterBills.place(bill, view);
			const begins = place && (!i || CounterBills.place(view.bills[i - 1], view) !== place);
			return (begins ? headings[place] : "") + this.bill(bill, ticked, chosen);
		});
		return `
			<header class="fc-head">
				<h3>${this.text(view.unit_label || this.name_of(view, view.owing))}</h3>
				<span class="text-muted">${this.text(view.community_name)}</span>
				${this.payers(view)}
			</header>
			${this.notes(view, ticked)}
			<div class="fc-bills">${bills.join("") || `<p class="fc-nothing">${__("Nothing is open here.")}</p>`}</div>`;
	},

	name_of: (view, resident) => (view.payers.find((one) => one.resident === resident) || {}).resident_name || "",

	payers(view) {
		const options = view.payers.map((one) => {
			const relation = one.relation ? ` · ${__(one.relation)}` : "";
			const chosen = one.resident === view.payer ? "selected" : "";
			return `<option value="${this.text(one.resident)}" ${chosen}>${this.text(one.resident_name + relation)}</option>`;
		});
		return `<label class="fc-payer">${__("Received From")}
			<select class="form-control input-sm fc-payer-select">${options.join("")}</select></label>`;
	},

	notes(view, ticked) {
		const lines = [
			...view.promises.map((one) =>
				__("Promised to pay {0} by {1}.", [this.amount(CounterSums.cents(one.amount)), this.day(one.pay_by)])
			),
			...view.reasons.map((one) =>
				[this.day(one.said_on), __(one.reason, null, "Fee Reminder"), this.text(one.answer)].filter(Boolean).join(" · ")
			),
			view.left_off && __("Only the oldest charges are shown. Pay them unit by unit."),
		].filter(Boolean);
		const prepaid = CounterBills.prepaid(view, ticked);
		const use = prepaid
			? `<p class="fc-note fc-blue">${__("Prepaid and not used: {0}", [`<b>${this.amount(prepaid)}</b>`])}
				<button type="button" class="btn btn-xs btn-default" data-act="use_prepayment">${__("Use It for the Ticked Charges")}</button></p>`
			: "";
		const elsewhere = view.elsewhere.map(
			(one) => `<p class="fc-note">${__("Also owes in {0}.", [`<b>${this.text(one.community_name)}</b>`])}
				<button type="button" class="btn btn-xs btn-default" data-act="open_elsewhere" data-community="${this.text(one.community)}">${__("Open")}</button></p>`
		);
		return use + elsewhere.join("") + lines.map((line) => `<p class="fc-note">${line}</p>`).join("");
	},

	bill(bill, ticked, chosen) {
		const names = bill.charges.map((one) => one.name);
		const all = names.every((name) => ticked.has(name));
		const late = bill.days_late > 0 ? `<span class="fc-red">${__("{0} days late", [bill.days_late])}</span>` : "";
		const debtor = `<span class="text-muted">${this.text(bill.debtor_name)}</span>`;
		return `
			<article class="fc-bill">
				<label class="fc-line fc-bill-head">
					<input type="checkbox" data-tick="${names.map((name) => this.text(name)).join(" ")}" ${all ? "checked" : ""}>
					<b>${this.text(bill.unit_label)}</b> ${debtor}
					<span class="fc-right">${__("Due {0}", [this.day(bill.due_date)])} ${late}</span>
				</label>
				${bill.charges.map((charge) => this.charge(charge, ticked, chosen)).join("")}
			</article>`;
	},

	charge(charge, ticked, chosen) {
		const name = this.text(charge.name);
		const on = ticked.has(charge.name);
		const late_fee = CounterSums.cents(charge.late_fee);
		const open = CounterSums.cents(charge.principal);
		const tags = [
			charge.collected_for !== "Own" && `<span class="fc-tag">${__("Collected for Others")}</span>`,
			charge.partly_paid && `<span class="fc-tag">${__("Partly Paid")}</span>`,
		].filter(Boolean);
		const entry =
			chosen && on
				? `<input class="form-control input-xs fc-chosen" inputmode="decimal" data-charge="${name}"
					value="${this.shown(chosen[charge.name], CounterSums.part(chosen, charge))}" aria-label="${__("Amount")}">`
				: "";
		return `
			<label class="fc-line fc-charge">
				<input type="checkbox" data-tick="${name}" ${on ? "checked" : ""}>
				<span class="fc-item">${this.text(charge.item)} <span class="text-muted">${this.text(charge.month)} ${this.text(charge.description)}</span> ${tags.join(" ")}</span>
				${late_fee ? `<span class="fc-late">${__("Late Fee")} ${this.amount(late_fee)}</span>` : ""}
				<span class="fc-amount">${this.amount(open)}</span>
				${entry}
			</label>`;
	},

	pay(sums, order) {
		const modes = order.tenders.map((tender, i) => this.tender(tender, i, order.tenders.length, sums));
		return `
			<div class="fc-sums">
				<div>${__("Ticked")}<span>${this.amount(sums.principal)}</span></div>
				<div>${__("Late Fee")}<span>${this.amount(sums.late_fee)}</span></div>
			</div>
			<label class="fc-to-pay">${__("To Pay")}
				<input class="form-control fc-to-pay-input" inputmode="decimal" value="${this.shown(order.to_pay, sums.to_pay)}"></label>
			<p class="fc-rest" aria-live="polite">${this.rest(sums)}</p>
			<div class="fc-tenders">${modes.join("")}</div>
			<button type="button" class="btn btn-xs btn-default" data-act="add_mode">${__("Another Mode of Payment")} <kbd>M</kbd></button>
			<div class="fc-change" aria-live="polite">${this.change(sums)}</div>
			<details class="fc-more" ${order.more ? "open" : ""}>
				<summary>${__("More")}</summary>
				<label>${__("Laid On Charges")}
					<select class="form-control input-xs fc-policy">
						${["Principal First", "Charge by Charge", "Chosen"]
							.map((word) => `<option value="${word}" ${word === order.policy ? "selected" : ""}>${__(word, null, "Fee Receipt")}</option>`)
							.join("")}
					</select></label>
				<div class="fc-prepaid-item"></div>
				<label>${__("Remark")}<input class="form-control input-xs fc-remark" maxlength="140"></label>
			</details>
			<button type="button" class="btn btn-primary btn-lg fc-go" data-act="pay">${__("Take Payment")}</button>`;
	},

	tender(tender, at, count, sums) {
		const options = COUNTER_MODES.map(
			(mode) => `<option value="${mode}" ${mode === tender.mode ? "selected" : ""}>${__(mode, null, "Mode of Payment")}</option>`
		);
		const gone = count > 1 ? `<button type="button" class="btn btn-xs btn-default" data-act="drop_mode" data-at="${at}" aria-label="${__("Remove")}">×</button>` : "";
		return `
			<div class="fc-tender">
				<select class="form-control input-sm fc-mode" data-at="${at}" aria-label="${__("Mode of Payment")}">${options.join("")}</select>
				<input class="form-control fc-given" inputmode="decimal" data-at="${at}" aria-label="${__("Amount")}"
					placeholder="${this.amount(Math.max(sums.to_pay - sums.entered, 0))}" value="${this.text(tender.amount)}">
				${gone}
			</div>`;
	},

	rest(sums) {
		if (sums.prepayment > 0) return __("{0} become a prepayment.", [`<b>${this.amount(sums.prepayment)}</b>`]);
		if (sums.stays_open > 0) return __("{0} stay open.", [`<b>${this.amount(sums.stays_open)}</b>`]);
		return "";
	},

	change(sums) {
		if (!sums.readable) return `<span class="fc-red">${__("An amount cannot be read. Enter one like 120.50.")}</span>`;
		if (sums.missing > 0) return `<span>${__("Missing")}</span><b class="fc-red">${this.amount(sums.missing)}</b>`;
		if (sums.change > sums.cash) return `<span class="fc-red">${__("Too much: change is given from cash only.")}</span>`;
		const keep = sums.change
			? `<button type="button" class="btn btn-xs btn-default" data-act="keep_change">${__("Keep as Prepayment")}</button>`
			: "";
		return `<span>${__("Change Due")}</span><b>${this.amount(sums.change)}</b>${keep}`;
	},

	done(receipt) {
		const change = CounterSums.cents(receipt.change_due);
		return `
			<div class="fc-done">
				<p class="text-muted">${__("Receipt posted")}</p>
				<h4><a href="${frappe.utils.get_form_link("Fee Receipt", receipt.name)}">${this.text(receipt.receipt_number)}</a></h4>
				<div class="fc-change"><span>${__("Change Due")}</span><b>${this.amount(change)}</b></div>
				<p>${__("Received")} ${this.amount(CounterSums.cents(receipt.amount))}</p>
				<button type="button" class="btn btn-primary btn-lg fc-print" data-act="print" data-format="Fee Receipt 80mm">${__("Print 80 mm")}</button>
				<button type="button" class="btn btn-default" data-act="print" data-format="Fee Receipt A5">${__("Print A5")}</button>
				<button type="button" class="btn btn-default" data-act="next">${__("Next Payer")} <kbd>Esc</kbd></button>
			</div>`;
	},
};
