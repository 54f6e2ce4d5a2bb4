frappe.query_reports["Notice Reading"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "from_date", label: __("Published From"), fieldtype: "Date", default: frappe.datetime.add_days(frappe.datetime.get_today(), -89), reqd: 1 },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{
			fieldname: "kind",
			label: __("Kind"),
			fieldtype: "Select",
			options: ["", "Notice", "Outage", "Safety", "Fees", "Rules", "Festival", "Event"].map((value) => ({ value, label: value && __(value, null, "Community Notice") })),
		},
	],

	onload() {
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (data && column.fieldtype === "Percent" && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		return data && data.is_total ? `<b>${shown}</b>` : shown;
	},
};
