frappe.query_reports["Promise Kept"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{
			fieldname: "from_date",
			label: __("From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -2),
			reqd: 1,
		},
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{ fieldname: "taken_by", label: __("Promised To"), fieldtype: "Link", options: "User" },
	],

	states: { promises: null, kept: "Kept", broken: "Broken", open: "Open", withdrawn: "Withdrawn" },

	onload(report) {
		report.page.main.on("click", "a[data-promises]", (event) => {
			event.preventDefault();
			const { promises, person } = event.currentTarget.dataset;
			const [from_date, to_date] = ["from_date", "to_date"].map((name) => report.get_filter_value(name));
			frappe.route_options = { pay_by: ["Between", [from_date, to_date]], taken_by: person || ["is", "not set"] };
			if (this.states[promises]) frappe.route_options.status = this.states[promises];
			const community = report.get_filter_value("community");
			if (community) frappe.route_options.community = community;
			frappe.set_route("List", "Payment Promise", "List");
		});
		// Filters given by a link are checked by the server first; only then do they count.
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (data && column.fieldtype === "Percent" && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		if (!value || !(column.fieldname in this.states)) return shown;
		const escape = frappe.utils.escape_html;
		return `<a href="#" data-promises="${column.fieldname}" data-person="${escape(data.person)}">${shown}</a>`;
	},
};
