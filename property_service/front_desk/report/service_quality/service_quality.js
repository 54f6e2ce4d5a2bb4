frappe.query_reports["Service Quality"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "from_date", label: __("From"), fieldtype: "Date", default: frappe.datetime.add_months(frappe.datetime.month_start(), -5), reqd: 1 },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.month_end(), reqd: 1 },
		{ fieldname: "person", label: __("Employee"), fieldtype: "Link", options: "User" },
	],

	// From a figure to its checks.
	onload(report) {
		report.page.main.on("click", "a[data-checks]", (event) => {
			event.preventDefault();
			const { checks, month, person } = event.currentTarget.dataset;
			const route = { month: `${month}-01`, person };
			if (checks === "told") route.status = "Told";
			if (checks === "scored") route.status = ["in", ["Scored", "Told"]];
			if (checks === "passed") route.passed = 1;
			const community = report.get_filter_value("community");
			if (community) route.community = community;
			frappe.route_options = route;
			frappe.set_route("List", "Service Quality Check", "List");
		});
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (data && column.fieldtype === "Percent" && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		if (!value || !["drawn", "scored", "told", "passed"].includes(column.fieldname)) return shown;
		const escape = frappe.utils.escape_html;
		return `<a href="#" data-checks="${column.fieldname}" data-month="${escape(data.month)}" data-person="${escape(data.person)}">${shown}</a>`;
	},
};
