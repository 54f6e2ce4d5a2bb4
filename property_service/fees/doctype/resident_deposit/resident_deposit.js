(() => {
	const API = "property_service.fees.api";
	const MODES = ["Cash", "WeChat", "Alipay", "POS", "Transfer", "Bank Collection"];
	const shown = (value) => frappe.utils.escape_html(String(value ?? ""));
	const select = (words) => words.map((word) => ({ value: word, label: __(word) }));

	frappe.ui.form.on("Resident Deposit", {
		refresh(frm) {
			frm.disable_save();
			// These words mean something else elsewhere; the platform reads them without their context.
			for (const fieldname of ["purpose", "status"]) {
				frm.get_field(fieldname).df.formatter = property_service.in_context("Resident Deposit");
				frm.refresh_field(fieldname);
			}
			frm.get_field("reference_doctype").df.formatter = property_service.in_context();
			frm.refresh_field("reference_doctype");
			if (frm.is_new()) return;
			show_movements(frm);
			if (!flt(frm.doc.left_amount)) return;
			if (frappe.user.has_role(["Property Cashier", "Property Manager"])) {
				frm.add_custom_button(__("Refund"), () => ask_refund(frm)).addClass("btn-primary");
			}
			if (frappe.user.has_role("Property Manager")) frm.add_custom_button(__("Deduct"), () => ask_deduct(frm));
		},
	});

	async function show_movements(frm) {
		const box = frm.get_field("movements_view").$wrapper;
		const { message } = await frappe.call({ method: `${API}.deposit_movements`, type: "GET", args: { deposit: frm.doc.name } });
		const rows = (message || []).map(
			(row) => `<tr><td>${shown(frappe.datetime.str_to_user(row.posting_date))}</td><td>${shown(__(row.kind, null, "Resident Deposit Movement"))}</td>
				<td class="text-right">${format_currency(row.amount)}</td><td>${shown(row.mode ? __(row.mode) : "")}</td>
				<td>${shown(row.original ? __(row.original) : "")}</td><td>${shown(row.reason)}${proof(row)}</td>
				<td>${shown(row.cashier ? frappe.user.full_name(row.cashier) : "")}</td></tr>`
		);
		const heads = [__("Date"), __("Kind"), __("Amount"), __("Mode"), __("Original Receipt"), __("Reason"), __("Cashier")];
		box.html(`<div style="overflow-x: auto"><table class="table table-bordered"><thead><tr>${heads
			.map((head, place) => `<th class="${place === 2 ? "text-right" : ""}">${shown(head)}</th>`)
			.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`);
	}

	function proof(row) {
		return row.proof ? ` <a href="${shown(row.proof)}" target="_blank" rel="noopener">${shown(__("Proof"))}</a>` : "";
	}

	function ask_refund(frm) {
		ask(frm, "refund_deposit", __("Refund the Deposit"), __("Refund"), [
			amount(frm),
			{ fieldname: "mode", fieldtype: "Select", label: __("Mode"), options: select(MODES), reqd: 1, default: "Cash" },
			{
				fieldname: "original",
				fieldtype: "Select",
				label: __("Original Receipt"),
				options: ["", ...select(["Given Back", "Declared Lost"])],
				reqd: 1,
				description: __("Take the original deposit receipt back, or have it declared lost."),
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason") },
		]);
	}

	function ask_deduct(frm) {
		ask(frm, "deduct_deposit", __("Deduct from the Deposit"), __("Deduct"), [
			amount(frm),
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason"),
				reqd: 1,
				description: __("The clause of the signed agreement and what happened."),
			},
			{ fieldname: "proof", fieldtype: "Attach", label: __("Proof") },
		]);
	}

	function amount(frm) {
		return {
			fieldname: "amount",
			fieldtype: "Currency",
			label: __("Amount"),
			reqd: 1,
			default: frm.doc.left_amount,
			description: __("Still held: {0} yuan", [format_number(frm.doc.left_amount, null, 2)]),
		};
	}

	function ask(frm, method, title, label, fields) {
		// one key for one dialog: a second click does nothing twice
		const client_key = frappe.utils.get_random(20);
		const dialog = new frappe.ui.Dialog({
			title,
			fields,
			primary_action_label: label,
			primary_action(values) {
				dialog.disable_primary_action();
				frappe
					.call({ method: `${API}.${method}`, args: { deposit: frm.doc.name, client_key, ...values }, freeze: true })
					.then(() => {
						dialog.hide();
						frappe.show_alert({ message: __("Saved"), indicator: "green" });
						frm.reload_doc();
					})
					.catch(() => {})
					.finally(() => dialog.enable_primary_action());
			},
		});
		dialog.show();
	}
})();
