// From a figure of the report to the promises behind it.
frappe.query_reports["Callback Promises Kept"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "from_date", label: __("From"), fieldtype: "Date", default: frappe.datetime.add_days(frappe.datetime.get_today(), -27), reqd: 1 },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{ fieldname: "person", label: __("Who Calls Back"), fieldtype: "Link", options: "User" },
	],

	behind: { kept: { status: "Kept" }, broken: { status: "Broken" }, answered_late: { status: "Broken", answered_at: ["is", "set"] }, cancelled: { status: "Cancelled" } },

	onload(report) {
		report.page.main.on("click", "a[data-promises]", (event) => {
			event.preventDefault();
			const { promises, week, person } = event.currentTarget.dataset;
			const last = [frappe.datetime.add_days(week, 6), report.get_filter_value("to_date")].sort()[0];
			const first = [week, report.get_filter_value("from_date")].sort()[1];
			const community = report.get_filter_value("community");
			frappe.route_options = { ...this.behind[promises], responsible: person, due_at: ["Between", [first, last]], ...(community ? { community } : {}) };
			frappe.set_route("List", "Callback Promise", "List");
		});
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = column.fieldtype === "Percent" && value == null ? "–" : default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		if (!value || !this.behind[column.fieldname]) return shown;
		const escape = frappe.utils.escape_html;
		return `<a href="#" data-promises="${column.fieldname}" data-week="${escape(data.week)}" data-person="${escape(data.person)}">${shown}</a>`;
	},
};
