frappe.query_reports["Remittance"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{
			fieldname: "from_date",
			label: __("From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -1),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To"),
			fieldtype: "Date",
			default: frappe.datetime.add_days(frappe.datetime.month_start(), -1),
			reqd: 1,
		},
		{
			fieldname: "collected_for",
			label: __("Collected For"),
			fieldtype: "Select",
			options: ["", "Utility", "Developer"].map((value) => ({ value, label: value ? __(value) : "" })),
		},
		{ fieldname: "principal", label: __("Collected on Behalf Of"), fieldtype: "Link", options: "Resident" },
		{ fieldname: "fee_item", label: __("Fee Item"), fieldtype: "Link", options: "Fee Item" },
	],

	onload(report) {
		report.page.main.on("click", "a[data-item]", (event) => {
			event.preventDefault();
			const { item, part, community } = event.currentTarget.dataset;
			const [from_date, to_date] = ["from_date", "to_date"].map((name) => report.get_filter_value(name));
			frappe.route_options = {
				fee_item: item,
				community,
				entry_type: "Allocation",
				part,
				effective_date: ["Between", [from_date, to_date]],
			};
			frappe.set_route("List", "Fee Ledger Entry", "List");
		});
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		if (!value || !["payments", "collected", "taken_back", "to_remit", "late_fees"].includes(column.fieldname)) return shown;
		const escape = frappe.utils.escape_html;
		const part = column.fieldname === "late_fees" ? "Late Fee" : "Principal";
		return `<a href="#" data-item="${escape(data.fee_item)}" data-part="${part}"
			data-community="${escape(data.community)}">${shown}</a>`;
	},
};
