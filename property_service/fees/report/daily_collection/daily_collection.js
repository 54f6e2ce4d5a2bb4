frappe.query_reports["Daily Collection"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "from_date", label: __("From"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{ fieldname: "cashier", label: __("Cashier"), fieldtype: "Link", options: "User" },
	],

	onload(report) {
		if (frappe.user.has_role("Property Manager") || frappe.user.has_role("System Manager")) {
			report.page.add_inner_button(__("Vouchers (CSV)"), () => this.vouchers(report));
		}
		report.page.main.on("click", "a[data-receipts]", (event) => {
			event.preventDefault();
			const { receipts, cashier } = event.currentTarget.dataset;
			frappe.route_options = { posting_date: receipts, cashier: cashier || ["is", "not set"] };
			const community = report.get_filter_value("community");
			if (community) frappe.route_options.community = community;
			frappe.set_route("List", "Fee Receipt", "List");
		});
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		if (!value || !["received", "own", "others", "late_fees", "prepaid"].includes(column.fieldname)) return shown;
		const escape = frappe.utils.escape_html;
		return `<a href="#" data-receipts="${escape(data.day)}" data-cashier="${escape(data.cashier)}">${shown}</a>`;
	},

	vouchers(report) {
		const community = report.get_filter_value("community");
		if (!community) {
			frappe.msgprint(__("Choose a community first: vouchers are kept for each by itself."));
			return;
		}
		const asked = new URLSearchParams({
			community,
			from_date: report.get_filter_value("from_date"),
			to_date: report.get_filter_value("to_date"),
		});
		window.open(`/api/method/property_service.fees.report_api.voucher_csv?${asked}`);
	},
};
