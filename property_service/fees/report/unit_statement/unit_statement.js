frappe.query_reports["Unit Statement"] = {
	filters: [
		{ fieldname: "unit", label: __("Property Unit"), fieldtype: "Link", options: "Property Unit" },
		{ fieldname: "debtor", label: __("Debtor"), fieldtype: "Link", options: "Resident" },
		{
			fieldname: "from_date",
			label: __("From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -12),
			reqd: 1,
		},
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
	],

	onload() {
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return value == null || value === "" ? "" : `<b>${shown}</b>`;
		const escape = frappe.utils.escape_html;
		if (column.fieldname === "receipt_number" && value) {
			return `<a href="${frappe.utils.get_form_link("Fee Receipt", data.receipt)}">${escape(value)}</a>`;
		}
		if (column.fieldname === "charged" && data.charge) {
			return `<a href="${frappe.utils.get_form_link("Fee Charge", data.charge)}">${shown}</a>`;
		}
		return ["charged", "paid"].includes(column.fieldname) && !value ? "" : shown;
	},
};
