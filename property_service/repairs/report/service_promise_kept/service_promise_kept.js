frappe.query_reports["Service Promise Kept"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "from_date", label: __("From"), fieldtype: "Date", default: frappe.datetime.add_months(frappe.datetime.month_start(), -5), reqd: 1 },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.month_end(), reqd: 1 },
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				["Month", __("Month")],
				["Category", __("Category")],
				["Team", __("Team or Person")],
			].map(([value, label]) => ({ value, label })),
			default: "Month",
			reqd: 1,
		},
		{
			fieldname: "kind",
			label: __("Kind"),
			fieldtype: "Select",
			options: ["All", "Repairs", "Complaints"].map((value) => ({ value, label: __(value) })),
			default: "All",
			reqd: 1,
		},
	],

	// The rows of the list behind the number of a row.
	onload(report) {
		report.page.main.on("click", "a[data-kept]", (event) => {
			event.preventDefault();
			const { kept, key, by } = event.currentTarget.dataset;
			const repairs = kept === "Repairs";
			const [from_date, to_date, community] = ["from_date", "to_date", "community"].map((name) => report.get_filter_value(name));
			let span = [from_date, to_date];
			if (by === "Month") {
				const first = `${key.slice(0, 4)}-${key.slice(4)}-01`;
				const until = frappe.datetime.add_days(frappe.datetime.add_months(first, 1), -1);
				span = [from_date > first ? from_date : first, to_date < until ? to_date : until];
			}
			const route = { [repairs ? "reported_at" : "received_at"]: ["Between", span], stage: ["!=", "Void"] };
			if (!repairs) route.kind = "Complaint";
			if (by !== "Month") route[by === "Category" ? "category" : repairs ? "team" : "assigned_to"] = key || ["is", "not set"];
			if (community) route.community = community;
			frappe.route_options = route;
			frappe.set_route("List", repairs ? "Repair Request" : "Resident Complaint", "List");
		});
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (data && column.fieldtype === "Percent" && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		if (column.fieldname !== "number" || !value) return shown;
		const by = frappe.query_report.get_filter_value("group_by");
		return `<a href="#" data-kept="${data.kind}" data-key="${frappe.utils.escape_html(data.group_key)}" data-by="${by}">${shown}</a>`;
	},
};
