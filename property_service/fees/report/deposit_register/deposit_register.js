frappe.query_reports["Deposit Register"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "as_of", label: __("As Of"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				{ value: "Deposit", label: __("Each Deposit") },
				{ value: "Purpose", label: __("Purpose") },
			],
			default: "Deposit",
			reqd: 1,
		},
		{ fieldname: "only_held", label: __("Still Held Only"), fieldtype: "Check", default: 0 },
		{ fieldname: "unit", label: __("Property Unit"), fieldtype: "Link", options: "Property Unit" },
		{ fieldname: "payer", label: __("Received From"), fieldtype: "Link", options: "Resident" },
	],

	onload(report) {
		report.page.main.on("click", "a[data-purpose]", (event) => {
			event.preventDefault();
			frappe.route_options = { purpose: event.currentTarget.dataset.purpose };
			const community = report.get_filter_value("community");
			if (community) frappe.route_options.community = community;
			frappe.set_route("List", "Resident Deposit", "List");
		});
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		const escape = frappe.utils.escape_html;
		if (column.fieldname === "receipt_number" && value) {
			return `<a href="${frappe.utils.get_form_link("Resident Deposit", data.deposit)}">${escape(value)}</a>`;
		}
		if (!data.deposit && value && ["deposits", "held", "left_amount"].includes(column.fieldname)) {
			return `<a href="#" data-purpose="${escape(data.purpose)}">${shown}</a>`;
		}
		return shown;
	},
};
