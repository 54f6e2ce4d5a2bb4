// What the manager's reports of the front desk and of the rooms above have in common: filters, months, how a row looks.
frappe.provide("property_service.front_desk");

(() => {
	const escape = frappe.utils.escape_html;
	const parts = (property_service.front_desk.report_parts = {});

	parts.span_filters = (group_by) => [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "from_date", label: __("From"), fieldtype: "Date", default: frappe.datetime.add_months(frappe.datetime.month_start(), -5), reqd: 1 },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.month_end(), reqd: 1 },
		...(group_by ? [parts.choice("group_by", __("Group By"), group_by)] : []),
	];

	// options: [value, label]; the first one is chosen
	parts.choice = (fieldname, label, options) => ({
		fieldname,
		label,
		fieldtype: "Select",
		options: options.map(([value, shown]) => ({ value, label: shown })),
		default: options[0][0],
		reqd: 1,
	});

	// From a figure to the rows of the list behind it; `route(data)` → [DocType, filters] of what was pressed
	parts.listen = (report, mark, route) => {
		report.page.main.on("click", `a[data-${mark}]`, (event) => {
			event.preventDefault();
			const [doctype, filters] = route(event.currentTarget.dataset);
			const community = report.get_filter_value("community");
			frappe.route_options = community ? { ...filters, community } : filters;
			frappe.set_route("List", doctype, "List");
		});
		return new Promise((ready) => frappe.after_ajax(ready));
	};

	// The days asked for, cut to a month written as 202607 or 2026-07 where there is one
	parts.days = (report, month) => {
		const [from, to] = ["from_date", "to_date"].map((name) => report.get_filter_value(name));
		if (!month) return [from, to];
		const digits = month.replace("-", "");
		const first = `${digits.slice(0, 4)}-${digits.slice(4)}-01`;
		const until = frappe.datetime.add_days(frappe.datetime.add_months(first, 1), -1);
		return [from > first ? from : first, to < until ? to : until];
	};

	// `figures`: columns that open a list; `marks(data, column)` → {name: value} for the listener
	parts.formatter = (figures, marks) => (value, row, column, data, default_formatter) => {
		if (data && column.fieldtype === "Percent" && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		if (!value || !figures.includes(column.fieldname)) return shown;
		const told = Object.entries(marks(data, column)).map(([name, one]) => `data-${name}="${escape(String(one ?? ""))}"`);
		return `<a href="#" ${told.join(" ")}>${shown}</a>`;
	};
})();
