// Whose bills they are: those of the one who owes (`view.owing`) come first and are ticked, others' only where the cashier ticks them.

const CounterBills = {
	// 0: his own of this unit, 1: his own of other units, 2: owed by somebody else
	place: (bill, view) => (bill.debtor !== view.owing ? 2 : bill.here ? 0 : 1),

	// Put somebody's bills first; returns the charges to tick. He stays the one who owes where somebody else is chosen to pay.
	owed_by(view, resident) {
		view.owing = resident;
		view.bills = [0, 1, 2].flatMap((place) => view.bills.filter((bill) => this.place(bill, view) === place));
		return new Set(this.own(view, 0));
	},

	// The charges of his bills up to a place
	own(view, last) {
		const bills = view.bills.filter((bill) => this.place(bill, view) <= last);
		return bills.flatMap((bill) => bill.charges.map((charge) => charge.name));
	},

	// What those have prepaid who owe what is ticked; nobody else's money can pay it
	prepaid(view, ticked) {
		const bills = view.bills.filter((bill) => bill.charges.some((charge) => ticked.has(charge.name)));
		const debtors = bills.length ? bills.map((bill) => bill.debtor) : [view.owing];
		const rows = view.prepaid.filter((one) => debtors.includes(one.payer));
		return rows.reduce((sum, one) => sum + CounterSums.cents(one.prepaid_left), 0);
	},
};
