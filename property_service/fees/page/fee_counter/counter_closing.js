// Closing the shift: what was taken, counted by the cashier, each difference with its reason.

const CounterClosing = {
	// The own shift; a manager's dialog offers those of the others too, and opens with one of them where his own is empty.
	async open(community, cashier) {
		const figures = await CounterCalls.call("closing_preview", cashier ? { community, cashier } : { community }, "GET");
		if (!figures) return;
		if (figures.is_empty && !cashier && figures.others.length) return this.open(community, figures.others[0].cashier);
		if (figures.is_empty) return frappe.msgprint(__("There is nothing to close: no receipt since the last closing."));
		const dialog = new frappe.ui.Dialog({
			title: __("Close the Shift"),
			// Open at once: the platform takes the cursor away when a dialog has faded in, from whoever types already.
			animate: false,
			fields: [
				...this.whose(figures, (chosen) => {
					dialog.hide();
					this.open(community, chosen);
				}),
				{ fieldname: "shift", fieldtype: "Data", label: __("Shift"), length: 140 },
				{ fieldname: "figures", fieldtype: "HTML", options: this.table(figures) },
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for the Difference") },
			],
			primary_action_label: __("Close the Shift"),
			primary_action: (values) => this.send(dialog, community, figures, values),
		});
		dialog.show();
		dialog.$wrapper.on("input", ".fc-counted", () => this.differences(dialog, figures));
		this.differences(dialog, figures);
		dialog.$wrapper.find(".fc-counted").first().trigger("focus");
	},

	// The field that says whose shift it is, where there is a choice
	whose(figures, open) {
		const me = frappe.session.user;
		const people = figures.others.map((row) => ({ value: row.cashier, label: row.full_name }));
		if (!people.length) return [];
		const change = function () {
			if (this.value && this.value !== figures.cashier) open(this.value);
		};
		const options = [{ value: me, label: frappe.user.full_name(me) }, ...people];
		return [{ fieldname: "cashier", fieldtype: "Select", label: __("Cashier"), options, default: figures.cashier, change }];
	},

	table(figures) {
		const text = CounterHtml.text;
		const amount = (value) => CounterHtml.amount(CounterSums.cents(value));
		const rows = figures.modes.map(
			(row) => `
			<tr data-mode="${text(row.mode)}">
				<td>${__(row.mode, null, "Mode of Payment")}</td><td class="text-right">${cint(row.count)}</td>
				<td class="text-right">${amount(row.amount)}</td>
				<td><input class="form-control input-xs fc-counted" inputmode="decimal" aria-label="${__("Counted")}"
					value="${row.mode === "Cash" ? "" : CounterSums.plain(CounterSums.cents(row.amount))}"></td>
				<td class="text-right fc-difference"></td>
			</tr>`
		);
		const parts = [
			["own_amount", __("Own Fees")],
			["others_amount", __("Collected for Others")],
			["late_fee_amount", __("Late Fees")],
			["prepaid_amount", __("Prepayments")],
			["deposit_amount", __("Deposits")],
		]
			.filter(([field]) => flt(figures[field]))
			.map(([field, label]) => `${label} <b>${amount(figures[field])}</b>`);
		const numbers = [...new Set([figures.first_number, figures.last_number].filter(Boolean))].map(text).join(" – ");
		const voids = cint(figures.void_count) ? ` · ${__("Voided")} ${cint(figures.void_count)}` : "";
		return `
			<p>${numbers} · ${__("Receipts: {0}", [cint(figures.receipt_count)])}${voids}</p>
			<table class="table table-bordered table-sm fc-closing">
				<thead><tr><th>${__("Mode of Payment")}</th><th class="text-right">${__("Count")}</th><th class="text-right">${__("Amount")}</th>
					<th>${__("Counted")}</th><th class="text-right">${__("Difference")}</th></tr></thead>
				<tbody>${rows.join("")}</tbody>
				<tfoot><tr><th colspan="2">${__("Total")}</th><th class="text-right">${amount(figures.total)}</th><th></th>
					<th class="text-right fc-difference-total"></th></tr></tfoot>
			</table>
			<p class="text-muted">${parts.join(" · ")}</p>`;
	},

	// Signed, unlike what is handed over: a drawer may have to give more than it took
	typed(value) {
		const text = String(value || "").trim();
		const cents = CounterSums.typed(text.replace("-", ""));
		return cents && text.startsWith("-") ? -cents : cents;
	},

	differences(dialog, figures) {
		let sum = 0;
		let known = true;
		dialog.$wrapper.find("tr[data-mode]").each((i, line) => {
			const counted = this.typed($(line).find(".fc-counted").val());
			const off = counted === null ? null : counted - CounterSums.cents(figures.modes[i].amount);
			known = known && off !== null && !Number.isNaN(off);
			sum += off || 0;
			$(line).find(".fc-difference").text(off ? CounterHtml.amount(off) : off === 0 ? "0.00" : "").toggleClass("fc-red", Boolean(off));
		});
		dialog.$wrapper.find(".fc-difference-total").text(known ? CounterHtml.amount(sum) : "").toggleClass("fc-red", Boolean(sum));
	},

	async send(dialog, community, figures, values) {
		const counted = {};
		dialog.$wrapper.find("tr[data-mode]").each((i, line) => {
			const cents = this.typed($(line).find(".fc-counted").val());
			if (cents !== null) counted[line.dataset.mode] = Number.isNaN(cents) ? "?" : CounterSums.plain(cents);
		});
		const sent = { community, counted, cashier: figures.cashier };
		if (values.shift) sent.shift = values.shift;
		if (values.reason) sent.reason = values.reason;
		dialog.disable_primary_action();
		const answer = await CounterCalls.call("close_counter", sent, "POST");
		dialog.enable_primary_action();
		if (!answer) return;
		dialog.hide();
		frappe.set_route("Form", "Counter Closing", answer.name);
	},
};
