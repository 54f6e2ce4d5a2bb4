frappe.query_reports["Dispatch Accuracy"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "from_date", label: __("From"), fieldtype: "Date", default: frappe.datetime.add_months(frappe.datetime.month_start(), -5), reqd: 1 },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.month_end(), reqd: 1 },
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Month", "Category", "Community"].map((value) => ({ value, label: __(value) })),
			default: "Month",
			reqd: 1,
		},
	],

	// From a figure to the repairs that were dispatched.
	onload(report) {
		report.page.main.on("click", "a[data-dispatched]", (event) => {
			event.preventDefault();
			const { dispatched, by } = event.currentTarget.dataset;
			const [from_date, to_date, community] = ["from_date", "to_date", "community"].map((name) => report.get_filter_value(name));
			let span = [from_date, to_date];
			if (by === "Month") {
				const first = `${dispatched.slice(0, 4)}-${dispatched.slice(4)}-01`;
				const until = frappe.datetime.add_days(frappe.datetime.add_months(first, 1), -1);
				span = [from_date > first ? from_date : first, to_date < until ? to_date : until];
			}
			const route = { dispatched_at: ["Between", span], stage: ["!=", "Void"] };
			if (community) route.community = community;
			if (by !== "Month") route[by.toLowerCase()] = dispatched || ["is", "not set"];
			frappe.route_options = route;
			frappe.set_route("List", "Repair Request", "List");
		});
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (data && column.fieldtype === "Percent" && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		if (column.fieldname !== "dispatched" || !value) return shown;
		const by = frappe.query_report.get_filter_value("group_by");
		return `<a href="#" data-dispatched="${frappe.utils.escape_html(data.group_key)}" data-by="${by}">${shown}</a>`;
	},
};
