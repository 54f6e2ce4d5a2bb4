frappe.query_reports["Patrol Completion"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "from_date", label: __("From"), fieldtype: "Date", default: frappe.datetime.add_days(frappe.datetime.get_today(), -29), reqd: 1 },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				["Route", __("Patrol Route")],
				["Person", __("Patroller")],
				["Week", __("Week")],
			].map(([value, label]) => ({ value, label })),
			default: "Route",
			reqd: 1,
		},
		{ fieldname: "route", label: __("Patrol Route"), fieldtype: "Link", options: "Patrol Route" },
		{ fieldname: "assigned_to", label: __("Patroller"), fieldtype: "Link", options: "User" },
	],

	// From a row to its rounds.
	onload(report) {
		report.page.main.on("click", "a[data-rounds]", (event) => {
			event.preventDefault();
			const { rounds, by } = event.currentTarget.dataset;
			const [from_date, to_date, community] = ["from_date", "to_date", "community"].map((name) => report.get_filter_value(name));
			const route = { task_date: ["Between", [from_date, to_date]], status: ["in", ["Completed", "Incomplete", "Missed"]] };
			if (by === "Week") route.task_date = ["Between", [rounds, frappe.datetime.add_days(rounds, 6)]];
			else route[by === "Route" ? "route" : "assigned_to"] = rounds;
			if (community) route.community = community;
			frappe.route_options = route;
			frappe.set_route("List", "Patrol Task", "List");
		});
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (data && column.fieldtype === "Percent" && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		if (column.fieldname === "missed_count" && value) return `<span style="color: var(--text-on-red)">${shown}</span>`;
		if (column.fieldname !== "rounds" || !data.group_key) return shown;
		const by = frappe.query_report.get_filter_value("group_by");
		return `<a href="#" data-rounds="${frappe.utils.escape_html(data.group_key)}" data-by="${by}">${shown}</a>`;
	},
};
