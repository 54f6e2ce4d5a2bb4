// The same table as Collection Rate, of the month that runs; its figures open the same rows.

frappe.query_reports["Collection against Target"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{
			fieldname: "from_month",
			label: __("First Month"),
			fieldtype: "Date",
			default: frappe.datetime.month_start(),
			reqd: 1,
		},
		{ fieldname: "to_month", label: __("To Month"), fieldtype: "Date", default: frappe.datetime.month_start(), reqd: 1 },
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Community", "Steward"].map((value) => ({ value, label: __(value) })),
			default: "Steward",
			reqd: 1,
		},
	],

	onload(report) {
		report.page.main.on("click", "a[data-figure]", (event) => {
			event.preventDefault();
			const { figure, group } = event.currentTarget.dataset;
			frappe.route_options = { ...report.get_values(), collected_for: "Own", figure };
			if (group !== undefined) frappe.route_options.group_key = group || "-";
			frappe.set_route("query-report", "Collection Rate Details");
		});
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (!data) return default_formatter(value, row, column, data);
		const name = column.fieldname;
		if (name === "group_name" && (data.is_total || !data.group_key)) {
			return `<b>${frappe.utils.escape_html(value || "")}</b>`;
		}
		if (column.fieldtype === "Percent" && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		const text = data.is_total ? `<b>${shown}</b>` : shown;
		const rate = { current_rate: "target", arrears_rate: "arrears_target" }[name];
		if (rate && data[rate]) {
			return `<span style="color: var(--${value < data[rate] ? "red" : "green"}-600)">${text}</span>`;
		}
		const behind = { charged: "charged", collected: "collected", waived: "waived", open_current: "units", recovered: "recovered" };
		if (!value || !behind[name]) return text;
		const group = data.is_total ? "" : ` data-group="${frappe.utils.escape_html(data.group_key)}"`;
		return `<a href="#" data-figure="${behind[name]}"${group}>${text}</a>`;
	},
};
