// A heat table: the more findings in a week, the darker the cell. A cell opens its findings.
frappe.query_reports["Checkpoint Findings"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "from_date", label: __("From"), fieldtype: "Date", default: frappe.datetime.add_days(frappe.datetime.get_today(), -7 * 11), reqd: 1 },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				["Checkpoint", __("Checkpoint")],
				["Building", __("Building")],
			].map(([value, label]) => ({ value, label })),
			default: "Checkpoint",
			reqd: 1,
		},
		{
			fieldname: "severity",
			label: __("Severity"),
			fieldtype: "Select",
			options: ["", "Minor", "Normal", "Serious", "Critical"].map((value) => ({ value, label: value ? __(value, null, "Inspection Finding") : "" })),
		},
	],

	onload(report) {
		report.page.main.on("click", "a[data-found]", (event) => {
			event.preventDefault();
			const { found, week } = event.currentTarget.dataset;
			const field = report.get_filter_value("group_by").toLowerCase();
			const [from_date, to_date, community, severity] = ["from_date", "to_date", "community", "severity"].map((name) => report.get_filter_value(name));
			const [first, last] = week ? [week, frappe.datetime.add_days(week, 6)] : [from_date, to_date];
			frappe.route_options = { [field]: found, found_at: ["Between", [first, last]], status: ["!=", "Withdrawn"] };
			if (community) frappe.route_options.community = community;
			if (severity) frappe.route_options.severity = severity;
			frappe.set_route("List", "Inspection Finding", "List");
		});
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		const is_week = /^w_\d{8}$/.test(column.fieldname);
		if (!data || !(is_week || column.fieldname === "total")) return default_formatter(value, row, column, data);
		if (!value) return "";
		const key = column.fieldname;
		const week = is_week ? `${key.slice(2, 6)}-${key.slice(6, 8)}-${key.slice(8, 10)}` : "";
		const link = `<a href="#" style="color:inherit" data-found="${frappe.utils.escape_html(data.group_key)}" data-week="${week}">${value}</a>`;
		if (!is_week) return `<div style="text-align:center"><b>${link}</b></div>`;
		// One finding is pale, five and more are full colour.
		const heat = Math.min(value, 5) / 5;
		return `<div style="text-align:center;border-radius:4px;color:${heat > 0.5 ? "#fff" : "#7f1d1d"};background:rgba(220,38,38,${0.15 + 0.75 * heat})">${link}</div>`;
	},
};
