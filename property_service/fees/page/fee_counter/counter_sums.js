// The counter's arithmetic, in whole cents. The server counts anew; nothing here decides what is taken.
// No backslash anywhere: the platform reads included files as the replacement of a regular expression.

const CounterSums = {
	cents: (value) => Math.round(flt(value) * 100),

	// An amount as it was typed: null for an empty field
	typed(value) {
		const text = String(value ?? "").replace(/[,， ]/g, "").replace("。", ".");
		if (!text) return null;
		return /^[0-9]+([.][0-9]{0,2})?$/.test(text) ? Math.round(Number(text) * 100) : NaN;
	},

	// Sums of what is ticked and of what is handed over; every one a number of cents
	of(view, order) {
		let principal = 0;
		let late_fee = 0;
		let chosen = 0;
		for (const bill of view.bills) {
			for (const charge of bill.charges) {
				if (!order.ticked.has(charge.name)) continue;
				const due = [this.cents(charge.principal), this.cents(charge.late_fee)];
				principal += due[0];
				late_fee += due[1];
				chosen += order.chosen[charge.name] ?? due[0] + due[1];
			}
		}
		const due = order.policy === "Chosen" ? chosen : principal + late_fee;
		const to_pay = order.to_pay ?? due;
		const given = order.tenders.map((tender) => this.typed(tender.amount));
		const entered = given.reduce((sum, one) => sum + (one || 0), 0);
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
			readable: !given.some(Number.isNaN) && !Number.isNaN(to_pay),
		};
	},

	plain: (cents) => (cents / 100).toFixed(2),
};
