// What the forms and lists of bills and charges share: how they stand, what makes a charge up, voiding it.
frappe.provide("property_service.fees");

(() => {
	const fees = property_service.fees;
	const text = (value) => frappe.utils.escape_html(String(value ?? ""));
	const yuan = (value) => format_number(value, null, 2);
	const COLOURS = { Unpaid: "orange", "Partly Paid": "yellow", Paid: "green", Void: "gray", Overdue: "red" };

	fees.call = (method, args, type = "GET") =>
		frappe
			.call({ method: `property_service.fees.${method}`, args, type, freeze: type === "POST" })
			.then((answer) => answer.message);

	// Overdue is no status of its own: something is open and its day to pay by has passed.
	fees.state_of = (doc) => {
		const open = flt(doc.outstanding) > 0 && doc.status !== "Void";
		return open && doc.due_date && doc.due_date < frappe.datetime.get_today() ? "Overdue" : doc.status;
	};

	const WORDS = {
		Unpaid: __("Unpaid", null, "Fee Bill"),
		"Partly Paid": __("Partly Paid", null, "Fee Bill"),
		Paid: __("Paid", null, "Fee Bill"),
		Void: __("Void", null, "Fee Bill"),
		Overdue: __("Overdue", null, "Fee Bill"),
	};

	fees.indicator = (doc) => {
		const state = fees.state_of(doc);
		const filter =
			state === "Overdue"
				? `outstanding,>,0|due_date,<,${frappe.datetime.get_today()}|status,!=,Void`
				: `status,=,${doc.status}`;
		return [WORDS[state], COLOURS[state], filter];
	};

	fees.headline = (frm) => {
		const state = fees.state_of(frm.doc);
		frm.page.set_indicator(WORDS[state], COLOURS[state]);
		if (state !== "Overdue") return;
		const days = frappe.datetime.get_day_diff(frappe.datetime.get_today(), frm.doc.due_date);
		frm.set_intro(__("Overdue for {0} days: {1} yuan are open.", [days, yuan(frm.doc.outstanding)]), "red");
	};

	const working = (lines) =>
		lines
			.map((line) => `<div><span class="text-muted">${text(line.label)}:</span> ${text(line.working)}</div>`)
			.join("");

	fees.charges_table = (charges) => {
		const rows = charges.map((row) => {
			const [label, colour] = fees.indicator(row);
			const gone = row.status === "Void" ? ' style="opacity: .5; text-decoration: line-through"' : "";
			return `<tr${gone}>
				<td><a href="${frappe.utils.get_form_link("Fee Charge", row.name)}">${text(row.item)}</a></td>
				<td>${text(row.month)}</td>
				<td>${working(row.lines) || text(row.description)}</td>
				<td class="text-right">${yuan(row.amount)}</td>
				<td class="text-right">${row.adjusted ? yuan(row.adjusted) : ""}</td>
				<td class="text-right">${row.paid ? yuan(row.paid) : ""}</td>
				<td class="text-right">${row.late_fee ? yuan(row.late_fee) : ""}</td>
				<td class="text-right"><b>${yuan(row.outstanding)}</b></td>
				<td><span class="indicator-pill ${colour}">${text(label)}</span></td>
			</tr>`;
		});
		const heads = [
			[__("Fee Item")], [__("Month of Service")], [__("What Makes It Up")], [__("Amount"), 1], [__("Adjusted"), 1],
			[__("Paid"), 1], [__("Late Fee"), 1], [__("Outstanding"), 1], [__("Status")],
		];
		const head = heads.map(([label, right]) => `<th${right ? ' class="text-right"' : ""}>${text(label)}</th>`).join("");
		return `<div class="table-responsive"><table class="table table-bordered" style="font-size: var(--text-sm)">
			<thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
	};

	fees.lines_table = (charge) => {
		const rows = charge.lines.map(
			(line) => `<tr><td>${text(line.label)}</td><td>${text(line.working)}</td>
				<td class="text-right">${yuan(line.amount)}</td></tr>`
		);
		if (!rows.length) return `<p class="text-muted">${text(charge.description || __("A one-off charge."))}</p>`;
		return `<table class="table table-bordered" style="font-size: var(--text-sm)"><tbody>${rows.join("")}</tbody></table>`;
	};

	fees.entries_table = (entries) => {
		const rows = entries.map((row) => {
			const receipt = row.receipt
				? `<a href="${frappe.utils.get_form_link("Fee Receipt", row.receipt)}">${text(row.number || row.receipt)}</a>`
				: "";
			const part = row.part === "Late Fee" && row.kind !== "Late Fee" ? ` (${text(__(row.part))})` : "";
			const back = row.taken_back ? ` <span class="text-muted">(${text(__("taken back"))})</span>` : "";
			return `<tr>
				<td>${text(frappe.datetime.str_to_user(row.day))}</td>
				<td>${text(__(row.kind))}${part}${back}</td>
				<td class="text-right">${yuan(row.amount)}</td>
				<td class="text-right">${yuan(row.balance)}</td>
				<td>${receipt}</td>
				<td>${text(row.remark ? __(row.remark) : "")}</td>
			</tr>`;
		});
		const heads = [[__("Date")], [__("Type")], [__("Amount"), 1], [__("Open After"), 1], [__("Receipt Number")], [__("Remark")]];
		const head = heads.map(([label, right]) => `<th${right ? ' class="text-right"' : ""}>${text(label)}</th>`).join("");
		return `<h6 class="mt-4">${text(__("What Happened"))}</h6>
			<table class="table table-bordered" style="font-size: var(--text-sm)">
			<thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
	};

	fees.add_void_button = (frm, args) => {
		const manager = frappe.user.has_role("Property Manager") || frappe.user.has_role("System Manager");
		if (!manager || frm.doc.status === "Void") return;
		frm.add_custom_button(__("Make Void"), () =>
			frappe.prompt(
				[
					{
						fieldname: "because",
						fieldtype: "Small Text",
						label: __("Why is this void?"),
						reqd: 1,
						description: __("Charges are never deleted: an opposite entry is written. What a prepayment paid is left on its receipt again; any other receipt must be taken back before."),
					},
				],
				({ because }) => fees.call("report_api.void_charge", { ...args, because }, "POST").then(() => frm.reload_doc()),
				__("Make {0} void", [frm.doc.name]),
				__("Make Void")
			)
		);
	};
})();
