// The counter's arithmetic, in whole cents. The server counts anew; nothing here decides what is taken.
// No backslash anywhere: the platform reads included files as the replacement of a regular expression.

const CounterSums = {
	cents: (value) => Math.round(flt(value) * 100),

	// An amount as it was typed: null for an empty field. Commas part thousands; one that stands elsewhere may be meant for a point.
	typed(value) {
		const text = String(value ?? "").replace(/ /g, "").replace(/，/g, ",").replace("。", ".");
		if (!text) return null;
		if (!/^([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]{0,2})?$/.test(text)) return NaN;
		return Math.round(Number(text.replace(/,/g, "")) * 100);
	},

	// What a charge gets where the cashier enters it, the whole of it where nothing is entered; NaN for what is no amount
	part(chosen, charge) {
		const typed = chosen[charge.name];
		return typed === undefined ? this.cents(charge.principal) + this.cents(charge.late_fee) : this.typed(typed) ?? 0;
	},

	// The same for every ticked charge: charge → yuan
	parts(view, order) {
		const parts = {};
		for (const charge of view.bills.flatMap((bill) => bill.charges)) {
			const cents = order.ticked.has(charge.name) ? this.part(order.chosen, charge) : 0;
			if (cents) parts[charge.name] = this.plain(cents);
		}
		return parts;
	},

	// Sums of what is ticked and of what is handed over; every one a number of cents. They are not `readable` where a field holds
	// no amount; it counts as nothing meanwhile, what is to pay as what is due.
	of(view, order) {
		let principal = 0;
		let late_fee = 0;
		let chosen = 0;
		const entries = [];
		for (const bill of view.bills) {
			for (const charge of bill.charges) {
				if (!order.ticked.has(charge.name)) continue;
				const part = this.part(order.chosen, charge);
				principal += this.cents(charge.principal);
				late_fee += this.cents(charge.late_fee);
				chosen += part || 0;
				entries.push(part);
			}
		}
		const due = order.policy === "Chosen" ? chosen : principal + late_fee;
		const wanted = this.typed(order.to_pay);
		const to_pay = Number.isNaN(wanted) ? due : wanted ?? due;
		const given = order.tenders.map((tender) => this.typed(tender.amount));
		const entered = given.reduce((sum, one) => sum + (one || 0), 0);
		entries.push(wanted, ...given);
		// The first row left empty takes what the others leave.
		const free = given.findIndex((one) => one === null);
		if (free >= 0) given[free] = Math.max(to_pay - entered, 0);
		const total = given.reduce((sum, one) => sum + (one || 0), 0);
		const cash = given.reduce((sum, one, i) => sum + (order.tenders[i].mode === "Cash" ? one || 0 : 0), 0);
		return {
			principal,
			late_fee,
			to_pay,
			entered,
			given,
			cash,
			total,
			prepayment: Math.max(to_pay - due, 0),
			stays_open: Math.max(due - to_pay, 0),
			missing: Math.max(to_pay - total, 0),
			change: Math.max(total - to_pay, 0),
			readable: !entries.some(Number.isNaN),
		};
	},

	plain: (cents) => (cents / 100).toFixed(2),
};
