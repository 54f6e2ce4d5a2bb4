// From a figure of the report to the units or ledger entries behind it.
{% include "property_service/public/js/fees/rate_filters.js" %}

frappe.query_reports["Collection Rate"] = {
	filters: property_service.fees.rate_filters(),

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
		return property_service.fees.when_checked();
	},

	formatter(value, row, column, data, default_formatter) {
		if (!data) return default_formatter(value, row, column, data);
		const name = column.fieldname;
		// The total is no link, and a rate without anything to collect is no 0.
		if (name === "group_name" && (data.is_total || !data.group_key)) {
			return `<b>${frappe.utils.escape_html(value || "")}</b>`;
		}
		if (column.fieldtype === "Percent" && value == null) return property_service.fees.NO_RATE;
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
