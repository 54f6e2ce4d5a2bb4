(() => {
	const MODES = ["Cash", "WeChat", "Alipay", "POS", "Transfer", "Bank Collection"];
	const select = (words) => words.map((word) => ({ value: word, label: __(word) }));
	const send = (frm, method, args) =>
		frappe
			.call({ method: `property_service.decoration.api.${method}`, args: { name: frm.doc.name, ...args }, freeze: true })
			.then(() => frm.reload_doc())
			.catch(() => {});
	const ask = (frm, title, method, fields) => frappe.prompt(fields, (values) => send(frm, method, values), title, title);
	const mode = (more) => ({ fieldname: "mode", fieldtype: "Select", label: __("Mode of Payment"), options: select(MODES), ...more });

	frappe.ui.form.on("Decoration Worker Pass", {
		refresh(frm) {
			if (frm.is_new()) return;
			const cashier = frappe.user.has_role(["Property Cashier", "Property Manager"]);
			const desk = frappe.user.has_role(["Property Front Desk", "Property Manager"]);
			const valid = frm.doc.status === "Valid";
			if (valid) frm.add_custom_button(__("Print the Pass"), () => property_service.decoration.print_pass(frm.doc.name));
			if (valid && cashier && !frm.doc.deposit) {
				frm.add_custom_button(__("Take the Deposit"), () => ask(frm, __("Take the Deposit"), "take_pass_deposit", [mode({ reqd: 1, default: "Cash" })]));
			}
			if (valid && desk) {
				frm.add_custom_button(__("Revoke Pass"), () =>
					ask(frm, __("Revoke Pass"), "revoke_pass", [{ fieldname: "because", fieldtype: "Data", label: __("Reason"), reqd: 1 }])
				);
			}
			if (frm.doc.status !== "Returned" && (desk || cashier)) {
				const original = { fieldname: "original", fieldtype: "Select", label: __("Original Receipt"), options: ["", ...select(["Given Back", "Declared Lost"])], depends_on: "eval:doc.mode", mandatory_depends_on: "eval:doc.mode" };
				const money = cashier && frm.doc.deposit ? [mode({ description: __("Leave empty where the deposit is given back later."), options: ["", ...select(MODES)] }), original] : [];
				frm.add_custom_button(__("Handed In"), () =>
					money.length ? ask(frm, __("Handed In"), "take_back_pass", money) : frappe.confirm(__("Was the pass of {0} handed in?", [frm.doc.worker_name]), () => send(frm, "take_back_pass", {}))
				);
			}
		},
	});
})();
