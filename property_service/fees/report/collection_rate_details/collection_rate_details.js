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
		},
		{ fieldname: "group_key", label: __("Only This Group"), fieldtype: "Data" },
	],

	onload() {
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (column.fieldtype === "Percent" && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		return column.fieldname === "still_open" && value > 0
			? `<span style="color: var(--red-600)">${shown}</span>`
			: shown;
	},
};
