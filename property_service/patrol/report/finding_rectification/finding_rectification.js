frappe.query_reports["Finding Rectification"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "from_date", label: __("Found From"), fieldtype: "Date", default: frappe.datetime.add_days(frappe.datetime.get_today(), -89), reqd: 1 },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				["Team", __("Team")],
				["Severity", __("Severity")],
				["Source", __("Found On")],
				["Community", __("Community")],
			].map(([value, label]) => ({ value, label })),
			default: "Team",
			reqd: 1,
		},
		{ fieldname: "responsible_team", label: __("Team"), fieldtype: "Link", options: "Work Team" },
	],

	fields: { Team: "responsible_team", Severity: "severity", Source: "source", Community: "community" },
	narrower: {
		found: { status: ["!=", "Withdrawn"] },
		to_fix: { status: ["in", ["Open", "Recheck Failed"]] },
		to_recheck: { status: "Fixed" },
		closed: { status: "Closed" },
		repeats: { repeat_count: [">", 1], status: ["!=", "Withdrawn"] },
		on_spot: { fixed_on_spot: 1, status: ["!=", "Withdrawn"] },
	},

	onload(report) {
		report.page.main.on("click", "a[data-figure]", (event) => {
			event.preventDefault();
			const { figure, group } = event.currentTarget.dataset;
			const [from_date, to_date, community, by] = ["from_date", "to_date", "community", "group_by"].map((name) => report.get_filter_value(name));
			const options = { found_at: ["Between", [from_date, to_date]], ...this.narrower[figure] };
			if (figure === "overdue") Object.assign(options, this.narrower.to_fix, { due_at: ["<", frappe.datetime.now_datetime()] });
			if (community) options.community = community;
			if (group !== "*") options[this.fields[by]] = group || ["is", "not set"];
			frappe.route_options = options;
			frappe.set_route("List", "Inspection Finding", "List");
		});
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (data && ["Percent", "Float"].includes(column.fieldtype) && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		if (!data || !value || !(column.fieldname === "overdue" || column.fieldname in this.narrower)) return data && data.is_total ? `<b>${shown}</b>` : shown;
		const group = data.is_total ? "*" : frappe.utils.escape_html(data.group_key);
		const colour = column.fieldname === "overdue" ? "color: var(--text-on-red)" : "";
		const link = `<a href="#" style="${colour}" data-figure="${column.fieldname}" data-group="${group}">${shown}</a>`;
		return data.is_total ? `<b>${link}</b>` : link;
	},
};
