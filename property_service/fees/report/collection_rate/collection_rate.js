// From a figure of the report to the units or ledger entries behind it.

frappe.query_reports["Collection Rate"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{
			fieldname: "from_month",
			label: __("First Month"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -1),
			reqd: 1,
		},
		{
			fieldname: "to_month",
			label: __("To Month"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -1),
			reqd: 1,
		},
		{ fieldname: "cut_off", label: __("Cut-off Date"), fieldtype: "Date" },
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				["Community", __("Community")],
				["Building", __("Building")],
				["Steward", __("Steward")],
				["Item", __("Fee Item")],
				["Month", __("Month of Service")],
				["Service Area", __("Service Area")],
			].map(([value, label]) => ({ value, label })),
			default: "Building",
			reqd: 1,
		},
		{
			fieldname: "collected_for",
			label: __("Collected For"),
			fieldtype: "Select",
			options: [
				["Own", __("Own")],
				["Utility", __("Utility")],
				["Developer", __("Developer")],
				["All", __("All of Them")],
			].map(([value, label]) => ({ value, label })),
			default: "Own",
			reqd: 1,
		},
	],

	// What the list behind each column shows: entries of one kind, or the units with what they owe.
	behind: {
		charged: "charged",
		collected: "collected",
		waived: "waived",
		opening: "opening",
		billed_late: "billed_late",
		recovered: "recovered",
		late_fees: "late_fees",
		later: "later",
		open_current: "units",
		open_earlier: "units",
		units_paid: "units",
		units_charged: "units",
	},

	onload(report) {
		report.page.main.on("click", "a[data-figure]", (event) => {
			event.preventDefault();
			const { figure, group } = event.currentTarget.dataset;
			this.drill(report, figure, group);
		});
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (!data) return default_formatter(value, row, column, data);
		const name = column.fieldname;
		// The total is no link, and a rate without anything to collect is no 0.
		if (name === "group_name" && (data.is_total || !data.group_key)) {
			return `<b>${frappe.utils.escape_html(value || "")}</b>`;
		}
		if (column.fieldtype === "Percent" && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		const text = data.is_total ? `<b>${shown}</b>` : shown;
		const missed =
			(name === "current_rate" && data.target && value < data.target) ||
			(name === "arrears_rate" && data.arrears_target && value < data.arrears_target);
		if (missed) return `<span style="color: var(--red-600)">${text}</span>`;
		if (!value || !this.behind[name]) return text;
		const group = data.is_total ? "" : ` data-group="${frappe.utils.escape_html(data.group_key)}"`;
		return `<a href="#" data-figure="${this.behind[name]}"${group}>${text}</a>`;
	},

	drill(report, figure, group) {
		const values = report.get_values();
		frappe.route_options = { ...values, figure };
		// The total has no group; an empty one is that of nobody.
		if (group !== undefined) frappe.route_options.group_key = group || "-";
		frappe.set_route("query-report", "Collection Rate Details");
	},
};
