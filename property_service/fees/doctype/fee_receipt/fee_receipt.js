// A receipt on the desk: print it (counted), take it back, give its prepayment back, take it off the charges it paid.

frappe.ui.form.on("Fee Receipt", {
	refresh(frm) {
		if (frm.is_new()) return;
		const cashier = frappe.user.has_role(["Property Cashier", "Property Manager"]);
		for (const format of ["Fee Receipt 80mm", "Fee Receipt A5"]) {
			frm.add_custom_button(
				format.endsWith("A5") ? __("Print A5") : __("Print 80 mm"),
				() => property_service.fees.print_receipt(frm.doc.name, format),
				__("Print")
			);
		}
		if (frm.doc.status !== "Posted" || !cashier) return;
		frm.add_custom_button(__("Take Back"), () => take_back_receipt(frm));
		if (flt(frm.doc.prepaid_left) > 0) {
			frm.add_custom_button(__("Give Prepayment Back"), () => give_prepayment_back(frm));
		}
		if (flt(frm.doc.prepaid_left) < flt(frm.doc.prepaid)) {
			frm.add_custom_button(__("Take Prepayment off Charges"), () => take_off_charges(frm));
		}
	},
});

function take_back_receipt(frm) {
	const today = frm.doc.posting_date === frappe.datetime.get_today() && !frm.doc.counter_closing;
	frappe.prompt(
		{
			fieldname: "because",
			fieldtype: "Small Text",
			label: __("Reason"),
			reqd: 1,
			description: today
				? __("The receipt becomes void. Give the money back and keep the paper.")
				: __("Its day or shift is over: it is reversed with entries of today. Only a manager may do this."),
		},
		({ because }) =>
			receipt_call("take_back", { receipt: frm.doc.name, because }).then((answer) => {
				frappe.show_alert({ message: __(answer.status, null, "Fee Receipt"), indicator: "green" });
				frm.reload_doc();
			}),
		__("Take Back"),
		__("Take Back")
	);
}

function take_off_charges(frm) {
	frappe.prompt(
		{
			fieldname: "because",
			fieldtype: "Small Text",
			label: __("Reason"),
			reqd: 1,
			description: __("The charges it paid are open again, and the prepayment is left on this receipt."),
		},
		({ because }) =>
			receipt_call("take_off_charges", { receipt: frm.doc.name, because }).then((answer) => {
				frappe.show_alert({
					message: __("{0} yuan are left on this receipt again.", [format_number(answer.taken_off, null, 2)]),
					indicator: "green",
				});
				frm.reload_doc();
			}),
		__("Take Prepayment off Charges"),
		__("Take Off")
	);
}

function give_prepayment_back(frm) {
	const key = frappe.utils.get_random(32);
	frappe.prompt(
		[
			{ fieldname: "amount", fieldtype: "Currency", label: __("Amount"), reqd: 1, default: frm.doc.prepaid_left },
			{
				fieldname: "mode",
				fieldtype: "Select",
				label: __("Mode of Payment"),
				reqd: 1,
				options: ["Cash", "WeChat", "Alipay", "POS", "Transfer", "Bank Collection"].map((mode) => ({
					value: mode,
					label: __(mode, null, "Mode of Payment"),
				})),
				default: "Cash",
			},
			{ fieldname: "because", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		(values) =>
			receipt_call("refund", { receipt: frm.doc.name, ...values, client_key: key }).then((answer) =>
				frappe.set_route("Form", "Fee Receipt", answer.name)
			),
		__("Give Prepayment Back"),
		__("Give Back")
	);
}

function receipt_call(method, args) {
	return frappe
		.call({ method: `property_service.fees.counter_api.${method}`, args, freeze: true })
		.then((response) => response.message);
}
