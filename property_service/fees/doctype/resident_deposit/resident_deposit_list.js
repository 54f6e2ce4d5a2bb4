(() => {
	const API = "property_service.fees.api";
	const MODES = ["Cash", "WeChat", "Alipay", "POS", "Transfer", "Bank Collection"];
	const COLOURS = { Held: "orange", Deducted: "red", Refunded: "green" };
	const select = (words, context) => words.map((word) => ({ value: word, label: __(word, null, context) }));

	frappe.listview_settings["Resident Deposit"] = {
		get_indicator: (doc) => [__(doc.status, null, "Resident Deposit"), COLOURS[doc.status] || "gray", `status,=,${doc.status}`],
		onload(list) {
			if (frappe.user.has_role(["Property Cashier", "Property Manager"])) {
				list.page.set_primary_action(__("Take a Deposit"), () => take(list), "add");
			}
		},
		refresh(list) {
			this.onload(list);
		},
	};

	function take(list) {
		const client_key = frappe.utils.get_random(20);
		const purposes = (frappe.meta.get_docfield("Resident Deposit", "purpose").options || "").split("\n").filter(Boolean);
		const dialog = new frappe.ui.Dialog({
			title: __("Take a Deposit"),
			fields: [
				{
					fieldname: "community",
					fieldtype: "Link",
					options: "Community",
					label: __("Community"),
					reqd: 1,
					default: frappe.defaults.get_user_default("Community"),
				},
				{
					fieldname: "unit",
					fieldtype: "Link",
					options: "Property Unit",
					label: __("Property Unit"),
					get_query: () => ({ filters: { community: dialog.get_value("community") } }),
				},
				{ fieldname: "payer", fieldtype: "Link", options: "Resident", label: __("Payer"), reqd: 1 },
				{ fieldtype: "Column Break" },
				{ fieldname: "purpose", fieldtype: "Select", label: __("Purpose"), options: select(purposes, "Resident Deposit"), reqd: 1 },
				{ fieldname: "amount", fieldtype: "Currency", label: __("Amount"), reqd: 1 },
				{ fieldname: "mode", fieldtype: "Select", label: __("Mode"), options: select(MODES), reqd: 1, default: "Cash" },
				{ fieldtype: "Section Break" },
				{ fieldname: "remark", fieldtype: "Small Text", label: __("Remark") },
			],
			primary_action_label: __("Take"),
			primary_action(values) {
				dialog.disable_primary_action();
				frappe
					.call({ method: `${API}.take_deposit`, args: { client_key, ...values }, freeze: true })
					.then(({ message }) => {
						dialog.hide();
						list.refresh();
						frappe.set_route("Form", "Resident Deposit", message.name);
					})
					.catch(() => {})
					.finally(() => dialog.enable_primary_action());
			},
		});
		dialog.show();
	}
})();
