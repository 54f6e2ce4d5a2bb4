// From a figure of the report to the visits behind it.

frappe.query_reports["Return Visit Results"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{
			fieldname: "from_date",
			label: __("From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -5),
			reqd: 1,
		},
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.month_end(), reqd: 1 },
		{ fieldname: "team", label: __("Team"), fieldtype: "Link", options: "Work Team" },
		{ fieldname: "topic", label: __("Category"), fieldtype: "Data" },
	],

	// The rows of the list behind each column. The list drops a filter on 0, hence "not 1".
	behind: {
		due: { status: ["!=", "Cancelled"] },
		reached: { status: "Reached" },
		satisfied: { result: "Satisfied" },
		fairly_satisfied: { result: "Fairly Satisfied" },
		dissatisfied: { result: "Dissatisfied" },
		unreachable: { status: "Unreachable" },
		declined: { status: "Declined" },
		by_system: { status: "Closed by System" },
		overdue: { status: "Due" },
		not_due_yet: { status: "Due" },
		rechecks_due: { status: ["!=", "Cancelled"], on_site_recheck: 1 },
		rechecks_made: { status: "Reached", on_site_recheck: 1 },
	},

	// No list shows "has a result, or was due before now", so these lead somewhere only once the month is over.
	needs_past_month: ["due", "rechecks_due"],

	onload(report) {
		report.page.main.on("click", "a[data-visits]", (event) => {
			event.preventDefault();
			const { visits, month, team, topic } = event.currentTarget.dataset;
			this.drill(report, visits, month, team, topic);
		});
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		const rate = column.fieldtype === "Percent";
		const text = rate && value == null ? "–" : shown;
		if (data.is_total) return `<b>${text}</b>`;
		const over = data.month < frappe.datetime.get_today().slice(0, 7);
		if (!value || !this.behind[column.fieldname]) return text;
		if (!over && this.needs_past_month.includes(column.fieldname)) return text;
		const escape = frappe.utils.escape_html;
		return `<a href="#" data-visits="${column.fieldname}" data-month="${escape(data.month)}"
			data-team="${escape(data.team)}" data-topic="${escape(data.topic)}">${text}</a>`;
	},

	drill(report, column, month, team, topic) {
		const first = `${month}-01`;
		const until = frappe.datetime.add_days(frappe.datetime.add_months(first, 1), -1);
		const from_date = report.get_filter_value("from_date");
		const to_date = report.get_filter_value("to_date");
		const due_at = [["Between", [from_date > first ? from_date : first, to_date < until ? to_date : until]]];
		if (column === "overdue") due_at.push(["<=", frappe.datetime.now_datetime()]);
		if (column === "not_due_yet") due_at.push([">", frappe.datetime.now_datetime()]);
		const options = {
			on_site_recheck: ["!=", 1],
			...this.behind[column],
			due_at: due_at.map((filter) => JSON.stringify(filter)),
			team: team || ["is", "not set"],
			topic: topic ? ["=", topic] : ["is", "not set"],
		};
		const community = report.get_filter_value("community");
		if (community) options.community = community;
		frappe.route_options = options;
		frappe.set_route("List", "Return Visit", "List");
	},
};
