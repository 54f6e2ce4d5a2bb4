// From a figure to the rooms behind it: the same report, room by room.
frappe.query_reports["Customer Familiarity"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "as_of", label: __("As of"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				["Service Area", __("Service Area")],
				["Steward", __("Steward")],
				["Building", __("Building")],
				["Room", __("Property Unit")],
			].map(([value, label]) => ({ value, label })),
			default: "Service Area",
			reqd: 1,
		},
		{ fieldname: "service_area", label: __("Service Area"), fieldtype: "Link", options: "Service Area" },
		{ fieldname: "steward", label: __("Steward"), fieldtype: "Link", options: "User" },
		{ fieldname: "building", label: __("Building"), fieldtype: "Link", options: "Building" },
		{
			fieldname: "shown",
			label: __("Shown"),
			fieldtype: "Select",
			options: [
				["All", __("All")],
				["Known", __("Known")],
				["Not Known", __("Not Known")],
			].map(([value, label]) => ({ value, label })),
			default: "All",
			depends_on: "eval:doc.group_by == 'Room'",
		},
	],

	onload(report) {
		const fields = { "Service Area": "service_area", Steward: "steward", Building: "building" };
		report.page.main.on("click", "a[data-rooms]", (event) => {
			event.preventDefault();
			const { rooms, by, shown } = event.currentTarget.dataset;
			const values = { group_by: "Room", shown };
			if (rooms) values[fields[by]] = rooms;
			report.set_filter_value(values);
		});
		return new Promise((ready) => frappe.after_ajax(ready));
	},

	formatter(value, row, column, data, default_formatter) {
		if (data && column.fieldtype === "Percent" && value == null) return `<div style="text-align: right">–</div>`;
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (data.is_total) return `<b>${shown}</b>`;
		if (!["units", "known"].includes(column.fieldname) || !value || data.group_key === undefined) return shown;
		const by = frappe.query_report.get_filter_value("group_by");
		const only = column.fieldname === "known" ? "Known" : "All";
		return `<a href="#" data-rooms="${frappe.utils.escape_html(data.group_key || "-")}" data-by="${by}" data-shown="${only}">${shown}</a>`;
	},
};
