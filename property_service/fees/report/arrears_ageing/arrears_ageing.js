// From a sum to the charges in it: the same report, by charge, of one group.

frappe.query_reports["Arrears Ageing"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "as_of", label: __("As Of"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				["Unit", __("Property Unit")],
				["Debtor", __("Debtor")],
				["Building", __("Building")],
				["Steward", __("Steward")],
				["Charge", __("Fee Charge")],
			].map(([value, label]) => ({ value, label })),
			default: "Unit",
			reqd: 1,
		},
		{
			fieldname: "collected_for",
			label: __("Collected For"),
			fieldtype: "Select",
			options: [
				["All", __("All of Them")],
				["Own", __("Own")],
				["Utility", __("Utility")],
				["Developer", __("Developer")],
			].map(([value, label]) => ({ value, label })),
			default: "All",
		},
		{ fieldname: "unit", label: __("Property Unit"), fieldtype: "Link", options: "Property Unit" },
		{ fieldname: "debtor", label: __("Debtor"), fieldtype: "Link", options: "Resident" },
		{ fieldname: "building", label: __("Building"), fieldtype: "Link", options: "Building" },
		{ fieldname: "steward", label: __("Steward"), fieldtype: "Link", options: "User" },
		{ fieldname: "fee_item", label: __("Fee Item"), fieldtype: "Link", options: "Fee Item" },
	],

	sums: ["charges", "outstanding", "overdue", "days_30", "days_90", "days_180", "days_365", "older", "not_due"],

	onload(report) {
		report.page.main.on("click", "a[data-open]", (event) => {
			event.preventDefault();
			const { open, by } = event.currentTarget.dataset;
			report.set_filter_value({ [by.toLowerCase()]: open, group_by: "Charge" });
		});
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (data && column.fieldname === "group_name" && (data.is_total || !data.group_key)) {
			return `<b>${frappe.utils.escape_html(value || "")}</b>`;
		}
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		const by = frappe.query_report.get_filter_value("group_by");
		if (!value || by === "Charge" || !data.group_key || !this.sums.includes(column.fieldname)) return shown;
		return `<a href="#" data-open="${frappe.utils.escape_html(data.group_key)}" data-by="${by}">${shown}</a>`;
	},
};
