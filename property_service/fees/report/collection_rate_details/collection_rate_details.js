{% include "property_service/public/js/fees/rate_filters.js" %}

frappe.query_reports["Collection Rate Details"] = {
	filters: [
		{
			fieldname: "figure",
			label: __("Figure"),
			fieldtype: "Select",
			options: [
				["units", __("Units and What They Owe")],
				["charged", __("Charged")],
				["collected", __("Collected")],
				["waived", __("Waived")],
				["opening", __("Opening Arrears")],
				["billed_late", __("Billed Late")],
				["recovered", __("Recovered")],
				["waived_earlier", __("Waived of Arrears")],
				["late_fees", __("Late Fees Collected")],
				["later", __("Entered Later, Dated Before")],
			].map(([value, label]) => ({ value, label })),
			default: "units",
			reqd: 1,
		},
		...property_service.fees.rate_filters(),
		{ fieldname: "group_key", label: __("Only This Group"), fieldtype: "Data" },
	],

	onload() {
		return property_service.fees.when_checked();
	},

	formatter(value, row, column, data, default_formatter) {
		if (column.fieldtype === "Percent" && value == null) return property_service.fees.NO_RATE;
		const shown = default_formatter(value, row, column, data);
		return column.fieldname === "still_open" && value > 0
			? `<span style="color: var(--red-600)">${shown}</span>`
			: shown;
	},
};
